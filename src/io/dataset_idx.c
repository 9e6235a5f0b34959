/* MNIST's format: a magic number, big-endian sizes, bytes. */
#include "base/die.h"
#include "io/dataset.h"
#include "io/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES_MAGIC = 0x803, LABELS_MAGIC = 0x801, MAX_DIMENSIONS = 3 };

typedef struct {
    const char *path;
    char *file;
    int64_t extent[MAX_DIMENSIONS]; /* 1 where there are fewer */
    const uint8_t *bytes;           /* into file */
} Idx;

static uint32_t read_big_endian(const char *bytes)
{
    const uint8_t *b = (const uint8_t *)bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static Idx read_idx(const char *path, uint32_t magic, const char *content)
{
    Idx idx = {.path = path, .extent = {1, 1, 1}};
    size_t size, dimensions = magic & 0xff, header = 4 + 4 * dimensions;
    idx.file = files_read(path, &size);
    if (size < header || read_big_endian(idx.file) != magic)
        die("%s: expected IDX %s (magic number 0x%08x, unsigned bytes in %zu dimensions)", path,
            content, magic, dimensions);

    /* Sizes below 2^32, at most three of them: checked one by one against what is there. */
    int64_t room = (int64_t)(size - header), total = 1;
    for (size_t d = 0; d < dimensions; d++) {
        idx.extent[d] = read_big_endian(idx.file + 4 + 4 * d);
        if (idx.extent[d] == 0) die("%s: holds no %s", path, content);
        total = idx.extent[d] <= room / total ? total * idx.extent[d] : room + 1;
    }
    if (total != room)
        die("%s: is %" PRId64 " bytes after its header, which its sizes do not match; fetch it "
            "again",
            path, room);
    idx.bytes = (const uint8_t *)idx.file + header;
    return idx;
}

Dataset *dataset_read_idx(const char *images, const char *labels)
{
    Idx image = read_idx(images, IMAGES_MAGIC, "images"),
        label = read_idx(labels, LABELS_MAGIC, "labels");
    if (image.extent[0] != label.extent[0])
        die("%s: %" PRId64 " labels, but %s has %" PRId64 " images", labels, label.extent[0],
            images, image.extent[0]);

    Dataset *dataset = alloc_zeroed(1, sizeof *dataset);
    dataset->rows = image.extent[0];
    dataset->height = image.extent[1];
    dataset->width = image.extent[2];
    dataset->cols = dataset->height * dataset->width;
    size_t pixels = (size_t)(dataset->rows * dataset->cols);
    dataset->bytes = alloc_zeroed(pixels, 1);
    memcpy(dataset->bytes, image.bytes, pixels);
    dataset->label = alloc_zeroed((size_t)dataset->rows, sizeof *dataset->label);
    for (int64_t i = 0; i < dataset->rows; i++) dataset->label[i] = label.bytes[i];
    free(image.file);
    free(label.file);
    return dataset;
}
