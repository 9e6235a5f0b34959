/* Images of MNIST's format, and the two sets of data/MANIFEST. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "io/dataset.h"
#include "io/files.h"

#include <inttypes.h>
#include <stdlib.h>

/* Adds a pair of files; the images' shape stands in the first. */
static void add_idx(ImageSet *set, const char *images, const char *labels)
{
    Dataset *file = dataset_read_idx(images, labels);
    if (set->count == 0) set->height = file->height, set->width = file->width, set->channels = 1;
    if (file->height != set->height || file->width != set->width)
        die("%s: images of %" PRId64 " x %" PRId64 " pixels, but those for training have %" PRId64
            " x %" PRId64,
            images, file->height, file->width, set->height, set->width);
    uint8_t *pixels = image_set_grow(set, file->rows);
    int32_t *label = set->labels + set->count - file->rows;
    for (int64_t i = 0; i < file->rows * file->cols; i++) pixels[i] = file->bytes[i];
    for (int64_t i = 0; i < file->rows; i++) {
        label[i] = (int32_t)file->label[i];
        if (label[i] >= set->classes) set->classes = label[i] + 1;
    }
    dataset_free(file);
}

static Data *open_idx(const Spec *spec, const DataOptions *options)
{
    (void)options;
    const char *images = spec_text(spec, "images", NULL), *labels = spec_text(spec, "labels", NULL),
               *test_images = spec_text(spec, "test_images", NULL),
               *test_labels = spec_text(spec, "test_labels", NULL);
    if (!images || !labels || !test_images != !test_labels)
        die_usage("idx: expected images and labels, as in "
                  "idx:images=PATH,labels=PATH,test_images=PATH,test_labels=PATH");
    ImageSet set = {0};
    add_idx(&set, images, labels);
    set.test_from = set.count;
    if (test_images) add_idx(&set, test_images, test_labels);
    return data_images_open(set, spec);
}

static char *path_of_set(const char *folder, const char *set, const char *file)
{
    char *path = format_text("%s/%s/%s", folder, set, file);
    if (!files_exist(path)) die("%s: is not there; data/fetch.sh %s fetches it", path, set);
    return path;
}

static void add_fashion(ImageSet *set, const DataOptions *options, const char *part)
{
    char *file = format_text("%s-images-idx3-ubyte.gz", part);
    char *images = path_of_set(options->folder, "fashion", file);
    free(file);
    file = format_text("%s-labels-idx1-ubyte.gz", part);
    char *labels = path_of_set(options->folder, "fashion", file);
    add_idx(set, images, labels);
    free(file);
    free(images);
    free(labels);
}

static Data *open_fashion(const Spec *spec, const DataOptions *options)
{
    ImageSet set = {0};
    add_fashion(&set, options, "train");
    set.test_from = set.count;
    add_fashion(&set, options, "t10k");
    return data_images_open(set, spec);
}

/* Rows of 64 numbers from 0 to 16 and a label; nobody set a part of them aside for testing. */
static Data *open_digits(const Spec *spec, const DataOptions *options)
{
    enum { SIDE = 8, DIGITS = 10, BRIGHTEST = 16 };
    char *path = path_of_set(options->folder, "digits", "digits.csv.gz");
    Dataset *file = dataset_read(path, &(DatasetFormat){.format = "csv"});
    if (file->cols != SIDE * SIDE || !file->dense) die("%s: expected 64 pixels and a label", path);
    ImageSet set = {.height = SIDE, .width = SIDE, .channels = 1, .classes = DIGITS};
    uint8_t *pixels = image_set_grow(&set, file->rows);
    for (int64_t i = 0; i < file->rows * file->cols; i++) {
        if (!(file->dense[i] >= 0.0 && file->dense[i] <= BRIGHTEST))
            die("%s: expected pixels from 0 to %d, found %g", path, BRIGHTEST, file->dense[i]);
        pixels[i] = (uint8_t)file->dense[i];
    }
    for (int64_t i = 0; i < file->rows; i++) {
        if (!(file->label[i] >= 0.0 && file->label[i] < DIGITS))
            die("%s: expected labels from 0 to 9, found %g", path, file->label[i]);
        set.labels[i] = (int32_t)file->label[i];
    }
    set.test_from = set.count;
    dataset_free(file);
    free(path);
    return data_images_open(set, spec);
}

const DataKind data_fashion = {
    .name = "fashion",
    .help = "crop=0,flip=0,subset=N,label_noise=0: Fashion-MNIST, 28 x 28 pixels",
    .open = open_fashion};
const DataKind data_digits = {
    .name = "digits",
    .help = "crop=0,flip=0,subset=N,label_noise=0: handwritten digits, 8 x 8 pixels",
    .open = open_digits};
const DataKind data_idx = {.name = "idx",
                           .help = "images=PATH,labels=PATH,test_images=PATH,test_labels=PATH and "
                                   "the keys of fashion: MNIST's format",
                           .open = open_idx};
