/* Restarts. A run that dies at step 1500 goes on from its checkpoint at 1000 and logs 1001, …
 * again. Read backwards, an entry stands exactly when its step is below all later ones. Training
 * and validation are two such series, since evaluations may be printed late; but an evaluation
 * also falls when training later goes on from before it. */
#include "io/log_rows.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>

static bool trains(const LogEntry *entry)
{
    return !isnan(entry->train_loss) || !isnan(entry->rate);
}

static bool validates(const LogEntry *entry) { return !isnan(entry->validation_loss); }

/* One step far below its neighbours, which ascend: a digit was lost, the run did not go back. */
static bool is_slip(const LogRows *rows, int64_t k, int64_t later_step)
{
    int64_t before = k - 1;
    while (before >= 0 && !trains(&rows->entry[before])) before--;
    if (before < 0) return false;
    int64_t step = rows->entry[before].step;
    return rows->entry[k].step <= step / 2 && step < later_step && later_step < INT64_MAX;
}

/* Two entries of one step give their values together; the later one counts where both have one. */
static bool join_equal(LogEntry *entry, LogEntry *later)
{
    bool repeated = !isnan(entry->train_loss) && !isnan(later->train_loss);
    if (isnan(later->train_loss)) later->train_loss = entry->train_loss;
    if (isnan(later->rate)) later->rate = entry->rate;
    entry->train_loss = entry->rate = NAN;
    return repeated;
}

/* Takes out of the entries what was overwritten. */
static void settle(LogRows *rows, TrainingLog *log)
{
    int64_t trained = INT64_MAX, validated = INT64_MAX; /* the smallest later steps */
    LogEntry *later = NULL;
    for (int64_t k = rows->count - 1; k >= 0; k--) {
        LogEntry *entry = &rows->entry[k];
        bool repeated = false;
        if (trains(entry) && is_slip(rows, k, trained)) {
            rows->broken++;
            *entry = (LogEntry){entry->step, NAN, NAN, NAN};
            continue;
        }
        if (validates(entry)) {
            repeated = entry->step >= validated || entry->step > trained;
            if (repeated) entry->validation_loss = NAN;
            if (entry->step < validated) validated = entry->step;
        }
        if (trains(entry)) {
            if (later && entry->step > trained) {
                repeated = true;
                entry->train_loss = entry->rate = NAN;
            } else if (later && entry->step == trained) {
                repeated |= join_equal(entry, later);
            } else {
                trained = entry->step;
                later = entry;
            }
        }
        log->dropped_repeated += repeated;
    }
}

static void add_row(TrainingLog *log, int64_t step, double rate, double train, double validation)
{
    bool lost = isinf(train) || isinf(validation);
    if (isinf(train)) train = NAN;
    if (isinf(validation)) validation = NAN;
    if (isnan(train) && isnan(validation) && lost) {
        log->dropped_nan++;
        return;
    }
    int64_t row = log->rows++;
    log->step[row] = step;
    log->rate[row] = rate;
    log->train_loss[row] = train;
    log->validation_loss[row] = validation;
    log->rated += !isnan(rate);
    log->trained += !isnan(train);
    log->validated += !isnan(validation);
}

static void make_room(TrainingLog *log, int64_t rows)
{
    log->step = alloc_resized(log->step, (size_t)rows, sizeof *log->step);
    log->rate = alloc_resized(log->rate, (size_t)rows, sizeof *log->rate);
    log->train_loss = alloc_resized(log->train_loss, (size_t)rows, sizeof *log->train_loss);
    log->validation_loss =
        alloc_resized(log->validation_loss, (size_t)rows, sizeof *log->validation_loss);
}

/* The two series, each ascending, into one. */
static void merge(const LogRows *rows, TrainingLog *log)
{
    const LogEntry *entry = rows->entry;
    for (int64_t t = 0, v = 0;;) {
        while (t < rows->count && !trains(&entry[t])) t++;
        while (v < rows->count && !validates(&entry[v])) v++;
        bool has_t = t < rows->count, has_v = v < rows->count;
        if (!has_t && !has_v) return;
        bool use_t = has_t && (!has_v || entry[t].step <= entry[v].step);
        bool use_v = has_v && (!has_t || entry[v].step <= entry[t].step);
        add_row(log, use_t ? entry[t].step : entry[v].step, use_t ? entry[t].rate : NAN,
                use_t ? entry[t].train_loss : NAN, use_v ? entry[v].validation_loss : NAN);
        t += use_t;
        v += use_v;
    }
}

void log_rows_settle(LogRows *rows, TrainingLog *log)
{
    settle(rows, log);
    make_room(log, 2 * rows->count); /* an entry may be split into training and validation */
    merge(rows, log);
    make_room(log, log->rows);
    log->dropped_empty = rows->empty;
    log->dropped_broken = rows->broken;
    if (rows->padded && rows->decimals > 0) log->rate_rounding = 0.5 * pow(10, -rows->decimals);
}

/* As if `other` had been printed before `log`, whose own values therefore stand. */
void log_join(TrainingLog *log, const TrainingLog *other)
{
    TrainingLog both = {.path = log->path, .format = log->format};
    make_room(&both, log->rows + other->rows);
    for (int64_t i = 0, j = 0; i < log->rows || j < other->rows;) {
        bool own = i < log->rows && (j == other->rows || log->step[i] <= other->step[j]);
        bool its = j < other->rows && (i == log->rows || other->step[j] <= log->step[i]);
        double rate = own ? log->rate[i] : NAN, train = own ? log->train_loss[i] : NAN;
        double validation = own ? log->validation_loss[i] : NAN;
        if (its && isnan(rate)) rate = other->rate[j];
        if (its && isnan(train)) train = other->train_loss[j];
        if (its && isnan(validation)) validation = other->validation_loss[j];
        add_row(&both, own ? log->step[i] : other->step[j], rate, train, validation);
        i += own;
        j += its;
    }
    both.dropped_repeated = log->dropped_repeated + other->dropped_repeated;
    both.dropped_nan = log->dropped_nan + other->dropped_nan;
    both.dropped_empty = log->dropped_empty + other->dropped_empty;
    both.dropped_broken = log->dropped_broken + other->dropped_broken;
    both.rate_rounding = log->rated ? log->rate_rounding : other->rate_rounding;
    log->path = NULL;
    free(log->step), free(log->rate), free(log->train_loss), free(log->validation_loss);
    *log = both;
}
