/* Changes an image that leave its label true. Private to data. */
#ifndef PROBLEM_AUGMENT_H
#define PROBLEM_AUGMENT_H

#include "base/rng.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t crop; /* a window of the image with so many black pixels around it; 0: the image */
    bool flip;    /* left and right change places, every second time */
} Augmentation;

/* What one image undergoes: pixel (y, x) comes from (y + down, x + right), columns counted from
 * the right where flipped. */
typedef struct {
    int64_t down, right;
    bool flipped;
} Placement;

/* down and right uniform in −crop … crop */
Placement augment_draw(Augmentation augmentation, Rng *rng);

/* Every pixel is `channels` bytes; those from outside the image are 0. */
void augment_copy(Placement placement, int64_t height, int64_t width, int64_t channels,
                  const uint8_t *image, uint8_t *out);

#endif
