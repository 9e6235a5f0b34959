/* The verdict in a sentence or two. */
#include "compare.h"

#include "base/die.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* The first of those that are not told apart from the winner. */
static const Standing *nearest(const Comparison *comparison, const CompareVerdict *verdict)
{
    for (int k = 1; k < comparison->count && !verdict->standing[k].failed; k++)
        if (!verdict->standing[k].is_told_apart) return &verdict->standing[k];
    return NULL;
}

static void print_won(const Comparison *comparison, const CompareVerdict *verdict)
{
    const Standing *second = &verdict->standing[1];
    FILE *text = comparison->text;
    fprintf(text, "winner     %s: ", comparison->contestant[verdict->standing[0].contestant].name);
    if (second->failed) {
        fprintf(text, "all others had runs that failed\n");
        return;
    }
    char *behind = compare_say_difference(comparison, second->behind);
    fprintf(text, "the next, %s, is behind by %s%s\n",
            comparison->contestant[second->contestant].name, behind,
            comparison->count > 2 ? ", and all others are told apart too" : "");
    free(behind);
}

/* How many seeds more; how long where it was measured. */
static void print_needed(const Comparison *comparison, const CompareVerdict *verdict)
{
    enum { BEYOND = COMPARE_SEARCH_SEED - 1 };
    const Standing *other = nearest(comparison, verdict);
    FILE *text = comparison->text;
    if (verdict->seeds < 2) {
        fprintf(text, "           two seeds are the least that say how far chance goes\n");
    } else if (other->is_without_spread && other->behind.estimate == 0.0) {
        fprintf(text,
                "           under each of the %" PRId64
                " seeds they are equal; so few show nothing: "
                "give more --seeds, or a larger test split\n",
                verdict->seeds);
    } else if (verdict->seeds_needed > BEYOND) {
        fprintf(text, "           no number of seeds in reach would decide: as far as these show, "
                      "they are equal\n");
    } else {
        fprintf(text,
                "           about %.0f seeds would decide, if the difference stays as it is: ",
                verdict->seeds_needed);
        compare_print_runs(comparison);
        fprintf(text, " --seeds %.0f", verdict->seeds_needed);
        compare_print_time(comparison, verdict->needed_s);
        fprintf(text, "%s\n", isnan(verdict->needed_s) ? "" : " more");
    }
}

/* Names of those that are told apart from the first, or of those that are not, ", " between. */
static void print_names(const Comparison *comparison, const CompareVerdict *verdict,
                        bool told_apart)
{
    int printed = 0;
    for (int k = 1; k < comparison->count && !verdict->standing[k].failed; k++)
        if (verdict->standing[k].is_told_apart == told_apart)
            fprintf(comparison->text, "%s%s", printed++ ? ", " : "",
                    comparison->contestant[verdict->standing[k].contestant].name);
}

static int count_told_apart(const Comparison *comparison, const CompareVerdict *verdict)
{
    int count = 0;
    for (int k = 1; k < comparison->count; k++) count += verdict->standing[k].is_told_apart;
    return count;
}

static void print_undecided(const Comparison *comparison, const CompareVerdict *verdict)
{
    FILE *text = comparison->text;
    const Standing *other = nearest(comparison, verdict);
    char *behind = compare_say_difference(comparison, other->behind);
    fprintf(text, "undecided  %s is first, but as good may be ",
            comparison->contestant[verdict->standing[0].contestant].name);
    print_names(comparison, verdict, false);
    fprintf(text, "\n           %s is behind by %s", comparison->contestant[other->contestant].name,
            behind);
    if (count_told_apart(comparison, verdict)) {
        fprintf(text, "; told apart from it: ");
        print_names(comparison, verdict, true);
    }
    fprintf(text, "\n");
    free(behind);
    print_needed(comparison, verdict);
}

void compare_print_verdict(const Comparison *comparison, const CompareVerdict *verdict)
{
    FILE *text = comparison->text;
    if (verdict->verdict == RANKING_WITHOUT)
        fprintf(text, "undecided  %s\n",
                verdict->seeds == 0 ? "no seed is there that everyone has been reported on"
                                    : "everyone has runs that failed");
    else if (verdict->verdict == RANKING_WON)
        print_won(comparison, verdict);
    else
        print_undecided(comparison, verdict);
    if (verdict->seeds > 0)
        fprintf(text,
                "           intervals: of the seeds, on this test split, all together %.4g %%; "
                "the luck of a search is not in them\n",
                100.0 * verdict->level);
}
