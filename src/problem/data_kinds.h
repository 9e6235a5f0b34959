/* The table behind data_open(): each kind reads its own keys. Private to data. */
#ifndef PROBLEM_DATA_KINDS_H
#define PROBLEM_DATA_KINDS_H

#include "base/spec.h"
#include "problem/data.h"

#include <stddef.h>

typedef struct {
    const char *name;
    const char *help; /* the keys, in one sentence */
    Data *(*open)(const Spec *spec, const DataOptions *options);
    /* The one file that is read, there or not; the caller frees. NULL: not one. */
    char *(*file)(const Spec *spec, const char *folder);
} DataKind;

extern const DataKind data_text, data_corpus, data_markov, data_mixture, data_fashion, data_digits,
    data_idx, data_cifar, data_png;

/* Windows of the file's bytes; data->name is the caller's to set. */
Data *data_text_open(const char *path, const DataOptions *options);

/* 64 bits that depend on the content alone (FNV-1a, mixed once more). */
uint64_t data_hash(size_t size, const void *bytes);

/* The place of row `row` in the stream of a step: far from all others. */
Rng data_row_stream(uint64_t seed, int64_t step, int64_t row);

/* Labelled images as bytes, channel fastest; those from `test_from` on are for testing only, and
 * where there are none a sixth is carved out. */
typedef struct {
    int64_t count, test_from;
    int64_t height, width, channels, classes;
    uint8_t *pixels; /* count x (height x width x channels) */
    int32_t *labels; /* count */
} ImageSet;

/* Adds count more images of the set's shape; returns where their pixels go. */
uint8_t *image_set_grow(ImageSet *set, int64_t count);
int64_t image_set_size(const ImageSet *set); /* bytes of one image */

/* Takes the set over; reads the keys that all kinds of images share, and no other is left. */
Data *data_images_open(ImageSet set, const Spec *spec);

#endif
