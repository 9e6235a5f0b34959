/* What a network is trained on: batches of tokens or of labelled images.
 *
 * A batch is a pure function of (data, split, seed, step). Written
 * "KIND:key=value,…" or as the path of a file:
 *
 *   text:file=PATH            any file, byte by byte (256 classes); a path alone is the same
 *   corpus:name=gcide         a corpus of data/MANIFEST, from the data folder
 *   markov:states=32,order=1,seed=1   a random source whose entropy is known
 *   mixture:files=PATH+PATH,shares=3+1   windows of several texts, each row from one of them
 *   fashion, digits           images of data/MANIFEST
 *   idx:images=PATH,labels=PATH,test_images=…,test_labels=…   MNIST's format
 *   cifar:folder=PATH         CIFAR-10's or CIFAR-100's binary files
 *   png:folder=PATH           a sub-folder per class
 *
 * Keys of all images: crop=N and flip=1 (augmentation), subset=N (training images that are kept),
 * label_noise=SHARE (of the training images get another label).
 *
 * Text is cut into blocks of about 4096 bytes where its content says so; a block's hash decides
 * whether it is for training (7/8), validation or test, so that neither order nor repetition moves
 * text across. A window never crosses a block that is of another split. Images are split by their
 * own hash: a sixth of the training images is for validation, so that the test set is left alone.
 */
#ifndef PROBLEM_DATA_H
#define PROBLEM_DATA_H

#include "base/rng.h"
#include "compute/real.h"
#include "problem/problem.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the files of data/MANIFEST are, and sizes that a spec does not say. */
typedef struct {
    const char *folder; /* "data/cache" */
    int64_t context;    /* tokens of one window; text only */
    /* Training windows come from part `shard`, 0 … shards − 1, of a text only: its blocks are dealt
     * out by their hash, so that parts are alike and share nothing. The other splits are whole. 0
     * shards: all of it. A source that never ends, and images, have no parts. */
    int64_t shard, shards;
} DataOptions;

enum { SPLITS = SPLIT_TEST + 1 };

/* A source that never ends, such as markov, has so many tokens. */
#define DATA_ENDLESS ((int64_t)1 << 53)

typedef struct Data Data;

/* What a source has in memory: bytes of a text, or of images one after the other. The data's. */
typedef struct DataStore DataStore;
struct DataStore {
    int64_t size;         /* bytes */
    const uint8_t *bytes; /* NULL: those of the parts, one behind the other; text only */
    int parts;
    const DataStore **part;
    int64_t images; /* 0 for text */
    const int32_t *labels;
    const real *levels; /* channels x 256: what a byte of an image becomes */
};

struct Data {
    char *name; /* what the user wrote */
    bool is_text;
    int64_t classes;                 /* 256 for bytes */
    int64_t context;                 /* tokens of one window; 1 for images */
    int64_t height, width, channels; /* images, else 0 */
    double entropy; /* lowest expected loss of a window, nats per token; NaN: not known */

    /* Images of each split; or bytes of text for training, and the tokens of all windows of the
     * other splits. */
    int64_t count[SPLITS];

    /* tokens, labels: batch * context numbers each (label = the next token). Windows of
     * SPLIT_TRAIN are drawn from the stream (seed, step), one of its places for each row; the
     * others are the same for all seeds: step 0 has the first `batch` of them, in an order drawn
     * once; label −1 behind the end. Text only. */
    void (*windows)(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                    int32_t *tokens, int32_t *labels);
    /* pixels: batch x (height x width x channels), standardised by the training images' mean and
     * deviation per channel; label −1 behind the end of a split. SPLIT_TRAIN: without replacement
     * within an epoch, in an order drawn from (seed, epoch), augmented if asked. Images only. */
    void (*images)(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                   real *pixels, int32_t *labels);
    /* The same batches as places in the store: where each window's bytes begin, or the numbers of
     * images; −1 behind the end. NULL where that is not all: tokens that are drawn one by one,
     * images that are augmented (which happens on the host). */
    void (*places)(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                   int64_t *places);
    DataStore store;
    Data *(*part)(const Data *data, int64_t shard); /* behind data_part(); NULL: not at hand */
    void (*free)(Data *data);
};

/* Ends the program with one sentence where a file is missing, truncated, empty or wrong. */
Data *data_open(const char *spec, const DataOptions *options);
void data_free(Data *data);

/* Of text that was opened as one of several parts: another, which data_open() would have made the
 * same, here without reading, cutting and holding the bytes again. They stay those of `data`, which
 * is to be freed later. NULL where the kind of data has no such view. */
Data *data_part(const Data *data, int64_t shard);

/* The file that these text data are read from, there or not; NULL for a source without one and
 * for images. Exit 2 on what data_open() does not know. The caller frees. */
char *data_file(const char *spec, const char *folder);

/* Batches that hold a whole split once; the last one may be padded. */
int64_t data_batches(const Data *data, Split split, int64_t batch);

/* Every kind: name and its keys in one sentence. */
int data_kind_count(void);
const char *data_kind_name(int kind);
const char *data_kind_help(int kind);

#endif
