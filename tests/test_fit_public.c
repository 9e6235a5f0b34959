/* Laws on the public curves of arXiv 2503.12811 (models of 25M and 100M), where they are at hand:
 * data/fetch.sh or STEPBENCH_DATA. Tables computed once by other code, in the dossier. */
#include "curves.h"
#include "fit/fit.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const double lambdas[] = {.95, .99, .995, .999, .9995};

typedef struct {
    Curve curve[PUBLIC_CURVES];
    const LawRun *run[PUBLIC_CURVES];
} Public;

static Public *public_open(const char *model, LawWarmup counted)
{
    if (!public_is_here(model)) cr_skip_test("the public curves are not here");
    Public *set = alloc_zeroed(1, sizeof *set);
    for (int i = 0; i < PUBLIC_CURVES; i++) {
        set->curve[i] = curve_public(model, &public_schedules[i]);
        set->curve[i].run.counted = counted;
        set->run[i] = &set->curve[i].run;
    }
    return set;
}

static void public_close(Public *set)
{
    for (int i = 0; i < PUBLIC_CURVES; i++) curve_free(&set->curve[i]);
    free(set);
}

static void check(const char *what, double got, double want, double bound)
{
    cr_expect(fabs(got - want) <= bound, "%s is %.6f, not %.6f within %.2g", what, got, want,
              bound);
}

static FitQuality on_test_curves(const FitResult *fit, const Public *set)
{
    return fit_quality_mean(fit, PUBLIC_CURVES - PUBLIC_TRAINING, set->run + PUBLIC_TRAINING);
}

static FitResult fit_training(const char *law, const Public *set, int64_t curves)
{
    FitData *data = fit_data(law_find(law), curves, set->run);
    FitOptions options = fit_options();
    options.scanned = law_parameter(law_find(law), "lambda");
    options.scan = lambdas, options.scan_count = sizeof lambdas / sizeof *lambdas;
    FitResult fit = fit_run(data, &options, NULL);
    fit_data_free(data);
    return fit;
}

Test(curves, the_rates_of_the_files_are_those_of_the_formulas)
{
    Public *set = public_open("25M", WARMUP_AREA);
    for (int i = 0; i < PUBLIC_CURVES; i++) {
        char *path = public_path("25M", public_schedules[i].name);
        Csv *csv = csv_read(path);
        for (int64_t row = 0; row < csv_rows(csv); row++) {
            double rate = csv_real(csv, row, csv_column(csv, "lr"));
            check("rate", set->curve[i].rate[csv_int(csv, row, 0)] / rate, 1.0, 1e-9);
        }
        csv_free(csv);
        free(path);
    }
    public_close(set);
}

/* README of the authors' repository: L0, A, alpha, B, C, beta, gamma. */
static const double readme[2][7] = {
    {3.04045406, .52468604, .50786857, 363.78751622, 2.06560812, .58279013, .64142257},
    {2.6514477, .60115152, .45295811, 437.9464276, 2.13245612, .59785199, .65523644}};
static const char *const models[] = {"25M", "100M"};

Test(multi_power, published_parameters_give_the_published_metrics_if_warm_up_is_negative_decay)
{
    static const double want[2][5] = {{.9988, .00376, .00465, .00110, .00409},
                                      {.9983, .00435, .00592, .00142, .00583}};
    for (int m = 0; m < 2; m++) {
        Public *set = public_open(models[m], WARMUP_SIGNED);
        FitResult fit = {.law = law_find("multi_power")};
        memcpy(fit.theta, readme[m], sizeof readme[m]);
        FitQuality quality = on_test_curves(&fit, set);
        /* Half a printed digit and as much: their S1 begins half a step elsewhere. */
        check("R2", quality.r2, want[m][0], 1e-4);
        check("MAE", quality.mae, want[m][1], 1e-5);
        check("RMSE", quality.rmse, want[m][2], 1e-5);
        check("relative", quality.relative, want[m][3], 1e-5);
        check("worst", quality.worst, want[m][4], 1.5e-5);
        public_close(set);
    }
}

Test(multi_power, by_its_printed_formula_the_same_parameters_are_off_by_a_constant)
{
    static const double off[] = {.11, .13}, mended[] = {.0036, .0041};
    for (int m = 0; m < 2; m++) {
        Public *set = public_open(models[m], WARMUP_AREA);
        FitResult fit = {.law = law_find("multi_power")};
        memcpy(fit.theta, readme[m], sizeof readme[m]);
        check("MAE", on_test_curves(&fit, set).mae, off[m], .006);
        fit.theta[0] += readme[m][3] * 3e-4;
        check("MAE", on_test_curves(&fit, set).mae, mended[m], .6e-4);
        public_close(set);
    }
}

typedef struct {
    const char *law;
    LawWarmup counted;
    int curves;
    double r2[2], mae[2], tolerance; /* of 25M and 100M */
} Row;

/* Half a printed digit; a whole one for laws whose objective has several optima. */
static const Row rows[] = {
    {"annealing", WARMUP_AREA, 3, {.9980, .9978}, {.0046, .0047}, .6e-4},
    {"annealing", WARMUP_AREA, 2, {.9976, .9978}, {.0053, .0046}, .6e-4},
    {"annealing", WARMUP_AS_PEAK, 3, {.9933, .9959}, {.0073, .0062}, .6e-4},
    {"annealing", WARMUP_AS_PEAK, 2, {.9935, .9962}, {.0072, .0060}, .6e-4},
    {"multi_power", WARMUP_AREA, 3, {.9974, .9973}, {.0046, .0048}, 1.1e-4},
    {"functional", WARMUP_AREA, 3, {.9982, .9981}, {.0043, .0042}, 1.1e-4},
    {"linear_rate", WARMUP_AREA, 3, {.9966, .9956}, {.0051, .0055}, .6e-4},
    {"linear_rate", WARMUP_AREA, 2, {.9962, .9958}, {.0057, .0055}, .6e-4},
    {"power", WARMUP_AREA, 3, {.9386, .9155}, {.0246, .0292}, .6e-4},
    /* the bookkeeping of the first steps behind these two is not known */
    {"momentum", WARMUP_AREA, 3, {.9713, .9533}, {.0134, .0179}, 7e-4},
};

Test(laws, test_errors_on_six_unseen_curves_are_those_of_the_dossier)
{
    for (int m = 0; m < 2; m++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            Public *set = public_open(models[m], rows[i].counted);
            FitResult fit = fit_training(rows[i].law, set, rows[i].curves);
            FitQuality quality = on_test_curves(&fit, set);
            char *what =
                format_text("%s, %s, %d curves, MAE", rows[i].law, models[m], rows[i].curves);
            check(what, quality.mae, rows[i].mae[m], rows[i].tolerance);
            check(what, quality.r2, rows[i].r2[m], rows[i].tolerance);
            cr_expect(fit.gradient < 1e-4, "%s: gradient %g", what, fit.gradient);
            free(what);
            public_close(set);
        }
}
