/* The studies that train: each a grid of networks, horizons, peaks and groups of arms, trained
 * with some seeds. A trial is one group with one seed. */
#include "group.h"

#include "base/die.h"
#include "base/number.h"
#include "base/words.h"
#include "update/equal.h"

#include <math.h>
#include <stdlib.h>

/* Where a grid's words stand in the configuration. */
typedef struct {
    const char *const *arms;
    const int64_t *seeds;
    int versions;              /* at most; 0: all */
    const char *const *models; /* NULL: the one network; else each with its peak */
    const char *const *steps;  /* horizons; NULL: the one T */
    const char *const *peaks;  /* NULL: the one peak */
    bool shifts;               /* versions are a shift of domain */
    bool costs_equal;          /* each group as long as the first arm's cost lets it */
    bool forecasts;
} Grid;

static int64_t size_of(const char *const *words) { return words ? words_count(*words) : 1; }

static int64_t count(const Study *study)
{
    const Grid *grid = study->context;
    return size_of(grid->models) * size_of(grid->steps) * size_of(grid->peaks) *
           arms_groups(*grid->arms) * *grid->seeds;
}

static int64_t take(int64_t *index, int64_t size)
{
    int64_t digit = *index % size;
    *index /= size;
    return digit;
}

static double number_item(const char *numbers, int64_t index)
{
    char *word = words_item(numbers, index);
    double number;
    if (!number_real(word, &number) || !(number > 0.0))
        die_usage("expected a list of numbers above 0, not '%s'", word);
    free(word);
    return number;
}

/* ---- one trial of the grid */

static void set_peak(Group *group, double peak)
{
    group->setting.peak = peak;
    group->row.peak = peak;
}

static void set_share(Group *group, double share)
{
    group->setting = equal_setting(group->setting, share);
    group->row.steps = group->setting.steps;
}

static void take_model(Group *group, const Grid *grid, int64_t index)
{
    group->row.model =
        grid->models ? words_item(*grid->models, index) : format_text("%s", config.model);
    if (!grid->models) return;
    int64_t peaks = words_count(config.size_peaks);
    if (peaks != 1 && peaks != words_count(*grid->models))
        die_usage("--size-peaks has %d numbers: expected one for all networks, or one for each",
                  (int)peaks);
    set_peak(group, number_item(config.size_peaks, peaks == 1 ? 0 : index));
    group->row.level_index = index;
    group->row.level = group->setting.peak;
}

static void take_horizon(Group *group, const Grid *grid, int64_t index)
{
    if (!grid->steps) return;
    double steps = number_item(*grid->steps, index);
    if (steps != floor(steps))
        die_usage("--horizons: expected whole numbers of updates, found %g", steps);
    set_share(group, steps / (double)config.steps);
    group->row.level_index = index;
    group->row.level = steps;
}

static void take_peak(Group *group, const Grid *grid, int64_t index)
{
    if (!grid->peaks) return;
    set_peak(group, number_item(*grid->peaks, index));
    group->row.level = group->setting.peak;
}

/* The group's first arm says how long all of them are. */
static void take_equal_cost(Group *group, const Grid *grid)
{
    if (!grid->costs_equal) return;
    Arms first = arms_of(*grid->arms, 0);
    Paradigm *like = paradigm_create(first.paradigm[0]),
             *own = paradigm_create(group->arms.paradigm[0]);
    group->row.level = equal_share(like, own, group->setting.versions);
    set_share(group, group->row.level);
    paradigm_free(like);
    paradigm_free(own);
    arms_free(&first);
}

/* As many losses of a curve, however long it is. */
static int64_t record_every(int64_t steps)
{
    int64_t every = config.record_every * steps / config.steps;
    return every > 1 ? every : 1;
}

static int versions_of(const Grid *grid)
{
    bool fewer = grid->versions && grid->versions < config.versions;
    return fewer ? grid->versions : (int)config.versions;
}

/* Networks outermost, repeats innermost. */
static Group begin(const Study *study, int64_t index)
{
    const Grid *grid = study->context;
    Group group = {.row = row_begin(study->name),
                   .setting = {.versions = versions_of(grid),
                               .steps = config.steps,
                               .warmup = config.warmup,
                               .peak = config.peak,
                               .floor = config.floor},
                   .shifts = grid->shifts};
    group.row.steps = config.steps;
    group.row.peak = config.peak;
    group.row.versions = group.setting.versions;
    group.row.repeat = take(&index, *grid->seeds);
    group.row.seed = frame->seed + group.row.repeat;
    group.arms = arms_of(*grid->arms, (int)take(&index, arms_groups(*grid->arms)));
    int64_t peak = take(&index, size_of(grid->peaks));
    take_horizon(&group, grid, take(&index, size_of(grid->steps)));
    take_model(&group, grid, index);
    take_peak(&group, grid, peak);
    take_equal_cost(&group, grid);
    if (grid->forecasts) group.observe_every = record_every(group.setting.steps);
    return group;
}

static void end(Group *group)
{
    arms_free(&group->arms);
    free((char *)group->row.model);
}

static void run(const StudyJob *job)
{
    Group group = begin(job->study, job->index);
    group_run(&group, job);
    end(&group);
}

static void crashed(const StudyJob *job)
{
    Group group = begin(job->study, job->index);
    group_write_without(&group, OUTCOME_CRASHED, job);
    end(&group);
}

static double cost(const Study *study, int64_t index)
{
    Group group = begin(study, index);
    double updates = group_cost(&group);
    end(&group);
    return updates;
}

/* ---- the studies */

static const Grid versions = {.arms = &config.version_arms, .seeds = &config.seeds};
static const Grid equal = {.arms = &config.equal_arms, .seeds = &config.seeds, .costs_equal = true};
static const Grid stages = {.arms = &config.stage_arms, .seeds = &config.more_seeds, .versions = 2};
static const Grid decays = {.arms = &config.decay_arms, .seeds = &config.more_seeds, .versions = 2};
static const Grid shapes = {.arms = &config.shape_arms, .seeds = &config.more_seeds};
static const Grid domains = {
    .arms = &config.domain_arms, .seeds = &config.more_seeds, .shifts = true};
static const Grid sizes = {
    .arms = &config.size_arms, .seeds = &config.more_seeds, .models = &config.size_models};
static const Grid horizons = {.arms = &config.horizon_arms,
                              .seeds = &config.more_seeds,
                              .steps = &config.horizons,
                              .peaks = &config.horizon_peaks};
static const Grid prediction = {.arms = &config.prediction_arms,
                                .seeds = &config.more_seeds,
                                .steps = &config.horizons,
                                .forecasts = true};

const Study study_versions = {"versions", &versions, count, run, crashed, cost};
const Study study_equal = {"equal", &equal, count, run, crashed, cost};
const Study study_stages = {"stages", &stages, count, run, crashed, cost};
const Study study_decays = {"decays", &decays, count, run, crashed, cost};
const Study study_shapes = {"shapes", &shapes, count, run, crashed, cost};
const Study study_domains = {"domains", &domains, count, run, crashed, cost};
const Study study_sizes = {"sizes", &sizes, count, run, crashed, cost};
const Study study_horizons = {"horizons", &horizons, count, run, crashed, cost};
const Study study_prediction = {"prediction", &prediction, count, run, crashed, cost};
