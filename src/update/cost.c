#include "update/cost.h"

#include "base/named.h"
#include "update/account.h"

#include <assert.h>

/* The user's input, with something to begin from: see the header. */
static const GpuDefault gpus[] = {
    {"v100", 125e12, 1.0}, {"a100", 312e12, 1.5}, {"l40s", 362e12, 1.0},  {"rtx4090", 165e12, 0.5},
    {"h100", 989e12, 2.5}, {"h200", 989e12, 3.0}, {"b200", 2250e12, 5.0}, {"mi300x", 1307e12, 3.0},
};
enum { GPUS = sizeof gpus / sizeof *gpus };

const GpuDefault *cost_gpu(const char *name)
{
    return named_row("gpu", name, GPUS, sizeof *gpus, gpus);
}

int cost_gpu_count(void) { return GPUS; }

const GpuDefault *cost_gpu_at(int number)
{
    assert(number >= 0 && number < GPUS);
    return &gpus[number];
}

Cost cost_of(const CostSetting *setting, double units)
{
    Cost cost = {.units = units, .tokens = units * setting->tokens_per_version};
    cost.flops = 6.0 * setting->parameters * cost.tokens;
    cost.gpu_hours = cost.flops / (setting->peak_flops * setting->utilisation) / 3600.0;
    cost.money = cost.gpu_hours * setting->price;
    return cost;
}

int cost_break_even(const Paradigm *a, const Paradigm *b, int most)
{
    for (int n = 1; n <= most; n++)
        if (paradigm_cost(a, n) < paradigm_cost(b, n)) return n;
    return 0;
}

double cost_ratio(const Paradigm *paradigm, int versions)
{
    return paradigm_cost(paradigm, versions) / (0.5 * versions * (versions + 1.0));
}

enum { COUNTED_STEPS = 1000 };

static Account count_plan(const Paradigm *paradigm, int versions, const UpdateSize *size)
{
    const UpdateSetting setting = {
        .versions = versions, .steps = COUNTED_STEPS, .peak = 1.0, .floor = 0.1, .sketches = true};
    const char *text = paradigm_text(paradigm);
    Plan *plan = plan_create(1, &text, setting);
    Account account = account_paradigm(plan, 0, versions, size);
    plan_free(plan);
    return account;
}

double cost_counted(const Paradigm *paradigm, int versions)
{
    const UpdateSize nothing = {0};
    return (double)count_plan(paradigm, versions, &nothing).steps / COUNTED_STEPS;
}

/* As the plan of two versions counts it; how long they are does not matter. */
double cost_kept_bytes(const CostSetting *setting, const Paradigm *paradigm)
{
    const UpdateSize count = {.parameter_bytes = 1}, state = {.optimizer_bytes = 1};
    double bytes = (double)count_plan(paradigm, 2, &count).kept_bytes * setting->parameter_bytes +
                   (double)count_plan(paradigm, 2, &state).kept_bytes * setting->state_bytes;
    return bytes * setting->parameters;
}

double cost_released_bytes(const CostSetting *setting, int versions)
{
    return versions * setting->parameter_bytes * setting->parameters;
}
