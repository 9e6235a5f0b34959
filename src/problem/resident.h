/* Data in a device's memory: a step uploads the places of its batch, 8 bytes a row, and the
 * backend makes the batch out of them. */
#ifndef PROBLEM_RESIDENT_H
#define PROBLEM_RESIDENT_H

#include "problem/data.h"

typedef struct Resident Resident;

/* NULL where batches are uploaded whole: the backend is the host, the data have no places or more
 * than RESIDENT_MOST bytes. resident_free() frees; before the backend is closed. */
Resident *resident_create(Backend *backend, const Data *data);
void resident_free(Resident *resident); /* NULL is fine */

/* As many bytes are kept for one run: several share a device. */
#define RESIDENT_MOST ((int64_t)2 << 30)

/* The very numbers of data->windows() or data->images(). places: batch numbers of data->places(),
 * in backend memory as the others are; tokens of text only, pixels (a row per pixel, a column per
 * channel) of images only. */
void resident_gather(const Resident *resident, int64_t batch, const int64_t *places,
                     int32_t *tokens, Matrix pixels, int32_t *labels);

#endif
