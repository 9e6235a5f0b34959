#include "io/progress.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* One terminal, one line: its state belongs to the process. */
static struct {
    bool disabled, begun, visible;
    double start_s, shown_s;
    int64_t start_done; /* trials kept from an earlier run say nothing about speed */
} line;

void progress_enable(bool enabled) { line.disabled = !enabled; }

static int count_digits(int64_t number) { return snprintf(NULL, 0, "%" PRId64, number); }

static void print_time_left(double left_s)
{
    if (left_s < 100.0)
        fprintf(stderr, "  %.1f s left", left_s);
    else if (left_s < 6000.0)
        fprintf(stderr, "  %.0f min left", left_s / 60.0);
    else
        fprintf(stderr, "  %.1f h left", left_s / 3600.0);
}

void progress_show(const char *what, int64_t done, int64_t total, double loss)
{
    if (line.disabled || !isatty(STDERR_FILENO)) return;
    double now_s = clock_s();
    if (!line.begun) {
        line.begun = true;
        line.start_s = now_s;
        line.start_done = done;
    }
    if (line.visible && now_s - line.shown_s < 0.5) return;
    line.visible = true;
    line.shown_s = now_s;

    fprintf(stderr, "\r\033[K[%*" PRId64 "/%" PRId64 "] %s", count_digits(total), done, total,
            what ? what : "");
    if (!isnan(loss)) fprintf(stderr, "  loss %.4g", loss);
    int64_t fresh = done - line.start_done;
    if (fresh > 0) print_time_left((now_s - line.start_s) / (double)fresh * (double)(total - done));
    fflush(stderr);
}

void progress_end(void)
{
    if (line.visible) fputs("\r\033[K", stderr);
    line.begun = line.visible = false;
}
