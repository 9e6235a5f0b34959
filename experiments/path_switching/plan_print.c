/* The answer of `plan` for a person. */
#include "plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of the longest name of a paradigm. */
static int width_of(const PlanReport *report)
{
    size_t width = 20;
    for (int k = 0; k < report->count; k++)
        if (strlen(report->row[k].text) > width) width = strlen(report->row[k].text);
    return (int)width;
}

static int last_version(const PlanReport *report) { return (int)report->options->versions; }

static void print_setting(const PlanReport *report)
{
    const CostSetting *setting = &report->setting;
    Cost one = cost_of(setting, 1.0);
    printf(
        "%d version%s of %.4g tokens each (T), a model of %.4g parameters: T is %.4g operations, "
        "%.4g GPU hours, %.4g in money\n",
        last_version(report), last_version(report) == 1 ? "" : "s", setting->tokens_per_version,
        setting->parameters, one.flops, one.gpu_hours, one.money);
    printf(
        "taken to be so: a GPU (%s) of %.4g operations a second at %.4g an hour, %.3g %% of them "
        "used, 6 operations a parameter and token; --peak-flops, --price and --mfu are yours to "
        "give\n",
        report->options->gpu, setting->peak_flops, setting->price, 100.0 * setting->utilisation);
}

/* Up to six versions, the last one among them. */
static bool is_shown(int version, int versions)
{
    return version == versions || version <= 4 || (version <= 5 && versions <= 6);
}

static void print_versions_heading(int versions)
{
    for (int n = 1; n <= versions; n++)
        if (is_shown(n, versions)) printf("  %*sv%d", n < 10 ? 10 : 9, "", n);
}

static void print_costs(const PlanReport *report)
{
    int versions = last_version(report);
    printf("\ncost of versions 1 … k in units of T, of all %d as a share of training each from "
           "scratch\n    %-*s",
           versions, width_of(report), "");
    print_versions_heading(versions);
    printf("  %6s  %9s  %9s  %9s  %9s  %9s\n", "share", "FLOPs", "GPU hours", "money", "kept GB",
           "models GB");
    for (int k = 0; k < report->count; k++) {
        const PlanRow *row = &report->row[k];
        const PlanVersion *last = &row->version[versions - 1];
        printf("%2d  %-*s", k + 1, width_of(report), row->text);
        for (int n = 1; n <= versions; n++)
            if (is_shown(n, versions)) printf("  %12.4g", row->version[n - 1].cost.units);
        printf("  %6.3g  %9.4g  %9.4g  %9.4g  %9.4g  %9.4g\n", last->ratio, last->cost.flops,
               last->cost.gpu_hours, last->cost.money, row->kept_bytes / 1e9,
               last->released_bytes / 1e9);
    }
    printf("    kept: for the next version, besides the released models\n");
}

static void print_break_even(const PlanReport *report)
{
    printf("\nfrom how many versions on the row costs less than the column (-: not up to %" PRId64
           ")\n    %-*s",
           report->options->most, width_of(report), "");
    for (int k = 0; k < report->count; k++) printf("  %4d", k + 1);
    printf("\n");
    for (int k = 0; k < report->count; k++) {
        printf("%2d  %-*s", k + 1, width_of(report), report->row[k].text);
        for (int j = 0; j < report->count; j++)
            if (report->row[k].cheaper[j])
                printf("  %4d", report->row[k].cheaper[j]);
            else
                printf("  %4s", "-");
        printf("\n");
    }
}

static void print_fit(const Prediction *prediction)
{
    const FitResult *fit = &prediction->outlook.fit;
    printf("\n");
    for (int64_t k = 0; k < prediction->count; k++)
        printf("log        %s; fit to %" PRId64 " %s losses\n", prediction->log[k].found,
               prediction->log[k].run.points, prediction->log[k].loss);
    printf("law        %s:", prediction->law->formula);
    for (int p = 0; p < prediction->law->count; p++)
        if (fit->unknown[p])
            printf("  %s unknown", prediction->law->parameter[p].name);
        else
            printf("  %s %.5g", prediction->law->parameter[p].name, fit->theta[p]);
    printf("\nversions   of %" PRId64 " steps, peak %.4g, floor %.3g of it, warm-up %" PRId64 "\n",
           prediction->setting.steps, prediction->setting.peak, prediction->setting.floor,
           prediction->setting.warmup);
}

static void print_interval(Interval of, bool is_signed)
{
    if (isnan(of.estimate))
        printf("  %14s", "not known");
    else
        printf(is_signed ? "  %+7.4f ±%.4f" : "  %7.4f ±%.4f", of.estimate, of.high - of.estimate);
}

/* loss: of the versions, else their gaps. */
static void print_foretold(const PlanReport *report, bool loss)
{
    int versions = last_version(report);
    printf("    %-*s", width_of(report), "");
    for (int n = 1; n <= versions; n++)
        if (is_shown(n, versions)) printf("  %*sv%d", n < 10 ? 12 : 11, "", n);
    printf("\n");
    for (int k = 0; k < report->count; k++) {
        const PlanRow *row = &report->row[k];
        printf("%2d%s %-*s", k + 1, row->is_front ? "*" : " ", width_of(report), row->text);
        for (int n = 1; n <= versions; n++)
            if (is_shown(n, versions))
                print_interval(loss ? row->version[n - 1].loss : row->version[n - 1].gap, !loss);
        printf("\n");
    }
}

static void print_losses(const PlanReport *report)
{
    printf("\nforetold loss, half the width of its %.0f %% interval; * nothing is both cheaper and "
           "better\n",
           100.0 * FORECAST_LEVEL);
    print_foretold(report, true);
    printf("\nminus the loss of %s; ± what the fit leaves open of it\n", report->row[0].text);
    print_foretold(report, false);
}

void plan_print(const PlanReport *report)
{
    print_setting(report);
    print_costs(report);
    print_break_even(report);
    if (report->prediction) {
        print_fit(report->prediction);
        print_losses(report);
    } else {
        printf("\nWith --logs the losses of the versions are foretold from your own runs.\n");
    }
    for (int n = 0; n < report->notes && !report->options->quiet; n++)
        printf("%snote       %s\n", n ? "" : "\n", report->note[n]);
}
