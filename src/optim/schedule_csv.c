/* A schedule read from a file: heading "step,rate", then rows of growing steps. */
#include "optim/schedule_kinds.h"

#include "base/die.h"
#include "base/hash.h"
#include "base/named.h"
#include "base/number.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BETWEEN_HELD, BETWEEN_LINEAR };

typedef struct {
    const char *name;
    int between;
} Between;

static const Between betweens[] = {{"held", BETWEEN_HELD}, {"linear", BETWEEN_LINEAR}};

/* Capacities are powers of two: full when the count is one. */
static void add_row(Piece *piece, int64_t step, double rate)
{
    if ((piece->count & (piece->count - 1)) == 0) {
        size_t capacity = piece->count ? 2 * (size_t)piece->count : 1;
        piece->step = alloc_resized(piece->step, capacity, sizeof *piece->step);
        piece->level = alloc_resized(piece->level, capacity, sizeof *piece->level);
    }
    piece->step[piece->count] = step;
    piece->level[piece->count++] = rate;
}

static void read_row(Piece *piece, const char *path, long line, char *text)
{
    int64_t step;
    double rate;
    char *comma = strchr(text, ',');
    const char *second = comma ? comma + 1 : "";
    if (comma) *comma = '\0';
    if (!comma || !number_int(text, &step) || step < 0)
        die("%s:%ld: expected STEP,RATE with a step from 0 on", path, line);
    if (!number_real(second, &rate) || !(rate >= 0.0 && rate <= 1e300))
        die("%s:%ld: expected a rate from 0 on, found '%s'", path, line, second);
    if (piece->count && step <= piece->step[piece->count - 1])
        die("%s:%ld: steps must grow, found %lld after %lld", path, line, (long long)step,
            (long long)piece->step[piece->count - 1]);
    add_row(piece, step, rate);
}

static void read_file(Piece *piece, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) die("%s: %s", path, strerror(errno));
    char *text = NULL;
    size_t size = 0;
    for (long line = 1; getline(&text, &size, file) >= 0; line++) {
        text[strcspn(text, "\r\n")] = '\0';
        if (line == 1 && strcmp(text, "step,rate") != 0)
            die("%s:1: expected the heading step,rate, found '%s'", path, text);
        if (line > 1) read_row(piece, path, line, text);
    }
    if (ferror(file)) die("%s: %s", path, strerror(errno));
    free(text);
    fclose(file);
    if (!piece->count) die("%s: no rows: expected the heading step,rate and a row a step", path);
}

/* The spelled-out text names the rates themselves: a run does not go on with others. */
static void require_same(const char *path, Spelled *keys)
{
    enum { DIGITS = 16 };
    Hash hash = hash_file(path);
    hash.hex[DIGITS] = '\0';
    const char *sum = spelled_text(keys, "sum", hash.hex);
    if (strcmp(sum, hash.hex))
        die("%s: is not the file of '%s': its sha256 begins with %s", path, keys->given, hash.hex);
}

static int64_t csv_length(Piece *piece, Spelled *keys)
{
    const char *path = spelled_text(keys, "file", "");
    if (!*path) die_usage("'%s': give file=PATH", keys->given);
    const char *name = spelled_text(keys, "between", "held");
    const Between *row =
        named_row("between", name, sizeof betweens / sizeof *betweens, sizeof *betweens, betweens);
    piece->after = row->between;
    read_file(piece, path);
    require_same(path, keys);
    return piece->step[piece->count - 1] + 1;
}

/* The last row at or before the step, by bisection; the first row holds for steps before it. */
static int row_before(const Piece *piece, int64_t step)
{
    int low = 0, high = piece->count;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (piece->step[middle] <= step)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double csv_share(const Piece *piece, int64_t i)
{
    int64_t step = i - 1;
    int r = row_before(piece, step);
    bool last = r + 1 == piece->count;
    if (piece->after == BETWEEN_HELD || last || step <= piece->step[r]) return piece->level[r];
    double x = (double)(step - piece->step[r]) / (double)(piece->step[r + 1] - piece->step[r]);
    return piece->level[r] * (1.0 - x) + piece->level[r + 1] * x;
}

const ScheduleKind schedule_csv = {
    .help = "rates from file=PATH with the heading step,rate (steps from 0); between rows "
            "between=held (the rate of the row before) or linear; sum=the first 16 digits of the "
            "file's sha256, where it must be that; peak, floor and warmup are the file's own",
    .share = csv_share,
    .length = csv_length,
};
