/* The schedules that are compared: every share, shape and floor of a final decay. */
#include "advise.h"

#include "base/die.h"
#include "base/number.h"
#include "world.h"

#include <inttypes.h>
#include <stdlib.h>

/* Shorter decays than 5 % are not offered: laws then see a cliff, which no network follows. */
static const double shares[] = {.05, .1, .15, .2, .25, .3, .4, .5, .6, .7, .8, .9, 1.0};
static const char *const shapes[] = {"linear", "cosine", "1-sqrt", "1-square"};
static const double floors[] = {0.0, .05, .1};
static const double CLIFF = 0.01;

enum {
    SHARES = sizeof shares / sizeof *shares,
    SHAPES = sizeof shapes / sizeof *shapes,
    FLOORS = sizeof floors / sizeof *floors,
    OTHERS = 2
};

static char *wsd_text(const Candidates *all, int64_t decay, const char *shape, double floor)
{
    return format_text("wsd:total=%" PRId64 ",peak=%.9g,warmup=%" PRId64 ",decay=%" PRId64
                       ",shape=%s,floor=%g",
                       all->steps, all->peak, all->warmup, decay, shape, floor);
}

static void add(Candidates *all, Candidate candidate)
{
    int64_t k = all->count++;
    all->candidate[k] = candidate;
    all->run[k] = (LawRun){.name = candidate.text,
                           .steps = all->steps + 1,
                           .rate = world_rates(candidate.text, all->steps, all->peak),
                           .warmup = all->warmup,
                           .counted = WARMUP_AREA};
}

/* A share of the whole run; the last one takes all that the warm-up leaves. */
static void add_wsd(Candidates *all, double share, const char *shape, double floor)
{
    int64_t room = all->steps - all->warmup, decay = (int64_t)(share * (double)all->steps + 0.5);
    if (decay > room) decay = room;
    if (decay < 2) decay = 2;
    double part = (double)decay / (double)all->steps;
    add(all, (Candidate){part, shape, floor, wsd_text(all, decay, shape, floor)});
}

Candidates candidates_create(int64_t steps, double peak, int64_t warmup)
{
    Candidates all = {.steps = steps, .warmup = warmup};
    char *digits = format_text("%.9g", peak); /* as the texts say it */
    number_real(digits, &all.peak);
    free(digits);
    size_t room = SHARES * SHAPES * FLOORS + OTHERS;
    all.candidate = alloc_zeroed(room, sizeof *all.candidate);
    all.run = alloc_zeroed(room, sizeof *all.run);
    for (int s = 0; s < SHARES; s++) {
        if (s && shares[s - 1] * (double)steps >= (double)(steps - warmup)) break;
        for (int h = 0; h < SHAPES; h++)
            for (int f = 0; f < FLOORS; f++) add_wsd(&all, shares[s], shapes[h], floors[f]);
    }
    all.offered = all.count;
    all.cliff = all.count;
    add_wsd(&all, CLIFF, "linear", 0.0);
    all.cosine = all.count;
    add(&all,
        (Candidate){(double)(steps - warmup) / (double)steps, "cosine", 0.1,
                    format_text("cosine:total=%" PRId64 ",peak=%.9g,warmup=%" PRId64 ",floor=0.1",
                                steps, peak, warmup)});
    return all;
}

void candidates_free(Candidates *all)
{
    for (int64_t k = 0; k < all->count; k++) {
        free(all->candidate[k].text);
        free((void *)all->run[k].rate);
    }
    free(all->candidate);
    free(all->run);
}
