/* The verb `advise`: which decay of the rate should the next run have? */
#include "advise.h"

#include "base/die.h"
#include "base/words.h"
#include "fit/estimate.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

AdviseOptions advise_given = {.laws = "annealing multi_power"};

static const CliOption own[] = {
    {"steps", CLI_INT, &advise_given.steps, 0, LOGGED_LAST_STEP, "Steps of the next run", 0},
    {"peak", CLI_REAL, &advise_given.peak, 0, 1e300, "Its peak rate; 0: the logs' largest", 0},
    {"laws", CLI_TEXT, &advise_given.laws, 0, 0, "Laws to ask, separated by blanks", 0},
    {"python", CLI_TEXT, &advise_given.python, 0, 0, "Python file to write, for PyTorch's LambdaLR",
     1},
};

double advise_loss(const AdviseReport *report, int law, int64_t candidate)
{
    return report->advised.loss[law * report->advised.schedules + candidate];
}

void advise_plateau(const AdviseReport *report, int law, double *low, double *high)
{
    const Candidates *all = &report->candidates;
    const Candidate *choice = &all->candidate[report->advised.choice];
    double least = INFINITY;
    *low = *high = NAN;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t k = 0; k < all->offered; k++) {
            const Candidate *one = &all->candidate[k];
            double loss = advise_loss(report, law, k);
            if (strcmp(one->shape, choice->shape) || one->floor != choice->floor) continue;
            if (pass == 0) least = fmin(least, loss);
            if (pass == 0 || loss > least * (1.0 + ADVICE_EQUAL)) continue;
            *low = fmin(*low, one->decay);
            *high = fmax(*high, one->decay);
        }
}

static void note(AdviseReport *report, char *text)
{
    if (report->notes < ADVISE_NOTES)
        report->note[report->notes++] = text;
    else
        free(text);
}

/* A law whose annealing part is 0 everywhere has nothing to say of a decay. */
static bool knows_decay(const FitResult *fit)
{
    int gain = law_gain(fit->law);
    return gain >= 0 && !fit->unknown[gain] && fit->theta[gain] > 0.0;
}

static void fit_laws(AdviseReport *report)
{
    const LawRun *runs[CLI_LIST_MAX];
    int64_t longest = 0, laws = words_count(advise_given.laws);
    if (laws < 2 || laws > ADVICE_LAWS)
        die_usage("--laws: expected two to %d laws, found %" PRId64, ADVICE_LAWS, laws);
    for (int k = 0; k < report->count; k++) {
        runs[k] = &report->logs[k].run;
        if (longest < report->logs[k].last) longest = report->logs[k].last;
    }
    for (int64_t l = 0; l < laws; l++) {
        char *name = words_item(advise_given.laws, l);
        const Law *law = law_find(name);
        for (int before = 0; before < report->laws; before++)
            if (report->fit[before].law == law) die_usage("--laws: %s stands there twice", name);
        FitData *data = fit_data(law, report->count, runs);
        FitResult fit = estimate_fit(data, law, longest, NULL);
        if (knows_decay(&fit))
            report->fit[report->laws++] = fit;
        else
            note(report, format_text("the %s says nothing of decays on these logs, and is not "
                                     "asked",
                                     law->title));
        fit_data_free(data);
        free(name);
    }
    if (!report->laws)
        die("the logs hold no decay of the rate, so that no law knows what one gains: add a --log "
            "of "
            "a run whose rate fell, such as a short decay branched off this run");
}

/* Where the advice rests on one law's shape more than on the logs. */
static void find_notes(AdviseReport *report)
{
    const Candidates *all = &report->candidates;
    int64_t longest = 0;
    double low = INFINITY, high = 0.0, most = 0.0;
    for (int k = 0; k < report->count; k++)
        if (longest < report->logs[k].last) longest = report->logs[k].last;
    for (int l = 0; l < report->laws; l++) {
        double decay = all->candidate[report->advised.best[l]].decay;
        double best = advise_loss(report, l, report->advised.best[l]);
        low = fmin(low, decay), high = fmax(high, decay);
        most = fmax(most, report->advised.regret[l] / best);
        double gain = best - advise_loss(report, l, all->cliff);
        if (gain > 0.0)
            note(report, format_text("the %s would have a cliff: %.4f lower still with all of the "
                                     "decay in the last 1 %%. No network follows it there; decays "
                                     "below 5 %% are not offered",
                                     report->fit[l].law->title, gain));
    }
    if (report->laws < 2)
        note(report, format_text("only one law could be asked: there is no second opinion"));
    if (high > 2.0 * low || most > ADVICE_EQUAL)
        note(report,
             format_text("the laws disagree: their best decays take %.0f to %.0f %% of the "
                         "run, and the advised one costs up to %.2f %% of the loss under one "
                         "of them",
                         100 * low, 100 * high, 100 * most));
    if (all->steps > 3 * longest)
        note(report, format_text("%" PRId64 " steps are %.1f times as many as the longest log has: "
                                 "the laws are asked far from what they were fitted to",
                                 all->steps, (double)all->steps / (double)longest));
}

static double peak_of(const AdviseReport *report)
{
    double peak = advise_given.peak;
    if (peak > 0.0) return peak;
    peak = 0.0;
    for (int k = 0; k < report->count; k++)
        for (int64_t s = 0; s <= report->logs[k].last; s++)
            peak = fmax(peak, report->logs[k].rate[s]);
    return peak;
}

int advise_main(int argc, char **argv)
{
    own_parse(argv[0],
              "Which decay of the rate should the next run have? Several laws are fitted to your "
              "logs and asked for the best share, shape and floor of a final decay.",
              "  annealing_law advise --log run.csv --steps 20000\n"
              "  annealing_law advise --log constant.csv --log cosine.csv --steps 50000 --out "
              "schedule.csv --python schedule.py",
              sizeof own / sizeof *own, own, argc, argv);
    own_check_schedules();
    own_check_out("python", advise_given.python);
    if (advise_given.steps < 20)
        die_usage("expected --steps N, the length of the next run, 20 or more");
    AdviseReport report = {.count = own_given.logs.count};
    report.logs = alloc_zeroed((size_t)report.count, sizeof *report.logs);
    for (int k = 0; k < report.count; k++) report.logs[k] = own_log_read(k, LOGGED_ENOUGH);
    fit_laws(&report);
    int64_t warmup = report.logs[report.count - 1].run.warmup;
    if (2 * warmup > advise_given.steps) warmup = advise_given.steps / 2;
    report.candidates = candidates_create(advise_given.steps, peak_of(&report), warmup);
    report.advised = advise_schedules(report.laws, report.fit, report.candidates.count,
                                      report.candidates.offered, report.candidates.run);
    find_notes(&report);
    own_warn(report.count, report.logs);
    for (int n = 0; n < report.notes && !own_given.quiet; n++) warn("%s", report.note[n]);
    if (own_given.json)
        advise_print_json(&report);
    else
        advise_print(&report);
    int64_t choice = report.advised.choice;
    if (own_given.out) advise_write_csv(own_given.out, &report.candidates, choice);
    if (advise_given.python) advise_write_python(advise_given.python, &report.candidates, choice);
    candidates_free(&report.candidates);
    for (int n = 0; n < report.notes; n++) free(report.note[n]);
    for (int k = 0; k < report.count; k++) logged_free(&report.logs[k]);
    free(report.advised.loss);
    free(report.logs);
    return EXIT_SUCCESS;
}
