/* CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of labels and 32 x 32 pixels, one colour after
 * the other. */
#include "problem/data_kinds.h"

#include "base/die.h"
#include "io/files.h"

#include <stdlib.h>

enum { SIDE = 32, PLANE = SIDE * SIDE, COLOURS = 3, MAX_FILES = 5 };

typedef struct {
    int64_t classes, labels; /* bytes of label in a record; the last one counts */
    const char *training[MAX_FILES], *test;
} Layout;

static const Layout cifar10 = {10,
                               1,
                               {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                "data_batch_4.bin", "data_batch_5.bin"},
                               "test_batch.bin"};
static const Layout cifar100 = {100, 2, {"train.bin"}, "test.bin"};

static void add_file(ImageSet *set, const Layout *layout, const char *folder, const char *name)
{
    char *path = format_text("%s/%s", folder, name);
    size_t size;
    const uint8_t *bytes = (const uint8_t *)files_read(path, &size);
    int64_t record = layout->labels + COLOURS * PLANE, count = (int64_t)size / record;
    if (count == 0 || (int64_t)size % record != 0)
        die("%s: is %zu bytes, expected records of %lld; is it cut off?", path, size,
            (long long)record);
    uint8_t *pixels = image_set_grow(set, count);
    int32_t *label = set->labels + set->count - count;
    for (int64_t i = 0; i < count; i++) {
        const uint8_t *from = bytes + i * record + layout->labels;
        label[i] = from[-1];
        if (label[i] >= layout->classes)
            die("%s: image %lld has label %d, expected one below %lld", path, (long long)i + 1,
                label[i], (long long)layout->classes);
        for (int64_t p = 0; p < PLANE; p++)
            for (int64_t c = 0; c < COLOURS; c++) *pixels++ = from[c * PLANE + p];
    }
    free((void *)bytes);
    free(path);
}

static const Layout *layout_of(const char *folder)
{
    static const Layout *const layouts[] = {&cifar10, &cifar100};
    for (int k = 0; k < 2; k++) {
        char *path = format_text("%s/%s", folder, layouts[k]->training[0]);
        bool found = files_exist(path);
        free(path);
        if (found) return layouts[k];
    }
    die("%s: expected %s of CIFAR-10's binary version or %s of CIFAR-100's", folder,
        cifar10.training[0], cifar100.training[0]);
}

static Data *open_cifar(const Spec *spec, const DataOptions *options)
{
    (void)options;
    const char *folder = spec_text(spec, "folder", NULL);
    if (!folder) die_usage("cifar: expected a folder, as in cifar:folder=PATH");
    const Layout *layout = layout_of(folder);
    ImageSet set = {.height = SIDE, .width = SIDE, .channels = COLOURS, .classes = layout->classes};
    for (int f = 0; f < MAX_FILES && layout->training[f]; f++)
        add_file(&set, layout, folder, layout->training[f]);
    set.test_from = set.count;
    add_file(&set, layout, folder, layout->test);
    return data_images_open(set, spec);
}

const DataKind data_cifar = {
    .name = "cifar",
    .help = "folder=PATH,crop=4,flip=1,subset=N,label_noise=0: the binary version "
            "of CIFAR-10 or CIFAR-100",
    .open = open_cifar};
