#include "io/log_rows.h"

#include "base/die.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const LogEntry nothing = {0, NAN, NAN, NAN};

LogRows log_rows_begin(void) { return (LogRows){.now = nothing}; }

void log_rows_free(LogRows *rows) { free(rows->entry); }

/* A rate in a fixed number of decimals is known to half of the last one. Programs that print as
 * many digits as it takes never end in a 0, and differ from rate to rate. */
static void note_decimals(LogRows *rows, const char *text)
{
    const char *point = strchr(text, '.');
    int decimals = point && !strpbrk(text, "eE") ? (int)strlen(point + 1) : -1;
    rows->decimals = rows->decimals == 0 || rows->decimals == decimals ? decimals : -1;
    rows->padded |= decimals > 1 && point[decimals] == '0';
}

static bool is_absent(const char *text)
{
    if (*text >= '0' && *text <= '9') return false;
    static const char *const words[] = {"", "null", "none", "na", "n/a", "?", "-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0) return true;
    return false;
}

static void set_step(LogRows *rows, const char *text)
{
    rows->has_step = number_int(text, &rows->now.step);
    if (!rows->has_step || rows->now.step < 0 || rows->now.step > LOG_LAST_STEP)
        rows->is_broken = true;
}

static void set_value(LogRows *rows, LogRole role, double value)
{
    double known = isfinite(value) ? value : INFINITY;
    if (role == LOG_TRAIN) rows->now.train_loss = known;
    if (role == LOG_VALIDATION) rows->now.validation_loss = known;
    if (role == LOG_RATE && isfinite(value)) rows->now.rate = value;
    if (role == LOG_RATE && value < 0) rows->is_broken = true;
}

void log_rows_set(LogRows *rows, LogRole role, const char *text, int64_t length, bool at_end)
{
    char cell[64];
    for (; length > 0 && (*text == ' ' || *text == '\t'); text++) length--;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
    if (length >= (int64_t)sizeof cell || memchr(text, '\0', (size_t)length)) {
        rows->is_broken = true;
        return;
    }
    memcpy(cell, text, (size_t)length);
    cell[length] = '\0';
    if (is_absent(cell)) return;

    double value = 0;
    if (role == LOG_STEP)
        set_step(rows, cell);
    else if (number_real(cell, &value))
        set_value(rows, role, value);
    else
        rows->is_broken = true;
    if (role == LOG_RATE && value != 0) note_decimals(rows, cell);
    if (!isfinite(value)) return;
    int64_t before = rows->length[role];
    if (at_end && (before == 0 || length < before)) rows->is_broken = true;
    rows->length[role] = length;
}

static void add(LogRows *rows)
{
    if (rows->count == rows->room) {
        rows->room = rows->room ? 2 * rows->room : 256;
        rows->entry = alloc_resized(rows->entry, (size_t)rows->room, sizeof *rows->entry);
    }
    rows->entry[rows->count++] = rows->now;
}

void log_rows_next(LogRows *rows)
{
    const LogEntry *now = &rows->now;
    bool empty = isnan(now->rate) && isnan(now->train_loss) && isnan(now->validation_loss);
    if (rows->is_broken)
        rows->broken++;
    else if (!rows->has_step || empty)
        rows->empty++;
    else
        add(rows);
    rows->now = nothing;
    rows->has_step = rows->is_broken = false;
}

void log_rows_spoil(LogRows *rows)
{
    rows->is_broken = true;
    log_rows_next(rows);
}
