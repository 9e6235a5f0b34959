#include "cuda_compare.h"

#include "base/die.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { SIZE = 3001, IMAGES = 37, LEVELS = 256 };

static uint8_t *random_bytes(int64_t count)
{
    uint8_t *bytes = alloc_zeroed((size_t)count, 1);
    Rng stream = rng_stream(1, 0, RNG_DATA);
    for (int64_t k = 0; k < count; k++) bytes[k] = (uint8_t)rng_below(&stream, 256);
    return bytes;
}

/* Any of 0 … most, both ends among them, and every fourth −1. */
static Twin places_up_to(Pair *pair, int64_t most, int64_t count)
{
    int64_t *place = alloc_zeroed((size_t)count, sizeof *place);
    Rng stream = rng_stream(2, 0, RNG_DATA);
    for (int64_t b = 0; b < count; b++)
        place[b] = b == 0 ? most : b == 1 ? 0 : b % 4 == 3 ? -1 : rng_below(&stream, most + 1);
    Twin twin = twin_bytes(pair, (size_t)count * sizeof *place, place);
    free(place);
    return twin;
}

/* Numbers that no batch has. */
static Twin integers(Pair *pair, int64_t count)
{
    int32_t *host = alloc_zeroed((size_t)count, sizeof *host);
    for (int64_t k = 0; k < count; k++) host[k] = 1000 + (int32_t)k;
    Twin twin = twin_bytes(pair, (size_t)count * sizeof *host, host);
    free(host);
    return twin;
}

/* On both sides, and by the definition. The last window's last label is the text's last byte. */
static void check_windows(int64_t windows, int64_t context)
{
    Pair pair = pair_open();
    uint8_t *host = random_bytes(SIZE);
    Twin bytes = twin_bytes(&pair, SIZE, host);
    Twin places = places_up_to(&pair, SIZE - context - 1, windows);
    int64_t count = windows * context;
    Twin tokens = integers(&pair, count), labels = integers(&pair, count);
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->gather_windows(pair.side[s], bytes.on[s].data, windows, context,
                                     places.on[s].data, tokens.on[s].data, labels.on[s].data);
    twin_check_bytes(&pair, "tokens", (size_t)count * sizeof(int32_t), tokens);
    twin_check_bytes(&pair, "labels", (size_t)count * sizeof(int32_t), labels);
    const int64_t *place = places.on[SIDE_CPU].data;
    const int32_t *token = tokens.on[SIDE_CPU].data, *label = labels.on[SIDE_CPU].data;
    for (int64_t k = 0; k < count; k++) {
        int64_t from = place[k / context], at = from + k % context;
        cr_assert(token[k] == (from < 0 ? 0 : host[at]), "token %lld", (long long)k);
        cr_assert(label[k] == (from < 0 ? -1 : host[at + 1]), "label %lld", (long long)k);
    }
    free(host);
    pair_close(&pair);
}

/* One token; odd sizes; as much as a grid of threads and more. */
Test(cuda_gather, windows_are_the_bytes_at_their_places_and_labels_the_bytes_behind)
{
    check_windows(1, 1);
    check_windows(5, 7);
    check_windows(33, 129);
    check_windows(2, 3000);
    check_windows(300, 1000);
}

static void check_images(int64_t images, int64_t height, int64_t width, int64_t channels)
{
    Pair pair = pair_open();
    int64_t size = height * width * channels;
    uint8_t *host = random_bytes(IMAGES * size);
    Twin bytes = twin_bytes(&pair, (size_t)(IMAGES * size), host);
    Twin levels = twin_random(&pair, 3, channels, LEVELS, 0), kinds = integers(&pair, IMAGES);
    Twin places = places_up_to(&pair, IMAGES - 1, images), labels = integers(&pair, images);
    Twin pixels = twin_poisoned(&pair, images * height * width, channels, 0);
    for (int s = 0; s < SIDES; s++) {
        ByteImages from = {bytes.on[s].data, kinds.on[s].data, levels.on[s].data};
        pair.side[s]->gather_images(pair.side[s], &from, images, places.on[s].data, pixels.on[s],
                                    labels.on[s].data);
    }
    twin_check(&pair, "pixels", pixels, 0.0, 0.0); /* copies */
    twin_check_bytes(&pair, "labels", (size_t)images * sizeof(int32_t), labels);
    const int64_t *place = places.on[SIDE_CPU].data;
    const int32_t *label = labels.on[SIDE_CPU].data;
    const real *pixel = pixels.on[SIDE_CPU].data, *level = levels.on[SIDE_CPU].data;
    for (int64_t k = 0; k < images * size; k++) {
        int64_t b = k / size;
        uint8_t byte = place[b] < 0 ? 0 : host[place[b] * size + k % size];
        real want = place[b] < 0 ? (real)0 : level[k % channels * LEVELS + byte];
        cr_assert(pixel[k] == want, "image %lld, number %lld", (long long)b, (long long)(k % size));
    }
    for (int64_t b = 0; b < images; b++)
        cr_assert(label[b] == (place[b] < 0 ? -1 : 1000 + place[b]), "label %lld", (long long)b);
    free(host);
    pair_close(&pair);
}

/* Sizes that four divides or not, one to four channels. */
Test(cuda_gather, images_are_the_levels_of_the_bytes_at_their_places)
{
    check_images(1, 1, 1, 1);
    check_images(9, 5, 3, 1);
    check_images(8, 8, 8, 1);
    check_images(6, 7, 5, 3);
    check_images(50, 16, 16, 3);
    check_images(3, 4, 6, 4);
}
