/* LIBSVM text: "label index:value index:value …", indices from 1, ascending. */
#include "base/die.h"
#include "base/number.h"
#include "io/dataset_formats.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *path;
    int64_t line;
    Dataset *dataset;
    int64_t stored, room, row_room;
} Libsvm;

static _Noreturn void die_token(const Libsvm *reader, const char *token, const char *expected)
{
    die("%s:%" PRId64 ": expected %s, found '%.40s'", reader->path, reader->line, expected, token);
}

/* The next word of a line, cut out; NULL at its end. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t\r");
    if (!*word) return NULL;
    *rest = word + strcspn(word, " \t\r");
    if (**rest) *(*rest)++ = '\0';
    return word;
}

static void add_row(Libsvm *reader, const char *word)
{
    Dataset *dataset = reader->dataset;
    double label;
    if (strchr(word, ','))
        die_token(reader, word, "one label (rows of several labels are not read)");
    if (!number_real(word, &label) || !isfinite(label))
        die_token(reader, word, "a number as label");
    if (dataset->rows == reader->row_room) {
        reader->row_room = reader->row_room ? 2 * reader->row_room : 1024;
        size_t room = (size_t)reader->row_room;
        dataset->label = alloc_resized(dataset->label, room, sizeof *dataset->label);
        dataset->row_start =
            alloc_resized(dataset->row_start, room + 1, sizeof *dataset->row_start);
    }
    dataset->row_start[dataset->rows] = reader->stored;
    dataset->label[dataset->rows++] = label;
}

static void store(Libsvm *reader, int64_t index, double value)
{
    Dataset *dataset = reader->dataset;
    if (index > dataset->cols) dataset->cols = index;
    if (value == 0.0) return;
    if (reader->stored == reader->room) {
        reader->room = reader->room ? 2 * reader->room : 4096;
        size_t room = (size_t)reader->room;
        dataset->column = alloc_resized(dataset->column, room, sizeof *dataset->column);
        dataset->value = alloc_resized(dataset->value, room, sizeof *dataset->value);
    }
    dataset->column[reader->stored] = (int32_t)(index - 1);
    dataset->value[reader->stored++] = value;
}

/* One "index:value"; returns the index. */
static int64_t add_feature(Libsvm *reader, char *word, int64_t before)
{
    char *colon = strchr(word, ':');
    if (!colon) die_token(reader, word, "index:value");
    if (strncmp(word, "qid:", 4) == 0)
        die_token(reader, word,
                  "index:value (ranking data cannot be classified: take the qid: entries out)");
    *colon = '\0';
    int64_t index;
    double value;
    if (!number_int(word, &index) || index < 1 || index > INT32_MAX)
        die_token(reader, word, "an index from 1 to 2147483647");
    if (index == before) die_token(reader, word, "each index once in a row");
    if (index < before) die_token(reader, word, "ascending indices (sort each row)");
    if (!number_real(colon + 1, &value) || !isfinite(value))
        die_token(reader, colon + 1, "a finite number behind ':'");
    store(reader, index, value);
    return index;
}

static void read_row(Libsvm *reader, char *line)
{
    line[strcspn(line, "#")] = '\0';
    char *word = next_word(&line);
    if (!word) return;
    add_row(reader, word);
    int64_t index = 0;
    while ((word = next_word(&line))) index = add_feature(reader, word, index);
}

Dataset *dataset_parse_libsvm(const char *path, char *text, size_t size)
{
    (void)size;
    Libsvm reader = {.path = path, .dataset = alloc_zeroed(1, sizeof *reader.dataset)};
    for (char *line; (line = strsep(&text, "\n"));) {
        reader.line++;
        read_row(&reader, line);
    }
    if (reader.stored == 0)
        die("%s:%" PRId64 ": expected at least one index:value that is not 0", path, reader.line);
    reader.dataset->row_start[reader.dataset->rows] = reader.stored;
    return reader.dataset;
}
