/* The answer for a person, and the weights as a CSV file. */
#include "advise.h"

#include "base/die.h"
#include "io/files.h"
#include "solve/method.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void print_data(const AdviseReport *report)
{
    const AdviseData *data = report->data;
    const Design *design = data->design;
    printf("data         %" PRId64 " rows, %" PRId64 " features%s, %s, %.3g MB a pass\n",
           design->rows, data->features, data->bias > 0.0 ? " and a constant column" : "",
           design_storage_name(design->storage), 1e-6 * (double)design_bytes(design));
    printf("classes      %" PRId64 " x %s (positive), %" PRId64 " x %s\n", data->positives,
           data->positive, design->rows - data->positives, data->negative);
}

static void print_margin(const Margin *margin)
{
    printf("separable    ");
    if (margin->verdict == MARGIN_SEPARABLE)
        printf("yes: the largest margin lies between %.6g and %.6g\n", margin->low, margin->high);
    else if (margin->verdict == MARGIN_INSEPARABLE)
        printf("no: a convex combination of the rows has length %.1g\n", margin->high);
    else
        printf("undecided: the largest margin is at most %.3g\n", margin->high);
}

static void print_constants(const Advice *advice)
{
    const RateFacts *facts = &advice->instance->facts;
    printf("scale        %.6g, so that the longest row has length 1\n\n", advice->scale);
    printf("                                scaled rows       your rows\n");
    printf("lambda                         %12.6g    %12.6g\n", advice->task.lambda,
           advice_own_lambda(advice));
    printf("critical step                  %12.6g    %12.6g\n", facts->critical,
           advice_own_rate(advice, facts->critical));
    for (int k = 0; advise_rules[k]; k++) {
        const RateRule *rule = rate_rule(advise_rules[k]);
        double rate = rule->rate(facts);
        if (isnan(rate)) continue;
        printf("%-30s %12.6g    %12.6g\n", rule->title, rate, advice_own_rate(advice, rate));
    }
    printf("\nL            %.6g, the largest curvature\n", facts->smooth);
    printf("kappa        %.6g = L/lambda\n", advice->condition);
    printf("F*           %.10g, the minimiser's value\n\n", advice->instance->optimum);
}

/* "settles in 271 steps", "not within 5000 gradients", … */
static char *ending_of(const AdviceRun *run, const Advice *advice)
{
    if (!run->possible) return format_text("not possible here");
    if (run->run.outcome == OUTCOME_REACHED)
        return format_text("settles in %" PRId64 " steps", run->run.steps);
    if (run->run.outcome != OUTCOME_SPENT) return format_text("%s", outcome_name(run->run.outcome));
    if (run->run.gap <= advice->task.epsilon * advice->instance->optimum)
        return format_text("below it after %" PRId64 " gradients, but not for long enough",
                           run->budget);
    return format_text("not within %" PRId64 " gradients: (F - F*)/F* is then %.1e", run->budget,
                       run->run.gap / advice->instance->optimum);
}

static void print_recommended(const Advice *advice)
{
    const AdviceRun *run = &advice->recommended;
    char *ending = ending_of(run, advice);
    printf("recommended  step %.6g for the scaled rows, %.6g for yours: %s\n\n", run->rate,
           advice_own_rate(advice, run->rate), ending);
    free(ending);
}

static void print_runs(const AdviseReport *report)
{
    printf("until (F - F*)/F* stays below %g: gradients, values of F, seconds\n",
           report->advice->task.epsilon);
    for (int64_t k = 0; k < report->run_count; k++) {
        const AdviceRun *run = &report->run[k];
        char *ending = ending_of(run, report->advice);
        printf("%-18s ", run->method);
        if (run->possible && run->run.outcome == OUTCOME_REACHED)
            printf("%8" PRId64 " %8" PRId64 " %9.3f   %s\n", run->run.gradients, run->run.values,
                   run->seconds, ending);
        else
            printf("%8s %8s %9.3f   %s\n", "-", "-", run->seconds, ending);
        free(ending);
    }
}

void advise_print(const AdviseReport *report)
{
    print_data(report);
    print_margin(&report->advice->instance->margin);
    print_constants(report->advice);
    print_recommended(report->advice);
    print_runs(report);
}

void advise_write_weights(const char *path, const AdviseData *data, const Advice *advice)
{
    double *v = alloc_zeroed((size_t)data->design->cols, sizeof *v);
    advice_own_weights(advice, v);
    FILE *file = files_begin(path);
    fprintf(file, "feature,weight\n");
    for (int64_t j = 0; j < data->features; j++) fprintf(file, "%" PRId64 ",%.17g\n", j + 1, v[j]);
    if (data->bias > 0.0) fprintf(file, "intercept,%.17g\n", data->bias * v[data->features]);
    files_commit(file, path);
    free(v);
}
