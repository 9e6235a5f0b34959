#include "io/dataset.h"

#include "base/die.h"
#include "base/number.h"
#include "io/dataset_formats.h"
#include "io/files.h"

#include <stdlib.h>
#include <string.h>

/* The first line that says something; NULL in an empty file. */
static const char *first_line(const char *text)
{
    for (;;) {
        text += strspn(text, " \t\r\n");
        if (*text != '#') return *text ? text : NULL;
        text = strchrnul(text, '\n');
    }
}

/* "1 3:0.5 …" or "2 qid:1 …": a number, then an index and a colon. */
static bool looks_like_libsvm(const char *line)
{
    char label[64];
    double number;
    size_t length = strcspn(line, " \t\r\n");
    if (length == 0 || length >= sizeof label) return false;
    memcpy(label, line, length);
    label[length] = '\0';
    const char *second = line + length + strspn(line + length, " \t");
    size_t digits = strspn(second, "0123456789");
    bool pair = (digits > 0 && second[digits] == ':') || strncmp(second, "qid:", 4) == 0;
    return number_real(label, &number) && pair;
}

static bool is_libsvm(const char *path, const char *text, const char *name)
{
    const char *line = first_line(text);
    if (!line) die("%s: the file is empty; expected rows of numbers", path);
    if (!name) return looks_like_libsvm(line);
    bool libsvm = strcmp(name, "libsvm") == 0;
    if (!libsvm && strcmp(name, "csv") != 0)
        die_usage("%s: unknown format '%s'; expected libsvm or csv", path, name);
    return libsvm;
}

Dataset *dataset_read(const char *path, const DatasetFormat *format)
{
    static const DatasetFormat by_content = {0};
    if (!format) format = &by_content;
    size_t size;
    char *text = files_read(path, &size);
    if (size >= 4 && memcmp(text, "\0\0\x08", 3) == 0)
        die("%s: is an IDX file; its images and labels must be given as a pair", path);
    if (strlen(text) != size)
        die("%s: holds a zero byte, so it is not text; expected LIBSVM or CSV, plain or gzip",
            path);
    Dataset *dataset = is_libsvm(path, text, format->format)
                           ? dataset_parse_libsvm(path, text, size)
                           : dataset_parse_csv(path, text, size, format);
    free(text);
    return dataset;
}

void dataset_free(Dataset *dataset)
{
    if (!dataset) return;
    for (int i = 0; i < dataset->class_count; i++) free(dataset->class_name[i]);
    free(dataset->class_name);
    free(dataset->value);
    free(dataset->column);
    free(dataset->row_start);
    free(dataset->bytes);
    free(dataset->dense);
    free(dataset->label);
    free(dataset);
}
