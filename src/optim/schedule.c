#include "optim/schedule_kinds.h"

#include "base/die.h"
#include "base/named.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    const ScheduleKind *kind;
} Row;

static const Row kinds[] = {
    {"constant", &schedule_constant},
    {"linear", &schedule_linear},
    {"cosine", &schedule_cosine},
    {"wsd", &schedule_wsd},
    {"knee", &schedule_knee},
    {"multistep", &schedule_multistep},
    {"multistep_cosine", &schedule_multistep_cosine},
    {"cyclic", &schedule_cyclic},
    {"inverse_sqrt", &schedule_inverse_sqrt},
    {"inverse_time", &schedule_inverse_time},
    {"csv", &schedule_csv},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

int schedule_kind_count(void) { return KINDS; }
const char *schedule_kind_name(int kind) { return kinds[kind].name; }
const char *schedule_kind_help(int kind) { return kinds[kind].kind->help; }
bool schedule_kind_needs_keys(int kind) { return kinds[kind].kind->length != NULL; }

struct Schedule {
    int count;
    Piece *piece;
    char *text;
};

/* ---- reading */

int64_t schedule_steps_of(const Piece *piece, const Spelled *keys, const char *what, double value)
{
    if (value > 1.0 && value != floor(value))
        die_usage("'%s': %s = %g is neither a share (up to 1) nor a whole number of steps",
                  keys->given, what, value);
    return llround(value > 1.0 ? value : value * (double)piece->total);
}

int64_t schedule_steps(const Piece *piece, Spelled *keys, const char *key, double otherwise)
{
    double value = spelled_real(keys, key, otherwise, 0.0, (double)piece->total);
    return schedule_steps_of(piece, keys, key, value);
}

static void read_total(Piece *piece, Spelled *keys, int64_t otherwise)
{
    if (otherwise < 1 && !spec_has(keys->spec, "total"))
        die_usage("'%s': no steps are left for %s: give total=STEPS", keys->given,
                  spec_kind(keys->spec));
    piece->total = spelled_int(keys, "total", otherwise, 1, INT64_C(1) << 53);
}

static void read_common(Piece *piece, Spelled *keys, double peak, double rate_before)
{
    if (!(peak > 0.0) && !spec_has(keys->spec, "peak"))
        die_usage("'%s': give peak=RATE", keys->given);
    piece->peak = spelled_real(keys, "peak", peak, 1e-300, 1e300);
    piece->warmup = spelled_int(keys, "warmup", 0, 0, piece->total);
    piece->from = spelled_real(keys, "from", rate_before / piece->peak, 0.0, 1e300);
    piece->floor = spelled_real(keys, "floor", 0.0, 0.0, 1.0);
}

/* left: steps of the run that no piece before has taken, 0 where that is not known.
 * Returns the piece spelled out. */
static char *read_piece(Piece *piece, const char *text, int64_t left, double peak,
                        double rate_before)
{
    Spec *spec = spec_parse(text);
    Spelled keys = spelled_start(spec, text);
    const Row *row = named_row("schedule", spec_kind(spec), KINDS, sizeof *kinds, kinds);
    piece->kind = row->kind;
    piece->peak = 1.0;
    if (row->kind->length) {
        int64_t length = row->kind->length(piece, &keys);
        read_total(piece, &keys, left > 0 ? left : length);
    } else {
        read_total(piece, &keys, left);
        read_common(piece, &keys, peak, rate_before);
    }
    if (row->kind->read) row->kind->read(piece, &keys);
    spec_done(spec);
    spec_free(spec);
    return keys.text;
}

/* The '+' that ends the piece at `text`, or NULL: the one before the name of a kind; in 1e+3 it
 * stands before a digit. */
static char *piece_end(char *text)
{
    char *plus = strchr(text, '+');
    while (plus && !isalpha((unsigned char)plus[1])) plus = strchr(plus + 1, '+');
    return plus;
}

static void add_text(Schedule *schedule, char *text)
{
    char *longer =
        schedule->text ? format_text("%s+%s", schedule->text, text) : format_text("%s", text);
    free(schedule->text);
    free(text);
    schedule->text = longer;
}

Schedule *schedule_create(const char *text, ScheduleDefaults defaults)
{
    Schedule *schedule = alloc_zeroed(1, sizeof *schedule);
    char *copy = format_text("%s", text);
    for (char *at = copy; at;) {
        char *end = piece_end(at);
        if (end) *end = '\0';
        int64_t done = schedule_total(schedule), count = schedule->count;
        double before = count ? schedule_rate(schedule, done) : 0.0;
        schedule->piece = alloc_resized(schedule->piece, (size_t)count + 1, sizeof(Piece));
        schedule->piece[count] = (Piece){0};
        add_text(schedule, read_piece(&schedule->piece[count], at, defaults.total - done,
                                      defaults.peak, before));
        schedule->count++;
        at = end ? end + 1 : NULL;
    }
    free(copy);
    return schedule;
}

void schedule_free(Schedule *schedule)
{
    if (!schedule) return;
    for (int p = 0; p < schedule->count; p++) {
        free(schedule->piece[p].step);
        free(schedule->piece[p].level);
    }
    free(schedule->piece);
    free(schedule->text);
    free(schedule);
}

/* ---- asking */

static double piece_rate(const Piece *piece, int64_t i)
{
    if (i > piece->warmup) return piece->peak * piece->kind->share(piece, i);
    double x = (double)i / (double)piece->warmup;
    return piece->peak * (piece->from * (1.0 - x) + x);
}

double schedule_rate(const Schedule *schedule, int64_t step)
{
    assert(step >= 0);
    const Piece *piece = schedule->piece, *last = piece + schedule->count - 1;
    for (; piece < last && step >= piece->total; piece++) step -= piece->total;
    return piece_rate(piece, step < piece->total ? step + 1 : piece->total);
}

double schedule_start(const Schedule *schedule)
{
    const Piece *first = schedule->piece;
    if (first->kind->length) return piece_rate(first, 1);
    return first->warmup ? first->peak * first->from : first->peak;
}

double *schedule_rates(const Schedule *schedule, int64_t steps)
{
    double *rate = alloc_zeroed((size_t)steps + 1, sizeof *rate);
    rate[0] = schedule_start(schedule);
    for (int64_t s = 1; s <= steps; s++) rate[s] = schedule_rate(schedule, s - 1);
    return rate;
}

int64_t schedule_total(const Schedule *schedule)
{
    int64_t total = 0;
    for (int p = 0; p < schedule->count; p++) total += schedule->piece[p].total;
    return total;
}

const char *schedule_text(const Schedule *schedule) { return schedule->text; }
