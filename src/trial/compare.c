#include "trial/compare.h"

#include "base/die.h"
#include "base/number.h"
#include "io/csv.h"
#include "io/files.h"
#include "io/manifest.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMED = 12 }; /* trials named before "and N more" */

/* The same table of two folders; NULL where it is missing. */
typedef struct {
    const char *name;
    Csv *a, *b;
    bool same_bytes;
} Pair;

static Csv *read_if_there(const char *path) { return files_exist(path) ? csv_read(path) : NULL; }

static bool equal_bytes(const char *path_a, const char *path_b)
{
    size_t size_a, size_b;
    char *a = files_read(path_a, &size_a), *b = files_read(path_b, &size_b);
    bool same = size_a == size_b && !memcmp(a, b, size_a);
    free(a);
    free(b);
    return same;
}

static Pair open_pair(const char *name, const char *directory_a, const char *directory_b)
{
    char *path_a = format_text("%s/%s.csv", directory_a, name);
    char *path_b = format_text("%s/%s.csv", directory_b, name);
    Pair pair = {.name = name, .a = read_if_there(path_a), .b = read_if_there(path_b)};
    pair.same_bytes = !pair.a && !pair.b;
    if (pair.a && pair.b) pair.same_bytes = equal_bytes(path_a, path_b);
    free(path_a);
    free(path_b);
    return pair;
}

static void close_pair(Pair *pair)
{
    if (pair->a) csv_free(pair->a);
    if (pair->b) csv_free(pair->b);
}

static bool same_shape(const Pair *pair)
{
    if (csv_rows(pair->a) != csv_rows(pair->b)) return false;
    if (csv_columns(pair->a) != csv_columns(pair->b)) return false;
    for (int k = 0; k < csv_columns(pair->a); k++)
        if (strcmp(csv_name(pair->a, k), csv_name(pair->b, k))) return false;
    return true;
}

/* |a − b| over the larger of the two; inf where one is text, NaN or infinite and they differ. */
static double relative_difference(const char *a, const char *b)
{
    double x, y;
    if (!strcmp(a, b)) return 0.0;
    if (!number_real(a, &x) || !number_real(b, &y)) return INFINITY;
    if (x == y) return 0.0;
    double difference = fabs(x - y) / fmax(fabs(x), fabs(y));
    return isnan(difference) ? INFINITY : difference;
}

static void print_column(FILE *out, const Pair *pair, int column)
{
    double largest = 0.0;
    int64_t rows = 0;
    for (int64_t row = 0; row < csv_rows(pair->a); row++) {
        const char *a = csv_text(pair->a, row, column), *b = csv_text(pair->b, row, column);
        rows += strcmp(a, b) != 0;
        largest = fmax(largest, relative_difference(a, b));
    }
    if (!rows) return;
    fprintf(out, "  %-20s %" PRId64 " of %" PRId64 " rows differ", csv_name(pair->a, column), rows,
            csv_rows(pair->a));
    if (isinf(largest))
        fprintf(out, ", some not by a number\n");
    else
        fprintf(out, ", by at most %.3g of the value\n", largest);
}

static bool row_differs(const Pair *pair, int64_t row)
{
    for (int k = 0; k < csv_columns(pair->a); k++)
        if (strcmp(csv_text(pair->a, row, k), csv_text(pair->b, row, k))) return true;
    return false;
}

/* Rows of one trial stand together. */
static void print_trials(FILE *out, const Pair *pair)
{
    int column = csv_find(pair->a, "trial");
    const char *last = "";
    int64_t count = 0;
    for (int64_t row = 0; column >= 0 && row < csv_rows(pair->a); row++) {
        const char *trial = csv_text(pair->a, row, column);
        if (!strcmp(trial, last) || !row_differs(pair, row)) continue;
        if (count++ < MAX_NAMED) fprintf(out, "%s %s", count == 1 ? "  trials" : "", trial);
        last = trial;
    }
    if (count > MAX_NAMED) fprintf(out, " and %" PRId64 " more", count - MAX_NAMED);
    if (count) fputc('\n', out);
}

static void print_pair(FILE *out, const Pair *pair)
{
    if (pair->same_bytes) {
        if (pair->a) fprintf(out, "%s.csv: the same bytes\n", pair->name);
    } else if (!pair->a || !pair->b) {
        fprintf(out, "%s.csv: only in the %s folder\n", pair->name, pair->a ? "first" : "second");
    } else if (!same_shape(pair)) {
        fprintf(out, "%s.csv: other columns, or %" PRId64 " rows against %" PRId64 "\n", pair->name,
                csv_rows(pair->a), csv_rows(pair->b));
    } else {
        fprintf(out, "%s.csv differs\n", pair->name);
        for (int k = 0; k < csv_columns(pair->a); k++) print_column(out, pair, k);
        print_trials(out, pair);
    }
}

static const char *verdict_of(const Csv *csv, const char *claim)
{
    for (int64_t row = 0; csv && row < csv_rows(csv); row++)
        if (!strcmp(csv_text(csv, row, csv_column(csv, "claim")), claim))
            return csv_text(csv, row, csv_column(csv, "verdict"));
    return "missing";
}

/* Claims of `one` whose verdict in `other` is another; those that `other` lacks are counted
 * only from the side that asks with `lacking`. */
static int64_t print_verdicts(FILE *out, const Csv *one, const Csv *other, bool lacking)
{
    int64_t differing = 0;
    for (int64_t row = 0; one && row < csv_rows(one); row++) {
        const char *claim = csv_text(one, row, csv_column(one, "claim"));
        const char *here = verdict_of(one, claim), *there = verdict_of(other, claim);
        if (!strcmp(here, there) || (lacking && strcmp(there, "missing"))) continue;
        fprintf(out, "  %-20s %s, %s\n", claim, lacking ? there : here, lacking ? here : there);
        differing++;
    }
    return differing;
}

static bool verdicts_agree(FILE *out, const char *directory_a, const char *directory_b)
{
    Pair claims = open_pair("claims", directory_a, directory_b);
    int64_t differing = print_verdicts(out, claims.a, claims.b, false) +
                        print_verdicts(out, claims.b, claims.a, true);
    if (!claims.a && !claims.b)
        fprintf(out, "no claims were judged\n");
    else if (differing)
        fprintf(out, "%" PRId64 " verdicts differ\n", differing);
    else
        fprintf(out, "all %" PRId64 " verdicts agree\n", csv_rows(claims.a));
    close_pair(&claims);
    return differing == 0;
}

/* The program of a folder; NULL where its run.txt does not say. The caller frees. */
static char *program_of(const char *directory)
{
    char *path = format_text("%s/run.txt", directory);
    char *program = manifest_value(path, "program");
    free(path);
    return program;
}

static void check_programs(const char *directory_a, const char *directory_b)
{
    char *a = program_of(directory_a), *b = program_of(directory_b);
    if (a && b && strcmp(a, b))
        die_usage("%s holds results of %s, %s of %s: expected two folders of one program",
                  directory_a, a, directory_b, b);
    free(a);
    free(b);
}

int compare_results(FILE *out, const char *directory_a, const char *directory_b)
{
    check_programs(directory_a, directory_b);
    static const char *const names[] = {"trials", "curves", "summary"};
    bool same = true;
    int64_t found = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        Pair pair = open_pair(names[k], directory_a, directory_b);
        print_pair(out, &pair);
        same = same && pair.same_bytes;
        found += pair.a && pair.b;
        close_pair(&pair);
    }
    if (!found) die("%s and %s have no table in common", directory_a, directory_b);
    if (!verdicts_agree(out, directory_a, directory_b)) return 2;
    return same ? 0 : 1;
}
