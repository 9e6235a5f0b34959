/* Labelled images in memory, a byte per number, made into batches. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "problem/augment.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { SHARES = 6, LEVELS = 256 };

/* Streams of the data themselves: the same for all runs. */
enum { STREAM_ORDER = 0, STREAM_SUBSET = SPLITS, STREAM_NOISE };

typedef struct {
    Data data;
    ImageSet set;
    Augmentation augmentation;
    int64_t *member[SPLITS]; /* numbers of the images of a split, shuffled once */
    real *scaled;            /* channels x LEVELS: a byte, standardised */
    int64_t *order;          /* of the training images in epoch `epoch` of `order_seed` */
    uint64_t order_seed;
    int64_t epoch;    /* −1: none yet */
    uint8_t *changed; /* one augmented image */
} Images;

int64_t image_set_size(const ImageSet *set) { return set->height * set->width * set->channels; }

uint8_t *image_set_grow(ImageSet *set, int64_t count)
{
    int64_t size = image_set_size(set), first = set->count;
    set->count += count;
    set->pixels = alloc_resized(set->pixels, (size_t)set->count, (size_t)size);
    set->labels = alloc_resized(set->labels, (size_t)set->count, sizeof *set->labels);
    return set->pixels + first * size;
}

/* By what the image shows, so that copies of it stay on one side. */
static Split split_of(const ImageSet *set, int64_t image)
{
    if (image >= set->test_from) return SPLIT_TEST;
    int64_t size = image_set_size(set);
    uint64_t share = data_hash((size_t)size, set->pixels + image * size) % SHARES;
    if (share == 0) return SPLIT_VALIDATION;
    return share == 1 && set->test_from == set->count ? SPLIT_TEST : SPLIT_TRAIN;
}

static void divide(Images *images)
{
    const ImageSet *set = &images->set;
    for (Split s = SPLIT_TRAIN; s <= SPLIT_TEST; s++)
        images->member[s] = alloc_zeroed((size_t)set->count, sizeof *images->member[s]);
    for (int64_t i = 0; i < set->count; i++) {
        Split split = split_of(set, i);
        images->member[split][images->data.count[split]++] = i;
    }
    for (Split s = SPLIT_TRAIN; s <= SPLIT_TEST; s++) {
        Rng rng = rng_stream(STREAM_ORDER, (uint32_t)s, RNG_SPLIT);
        rng_shuffle(&rng, images->data.count[s], images->member[s]);
    }
}

static void keep_subset(Images *images, int64_t subset)
{
    int64_t *count = &images->data.count[SPLIT_TRAIN];
    if (subset < 1 || subset > *count)
        die_usage("subset: expected a number from 1 to %" PRId64 ", the training images there are",
                  *count);
    *count = subset;
}

/* With probability `share` a training image gets one of the other labels. */
static void spoil_labels(Images *images, double share)
{
    if (!(share >= 0.0 && share <= 1.0))
        die_usage("label_noise: expected a share from 0 to 1, found %g", share);
    Rng rng = rng_stream(STREAM_NOISE, 0, RNG_SPLIT);
    for (int64_t i = 0; share > 0.0 && i < images->data.count[SPLIT_TRAIN]; i++) {
        int32_t *label = &images->set.labels[images->member[SPLIT_TRAIN][i]];
        bool spoilt = rng_uniform(&rng) < share;
        int64_t away = 1 + rng_below(&rng, images->set.classes - 1);
        if (spoilt) *label = (int32_t)((*label + away) % images->set.classes);
    }
}

/* How often each byte occurs in a channel of the training images. */
static void count_levels(const Images *images, int64_t channel, int64_t level[LEVELS])
{
    const ImageSet *set = &images->set;
    int64_t size = image_set_size(set);
    for (int64_t i = 0; i < images->data.count[SPLIT_TRAIN]; i++) {
        const uint8_t *image = set->pixels + images->member[SPLIT_TRAIN][i] * size;
        for (int64_t p = channel; p < size; p += set->channels) level[image[p]]++;
    }
}

/* (byte − mean) / deviation; a channel that is constant becomes 0. */
static void standardise(Images *images)
{
    int64_t channels = images->set.channels;
    images->scaled = alloc_zeroed((size_t)(channels * LEVELS), sizeof *images->scaled);
    for (int64_t c = 0; c < channels; c++) {
        int64_t level[LEVELS] = {0};
        count_levels(images, c, level);
        double count = 0.0, sum = 0.0, square = 0.0;
        for (int v = 0; v < LEVELS; v++) {
            count += (double)level[v];
            sum += (double)level[v] * v;
        }
        double mean = sum / count;
        for (int v = 0; v < LEVELS; v++) square += (double)level[v] * (v - mean) * (v - mean);
        double scale = square > 0.0 ? 1.0 / sqrt(square / count) : 0.0;
        for (int v = 0; v < LEVELS; v++)
            images->scaled[c * LEVELS + v] = (real)((v - mean) * scale);
    }
}

/* The image at place `place` of the endless row of epochs. */
static int64_t training_image(Images *images, uint64_t seed, int64_t place)
{
    int64_t count = images->data.count[SPLIT_TRAIN], epoch = place / count;
    if (epoch != images->epoch || seed != images->order_seed) {
        images->epoch = epoch;
        images->order_seed = seed;
        for (int64_t i = 0; i < count; i++) images->order[i] = images->member[SPLIT_TRAIN][i];
        Rng rng = rng_stream(seed, (uint32_t)epoch, RNG_BATCH);
        rng_shuffle(&rng, count, images->order);
    }
    return images->order[place % count];
}

static void scale_image(const Images *images, const uint8_t *image, real *pixels)
{
    int64_t size = image_set_size(&images->set), channels = images->set.channels;
    for (int64_t p = 0; p < size; p += channels)
        for (int64_t c = 0; c < channels; c++)
            pixels[p + c] = images->scaled[c * LEVELS + image[p + c]];
}

static bool is_augmented(const Images *images)
{
    return images->augmentation.crop > 0 || images->augmentation.flip;
}

static const uint8_t *augmented(Images *images, const uint8_t *image, Rng rng)
{
    if (!is_augmented(images)) return image;
    const ImageSet *set = &images->set;
    Placement placement = augment_draw(images->augmentation, &rng);
    augment_copy(placement, set->height, set->width, set->channels, image, images->changed);
    return images->changed;
}

/* The number of the image at place `place` of a split; −1 behind its end. */
static int64_t image_of_row(Images *images, Split split, uint64_t seed, int64_t place)
{
    if (split == SPLIT_TRAIN) return training_image(images, seed, place);
    return place < images->data.count[split] ? images->member[split][place] : -1;
}

static void places_of(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                      int64_t *places)
{
    for (int64_t b = 0; b < batch; b++)
        places[b] = image_of_row((Images *)data, split, seed, step * batch + b);
}

static void batch_of(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                     real *pixels, int32_t *labels)
{
    Images *images = (Images *)data;
    int64_t size = image_set_size(&images->set);
    for (int64_t b = 0; b < batch; b++, pixels += size) {
        int64_t number = image_of_row(images, split, seed, step * batch + b);
        if (number < 0) {
            labels[b] = -1;
            for (int64_t p = 0; p < size; p++) pixels[p] = 0;
            continue;
        }
        const uint8_t *image = images->set.pixels + number * size;
        if (split == SPLIT_TRAIN) image = augmented(images, image, data_row_stream(seed, step, b));
        labels[b] = images->set.labels[number];
        scale_image(images, image, pixels);
    }
}

static void images_free(Data *data)
{
    Images *images = (Images *)data;
    for (int s = 0; s < SPLITS; s++) free(images->member[s]);
    free(images->set.pixels);
    free(images->set.labels);
    free(images->scaled);
    free(images->order);
    free(images->changed);
    free(images);
}

static void require_images(const Images *images, const char *kind)
{
    if (images->set.classes < 2) die("%s: every label is the same, expected two classes", kind);
    static const char *const name[SPLITS] = {"training", "validation", "test"};
    for (int s = 0; s < SPLITS; s++)
        if (images->data.count[s] == 0)
            die("%s: of %" PRId64 " images none is left for %s; a few dozen are needed", kind,
                images->set.count, name[s]);
}

Data *data_images_open(ImageSet set, const Spec *spec)
{
    Images *images = alloc_zeroed(1, sizeof *images);
    *images = (Images){.set = set, .epoch = -1};
    images->data = (Data){.classes = set.classes,
                          .context = 1,
                          .height = set.height,
                          .width = set.width,
                          .channels = set.channels,
                          .entropy = NAN,
                          .images = batch_of,
                          .free = images_free};
    images->augmentation =
        (Augmentation){spec_int(spec, "crop", 0), spec_int(spec, "flip", 0) != 0};
    if (images->augmentation.crop < 0 || images->augmentation.crop >= set.height)
        die_usage("crop: expected a number of pixels from 0 to %" PRId64, set.height - 1);
    double noise = spec_real(spec, "label_noise", 0.0);
    bool has_subset = spec_has(spec, "subset");
    int64_t subset = spec_int(spec, "subset", 0);
    spec_done(spec);

    divide(images);
    require_images(images, spec_kind(spec));
    if (has_subset) keep_subset(images, subset);
    spoil_labels(images, noise);
    standardise(images);
    size_t training = (size_t)images->data.count[SPLIT_TRAIN];
    images->order = alloc_zeroed(training, sizeof *images->order);
    images->changed = alloc_zeroed((size_t)image_set_size(&set), 1);
    images->data.places = is_augmented(images) ? NULL : places_of;
    images->data.store = (DataStore){.size = set.count * image_set_size(&set),
                                     .bytes = set.pixels,
                                     .images = set.count,
                                     .labels = set.labels,
                                     .levels = images->scaled};
    return &images->data;
}
