#include "problem/augment.h"

#include <string.h>

Placement augment_draw(Augmentation augmentation, Rng *rng)
{
    Placement placement = {0};
    if (augmentation.crop > 0) {
        placement.down = rng_below(rng, 2 * augmentation.crop + 1) - augmentation.crop;
        placement.right = rng_below(rng, 2 * augmentation.crop + 1) - augmentation.crop;
    }
    if (augmentation.flip) placement.flipped = rng_below(rng, 2) == 1;
    return placement;
}

void augment_copy(Placement placement, int64_t height, int64_t width, int64_t channels,
                  const uint8_t *image, uint8_t *out)
{
    for (int64_t y = 0; y < height; y++) {
        int64_t from_y = y + placement.down;
        for (int64_t x = 0; x < width; x++, out += channels) {
            int64_t from_x = (placement.flipped ? width - 1 - x : x) + placement.right;
            bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
            if (inside)
                memcpy(out, image + (from_y * width + from_x) * channels, (size_t)channels);
            else
                memset(out, 0, (size_t)channels);
        }
    }
}
