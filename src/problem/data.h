/* What a network is trained on: batches of tokens or of labelled images.
 *
 * A batch is a pure function of (data, split, seed, step). Written
 * "KIND:key=value,…" or as the path of a file:
 *
 *   text:file=PATH            any file, byte by byte (256 classes); a path alone is the same
 *   corpus:name=gcide         a corpus of data/MANIFEST, from the data folder
 *   markov:states=32,order=1,seed=1   a random source whose entropy is known
 *   fashion, digits           images of data/MANIFEST
 *   idx:images=PATH,labels=PATH,test_images=…,test_labels=…   MNIST's format
 *   cifar:folder=PATH         CIFAR-10's or CIFAR-100's binary files
 *   png:folder=PATH           a sub-folder per class
 *
 * Text is cut into blocks of 4096 bytes; a block's content (its hash) decides whether it is for
 * training or for validation, so that neither order nor repetition moves text across. A window
 * never crosses a block that is of the other split. */
#ifndef PROBLEM_DATA_H
#define PROBLEM_DATA_H

#include "base/rng.h"
#include "problem/problem.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the files of data/MANIFEST are, and sizes that a spec does not say. */
typedef struct {
    const char *folder; /* "data/cache" */
    int64_t context;    /* tokens of one window; text only */
} DataOptions;

typedef struct Data Data;

struct Data {
    char *name; /* what the user wrote, in short */
    bool is_text;
    int64_t classes;                 /* 256 for bytes */
    int64_t height, width, channels; /* images, else 0 */
    double entropy;                  /* nats per token of the source; NaN: not known */
    int64_t count[SPLIT_TEST + 1];   /* tokens or images of each split */

    /* tokens, labels: batch * context numbers each (label = the next token). Windows of
     * SPLIT_TRAIN are drawn from the stream (seed, step); the others are the same for all steps
     * and seeds, in order. Text only. */
    void (*windows)(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                    int32_t *tokens, int32_t *labels);
    /* pixels: batch x (height x width x channels) floats, standardised by the training set's mean
     * and deviation per channel; label −1 behind the end of a split. SPLIT_TRAIN: without
     * replacement within an epoch, in an order drawn from (seed, epoch), augmented if asked.
     * Images only. */
    void (*images)(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                   float *pixels, int32_t *labels);
    void (*free)(Data *data);
};

/* Ends the program with one sentence where a file is missing, truncated, empty or wrong. */
Data *data_open(const char *spec, const DataOptions *options);
void data_free(Data *data);

/* Every kind: name and its keys in one sentence. */
int data_kind_count(void);
const char *data_kind_name(int kind);
const char *data_kind_help(int kind);

#endif
