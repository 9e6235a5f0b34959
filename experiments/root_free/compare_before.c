/* What is said before anything is run. */
#include "compare.h"

#include <inttypes.h>
#include <math.h>

static void print_data(FILE *text, const Data *data)
{
    fprintf(text, "data       %s: ", data->name);
    if (data->count[SPLIT_TRAIN] >= DATA_ENDLESS)
        fprintf(text, "endless");
    else
        fprintf(text,
                "%" PRId64 " %s for training, %" PRId64 " for validation, %" PRId64 " for testing",
                data->count[SPLIT_TRAIN], data->is_text ? "tokens" : "images",
                data->count[SPLIT_VALIDATION], data->count[SPLIT_TEST]);
    fprintf(text, "; %" PRId64 " kinds", data->classes);
    if (!data->is_text)
        fprintf(text, "; %" PRId64 " x %" PRId64 ", %" PRId64 " channel%s", data->height,
                data->width, data->channels, data->channels == 1 ? "" : "s");
    fprintf(text, "\n");
}

/* Images or tokens of a split that are looked at. */
static int64_t looked_at(const Comparison *comparison, Split split, int64_t batches)
{
    int64_t rows = batches * comparison->batch * comparison->data->context;
    int64_t all = comparison->data->count[split];
    return rows < all ? rows : all;
}

void compare_print_found(const Comparison *comparison)
{
    const Data *data = comparison->data;
    FILE *text = comparison->text;
    const char *what = data->is_text ? "tokens" : "images";
    int64_t seen = comparison->steps * comparison->batch * data->context;
    print_data(text, data);
    fprintf(text, "model      %s: %" PRId64 " parameters\n", comparison->model,
            arena_parameters(comparison->arena));
    fprintf(text, "run        %" PRId64 " steps of %" PRId64 " x %" PRId64 ": %" PRId64 " %s",
            comparison->steps, comparison->batch, data->context, seen, what);
    if (data->count[SPLIT_TRAIN] < DATA_ENDLESS)
        fprintf(text, ", %.3g passes", (double)seen / (double)data->count[SPLIT_TRAIN]);
    fprintf(text, "; schedule %s\n", comparison->schedule);
    fprintf(text,
            "judged     by the %s on %" PRId64 " %s for validation, %" PRId64 " for testing\n",
            compare_measure(comparison),
            looked_at(comparison, SPLIT_VALIDATION, comparison->validation_batches), what,
            looked_at(comparison, SPLIT_TEST, comparison->test_batches));
    fflush(text);
}

static void print_searches(const Comparison *comparison)
{
    FILE *text = comparison->text;
    int width = compare_width(comparison);
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        fprintf(text, "  %-*s  %4" PRId64 " + %" PRId64 " + %" PRId64 " runs", width,
                contestant->name, contestant->runs, compare_finals(comparison, contestant),
                comparison->seeds);
        compare_print_time(comparison, contestant->run_s);
        fprintf(text, "%s: %s%s\n", isnan(contestant->run_s) ? "" : " each", contestant->ranges,
                contestant->is_settled ? ", nothing to search" : "");
    }
}

static void print_times(const Comparison *comparison)
{
    BudgetRows rows = {0};
    Budget budget = compare_budget(comparison, &rows);
    fprintf(comparison->text, "           together");
    compare_print_time(comparison, budget_search_s(&budget, rows.runs) + budget_beside_s(&budget));
    fprintf(comparison->text, "; the same once more, whatever the clock says: ");
    compare_print_runs(comparison);
    fprintf(comparison->text, "\n");
}

/* Times and what depends on them only where a time was asked for: counts give the same bytes. */
void compare_print_plan(const Comparison *comparison)
{
    const CompareOptions *options = comparison->options;
    FILE *text = comparison->text;
    fprintf(text, "plan       %s to search (seed %" PRId64 "), judged on the validation split;\n",
            comparison->budget_s > 0.0
                ? "each optimizer gets the same time (or runs, where times differ little)"
                : "each optimizer gets so many runs",
            options->seed + COMPARE_SEARCH_SEED);
    if (options->finalists > 1)
        fprintf(text,
                "           the best %" PRId64
                " get %d seeds more there, and the lowest mean counts;\n",
                options->finalists, COMPARE_FINAL_SEEDS);
    fprintf(text,
            "           then %" PRId64 " fresh seeds of it, from %" PRId64
            " on and the same for all, judged on the test split\n",
            comparison->seeds, options->seed);
    print_searches(comparison);
    if (comparison->budget_s > 0.0) print_times(comparison);
    fprintf(text, "\n");
    fflush(text);
}

void compare_print_cut(const Comparison *comparison, const int64_t planned[])
{
    FILE *text = comparison->text;
    fprintf(text, "time       not enough for the searches as planned; runs that count: ");
    for (int c = 0; c < comparison->count; c++)
        fprintf(text, "%s%s %" PRId64 " of %" PRId64, c ? ", " : "", comparison->contestant[c].name,
                comparison->contestant[c].runs, planned[c]);
    fprintf(text, "\n           the same once more, whatever the clock says: ");
    compare_print_runs(comparison);
    fprintf(text, "%s\n\n",
            comparison->options->out ? "; the same command goes on with the searches" : "");
    fflush(text);
}
