/* Schedules that fall for ever, whatever the total. */
#include "optim/schedule_kinds.h"

#include <math.h>

/* The update whose rate is the peak: the warm-up's last one, or the first. */
static int64_t top(const Piece *piece) { return piece->warmup > 0 ? piece->warmup : 1; }

static double inverse_sqrt_share(const Piece *piece, int64_t i)
{
    return fmax(piece->floor, sqrt((double)top(piece) / (double)i));
}

const ScheduleKind schedule_inverse_sqrt = {
    .help = "peak sqrt(warmup / i) at update i (Vaswani et al. 2017; warmup 0 counts as 1), never "
            "below the floor",
    .share = inverse_sqrt_share,
};

static void inverse_time_read(Piece *piece, Spelled *keys)
{
    piece->factor = spelled_real(keys, "scale", 1.0, 1e-300, 1e300);
}

static double inverse_time_share(const Piece *piece, int64_t i)
{
    double since = (double)(i - top(piece));
    return fmax(piece->floor, 1.0 / (1.0 + since / piece->factor));
}

const ScheduleKind schedule_inverse_time = {
    .help = "peak / (1 + n / scale), n updates after the first one at the peak (Robbins & Monro "
            "1951), never below the floor; scale=1 without warm-up is peak / i",
    .read = inverse_time_read,
    .share = inverse_time_share,
};
