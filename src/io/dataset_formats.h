/* The readers behind dataset_read(), one file each. Private to dataset. */
#ifndef IO_DATASET_FORMATS_H
#define IO_DATASET_FORMATS_H

#include "io/dataset.h"

#include <stddef.h>

/* text: the whole file, 0-terminated; changed by the reader and free afterwards. */
Dataset *dataset_parse_libsvm(const char *path, char *text, size_t size);
Dataset *dataset_parse_csv(const char *path, char *text, size_t size, const DatasetFormat *format);

#endif
