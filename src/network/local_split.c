/* Where rows come from, and which node gets which. */
#include "base/die.h"
#include "base/rng.h"
#include "io/dataset.h"
#include "network/keys.h"
#include "network/local_rows.h"
#include "objective/sets.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the split */

static const char *const splits[] = {"even", "label"};

typedef struct {
    double label;
    int64_t row, place;
} Ticket;

/* By label; rows of one label in the order of their shuffled places. */
static int by_label(const void *left, const void *right)
{
    const Ticket *a = left, *b = right;
    if (a->label != b->label) return a->label < b->label ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* order (rows): sorted by label, and then a share `mixing` of the places shuffled among
 * themselves: 0 is the most skewed split, 1 an even one. */
static void arrange(const Rows *rows, double mixing, uint64_t seed, int64_t *order)
{
    int64_t n = rows->rows, mixed = (int64_t)(mixing * (double)n + 0.5);
    Ticket *ticket = alloc_zeroed((size_t)n, sizeof *ticket);
    int64_t *place = alloc_zeroed((size_t)(2 * n), sizeof *place), *moved = place + n;
    for (int64_t i = 0; i < n; i++) place[i] = i;
    Rng rng = rng_stream(seed, 0, RNG_SPLIT);
    rng_shuffle(&rng, n, place);
    for (int64_t i = 0; i < n; i++) ticket[i] = (Ticket){rows->label[i], i, place[i]};
    qsort(ticket, (size_t)n, sizeof *ticket, by_label);
    for (int64_t i = 0; i < n; i++) order[i] = ticket[i].row;
    rng_shuffle(&rng, n, place); /* the first `mixed` of these places are the mixed ones */
    for (int64_t k = 0; k < mixed; k++) moved[k] = order[place[k]];
    rng_shuffle(&rng, mixed, moved);
    for (int64_t k = 0; k < mixed; k++) order[place[k]] = moved[k];
    free(place);
    free(ticket);
}

static Rows reordered(const Rows *rows, const int64_t *order)
{
    Rows out = *rows;
    out.x = alloc_zeroed((size_t)(rows->rows * rows->cols), sizeof *out.x);
    out.label = alloc_zeroed((size_t)rows->rows, sizeof *out.label);
    for (int64_t i = 0; i < rows->rows; i++) {
        memcpy(out.x + i * rows->cols, rows->x + order[i] * rows->cols,
               (size_t)rows->cols * sizeof *out.x);
        out.label[i] = rows->label[order[i]];
    }
    return out;
}

/* Takes the rows; blocks of them go to the nodes, the sizes one apart at most. */
static Rows split(Rows rows, const char *name, int64_t nodes, const Spec *spec, uint64_t seed)
{
    int how = key_choice(spec, "split", 2, splits);
    double mixing = key_real(spec, "mixing", how ? 0.0 : 1.0, 0.0, 1.0);
    if (rows.rows < nodes)
        die("%s: %lld rows for %lld nodes, expected one each at least", name, (long long)rows.rows,
            (long long)nodes);
    int64_t *order = alloc_zeroed((size_t)rows.rows, sizeof *order);
    arrange(&rows, how ? mixing : 1.0, seed, order);
    Rows out = reordered(&rows, order);
    out.nodes = nodes;
    out.first = alloc_zeroed((size_t)nodes + 1, sizeof *out.first);
    for (int64_t i = 0; i <= nodes; i++) out.first[i] = rows.rows * i / nodes;
    rows_free(&rows);
    free(order);
    return out;
}

/* ---- named sets */

static Rows rows_of_design(const Design *design)
{
    Rows rows = {.rows = design->rows, .cols = design->cols};
    rows.x = alloc_zeroed((size_t)(rows.rows * rows.cols), sizeof *rows.x);
    rows.label = alloc_zeroed((size_t)rows.rows, sizeof *rows.label);
    for (int64_t i = 0; i < rows.rows; i++) {
        double *x = rows.x + i * rows.cols, sign = design->factor[i] < 0.0 ? -1.0 : 1.0;
        design_get_row(design, i, x);
        for (int64_t j = 0; j < rows.cols; j++) x[j] *= sign;
        rows.label[i] = sign;
    }
    return rows;
}

Rows rows_of_set(const char *text, const char *data_folder, int64_t nodes, const Spec *spec,
                 uint64_t seed)
{
    char *missing = set_missing_file(text, data_folder);
    if (missing) die("%s: there is no file %s: fetch it with data/fetch.sh", text, missing);
    Design *design = set_open(text, data_folder, rng_stream(seed, 0, RNG_DATA));
    if (design->weight) die_usage("%s: rows that count several times cannot be split", text);
    Rows rows = rows_of_design(design);
    design_free(design);
    return split(rows, text, nodes, spec, seed);
}

/* ---- files */

static void dense_row(const Dataset *set, int64_t row, double *x)
{
    if (set->row_start) {
        for (int64_t at = set->row_start[row]; at < set->row_start[row + 1]; at++)
            x[set->column[at]] = set->value[at];
        return;
    }
    for (int64_t j = 0; j < set->cols; j++)
        x[j] =
            set->bytes ? (double)set->bytes[row * set->cols + j] : set->dense[row * set->cols + j];
}

/* Appends a file's rows. Sparse files may name fewer columns than others; dense ones may not. */
static void append_file(Rows *rows, const char *path)
{
    Dataset *set = dataset_read(path, &(DatasetFormat){0});
    if (rows->rows && set->cols != rows->cols && !set->row_start)
        die("%s: %lld columns, expected %lld as in the files before", path, (long long)set->cols,
            (long long)rows->cols);
    if (set->class_count && rows->nodes > 1)
        die("%s: labels are words, expected numbers where every node has a file", path);
    int64_t cols = set->cols > rows->cols ? set->cols : rows->cols, all = rows->rows + set->rows;
    double *x = alloc_zeroed((size_t)(all * cols), sizeof *x);
    for (int64_t i = 0; i < rows->rows; i++)
        memcpy(x + i * cols, rows->x + i * rows->cols, (size_t)rows->cols * sizeof *x);
    for (int64_t i = 0; i < set->rows; i++) dense_row(set, i, x + (rows->rows + i) * cols);
    rows->label = alloc_resized(rows->label, (size_t)all, sizeof *rows->label);
    memcpy(rows->label + rows->rows, set->label, (size_t)set->rows * sizeof *set->label);
    free(rows->x);
    rows->x = x, rows->cols = cols, rows->rows = all;
    dataset_free(set);
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static Rows rows_of_folder(const char *path, int64_t nodes)
{
    struct dirent **entry;
    int count = scandir(path, &entry, is_visible, versionsort);
    if (count != nodes)
        die("%s: %d files for %lld nodes, expected one each", path, count, (long long)nodes);
    Rows rows = {.nodes = nodes};
    rows.first = alloc_zeroed((size_t)nodes + 1, sizeof *rows.first);
    for (int64_t i = 0; i < nodes; i++) {
        char *file = format_text("%s/%s", path, entry[i]->d_name);
        append_file(&rows, file);
        rows.first[i + 1] = rows.rows;
        free(file);
        free(entry[i]);
    }
    free(entry);
    return rows;
}

Rows rows_of_path(const char *path, int64_t nodes, const Spec *spec, uint64_t seed)
{
    struct stat status;
    if (stat(path, &status) != 0) die("%s: there is no such file or folder", path);
    if (S_ISDIR(status.st_mode)) return rows_of_folder(path, nodes);
    Rows rows = {0};
    append_file(&rows, path);
    return split(rows, path, nodes, spec, seed);
}
