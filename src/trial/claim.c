#include "trial/claim.h"

#include "base/die.h"
#include "io/files.h"
#include "trial/claim_file.h"
#include "trial/claim_quantity.h"
#include "trial/claim_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static ClaimResult without_numbers(Verdict verdict, char *reason)
{
    return (ClaimResult){.verdict = verdict, .interval = {NAN, NAN, NAN}, .reason = reason};
}

/* Arithmetic, ours or a fitted law's, holds or fails; it reproduces nothing. */
static Verdict in_domain(const Claim *claim, Verdict verdict)
{
    if (strcmp(claim->domain, "law")) return verdict;
    if (verdict == VERDICT_REPRODUCED) return VERDICT_HOLDS;
    if (verdict == VERDICT_PARTLY || verdict == VERDICT_NOT) return VERDICT_FAILS;
    return verdict;
}

/* Beyond these the mean lies on the border for all that runs can tell. */
enum { MANY_REPEATS = 10000 };

/* The half width of the interval shrinks as z s/sqrt(n) (z normal: n will be large): how
 * many values until it is less than the distance to the nearer end of the region? */
static char *say_repeats(const ClaimSample *sample, ClaimRegion region)
{
    if (!sample->is_mean) return format_text("%s", "the interval crosses the border");
    if (sample->count < 2)
        return format_text("%s", "an interval of a mean needs at least 2 values");
    double z = stats_normal_quantile(0.5 + CLAIM_LEVEL_PERCENT / 200.0);
    double s = stats_deviation(sample->count, sample->value);
    double estimate = sample->interval.estimate;
    double distance = fmin(fabs(estimate - region.low), fabs(estimate - region.high));
    double repeats = ceil(pow(z * s / distance, 2.0));
    if (!(repeats <= MANY_REPEATS))
        return format_text("more than %d repeats would be needed", MANY_REPEATS);
    return format_text("about %.0f repeats would decide", fmax(repeats, (double)sample->count + 1));
}

/* "first; second", or the one that is not empty; takes both and leaves one to be freed. */
static char *join(char *first, char *second)
{
    char *both = format_text("%s%s%s", first, *first && *second ? "; " : "", second);
    free(first);
    free(second);
    return both;
}

static char *say_rows(int64_t count, const char *what)
{
    if (!count) return format_text("%s", "");
    return format_text("%" PRId64 " row%s %s", count, count == 1 ? "" : "s", what);
}

static ClaimResult judge_sample(const Claim *claim, const ClaimSample *sample)
{
    if (!sample->count) {
        const char *why = sample->absent     ? "data absent"
                          : sample->unpaired ? "no rows make a pair"
                                             : "no rows match";
        return without_numbers(VERDICT_NOT_RUN, format_text("%s", why));
    }
    ClaimResult result = {.count = sample->n, .interval = sample->interval};
    if (sample->infinite) {
        result.verdict = claim->kind == CLAIM_EXACT ? VERDICT_FAILS : VERDICT_UNDECIDED;
        result.reason = format_text("%" PRId64 " of %" PRId64 " values are not finite",
                                    sample->infinite, sample->count);
        return result;
    }
    ClaimRegion region = claim_region(claim);
    result.verdict = in_domain(claim, claim_judge(claim->kind, sample->interval, region));
    result.reason =
        result.verdict == VERDICT_UNDECIDED ? say_repeats(sample, region) : format_text("%s", "");
    result.reason = join(result.reason, say_rows(sample->absent, "without data"));
    result.reason = join(result.reason, say_rows(sample->unpaired, "without a partner"));
    if (claim->note) result.reason = join(result.reason, format_text("%s", claim->note));
    return result;
}

static ClaimResult judge(const Claim *claim, const char *results)
{
    char *path = format_text("%s/%s.csv", results, claim->file);
    Csv *csv = files_exist(path) ? csv_read(path) : NULL;
    free(path);
    if (!csv) return without_numbers(VERDICT_NOT_RUN, format_text("no %s.csv", claim->file));
    ClaimSample sample = claim_sample(claim, csv);
    ClaimResult result = judge_sample(claim, &sample);
    free(sample.value);
    csv_free(csv);
    return result;
}

static bool is_good(Verdict verdict)
{
    return verdict == VERDICT_REPRODUCED || verdict == VERDICT_HOLDS;
}

/* The premise stands further up in the file, so that it has been judged; a claim without one
 * goes on. */
static Verdict premise_verdict(const ClaimFile *file, int index, const ClaimResult results[])
{
    const Claim *claim = &file->claim[index];
    if (!claim->premise) return VERDICT_REPRODUCED;
    for (int k = 0; k < index; k++)
        if (!strcmp(file->claim[k].id, claim->premise)) return results[k].verdict;
    die("%s: [%s] premise = '%s': no claim of this name stands above", claim->place, claim->id,
        claim->premise);
}

static ClaimResult evaluate(const ClaimFile *file, int index, const char *directory, int profile,
                            const ClaimResult results[])
{
    const Claim *claim = &file->claim[index];
    Verdict premise = premise_verdict(file, index, results);
    if (profile < claim->profile)
        return without_numbers(VERDICT_NOT_RUN,
                               format_text("judged from profile %s on", claim->profile_name));
    if (premise == VERDICT_NOT_RUN)
        return without_numbers(VERDICT_NOT_RUN, format_text("%s was not run", claim->premise));
    if (!is_good(premise))
        return without_numbers(VERDICT_PREMISE_ABSENT,
                               format_text("%s was not found", claim->premise));
    return judge(claim, directory);
}

int claims_evaluate(const char *claims_cfg, const char *results, const char *profile)
{
    int rank = claim_profile_rank(profile);
    if (rank < 0) die_usage("'%s' is no profile; known: smoke, quick, laptop, full", profile);
    ClaimFile file = claim_file_read(claims_cfg);
    ClaimResult *judged = alloc_zeroed((size_t)file.count + 1, sizeof *judged);
    int failed = 0;
    for (int k = 0; k < file.count; k++) {
        judged[k] = evaluate(&file, k, results, rank, judged);
        failed += judged[k].verdict == VERDICT_NOT || judged[k].verdict == VERDICT_FAILS;
    }
    claim_table_write(results, &file, judged);
    for (int k = 0; k < file.count; k++) free(judged[k].reason);
    free(judged);
    claim_file_free(&file);
    return failed;
}
