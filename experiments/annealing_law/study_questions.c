/* Studies that ask questions of worlds: a trial is a seed or a setting, and a question. */
#include "questions.h"

#include "base/words.h"

#include <stdlib.h>

typedef struct {
    const char *const *questions; /* words */
    World (*open)(int64_t index); /* of seed or setting `index` */
    int64_t (*worlds)(void);
    double cost; /* seconds of one run of the world's length, roughly */
} Asking;

static int64_t count(const Study *study)
{
    const Asking *asking = study->context;
    return words_count(*asking->questions) * asking->worlds();
}

/* Questions outermost. */
static Asked begin(const StudyJob *job, World *world)
{
    const Asking *asking = job->study->context;
    int64_t index = job->index % asking->worlds();
    *world = asking->open(index);
    Asked asked = {.world = world, .job = job, .row = row_begin(job->study->name)};
    asked.row.question = words_item(*asking->questions, job->index / asking->worlds());
    asked.row.data = world->data;
    asked.row.rate = world->rate;
    asked.row.repeat = index;
    asked.row.seed = (int64_t)world->seed;
    return asked;
}

static void run(const StudyJob *job)
{
    World world;
    Asked asked = begin(job, &world);
    question_find(asked.row.question)->ask(&asked);
    world_free(&world);
}

static void crashed(const StudyJob *job)
{
    World world;
    Asked asked = begin(job, &world);
    asked_write_outcome(&asked, OUTCOME_CRASHED);
    world_free(&world);
}

static double cost(const Study *study, int64_t index)
{
    const Asking *asking = study->context;
    char *name = words_item(*asking->questions, index / asking->worlds());
    double expected = asking->cost * question_find(name)->cost;
    free(name);
    return expected;
}

static uint64_t seed_of(int64_t index) { return (uint64_t)(frame->seed + index); }

/* ---- own runs */

static World open_run(int64_t steps, int64_t index)
{
    return world_training(config.curve_model, steps, seed_of(index));
}

static World open_curve(int64_t index) { return open_run(config.curve_steps, index); }
static World open_delay(int64_t index) { return open_run(config.delay_steps, index); }
static World open_pair(int64_t index) { return open_run(config.pair_steps, index); }
static int64_t curve_seeds(void) { return config.curve_seeds; }
static int64_t delay_seeds(void) { return config.delay_seeds; }
static int64_t pair_seeds(void) { return config.pair_seeds; }
static int64_t end_seeds(void) { return config.end_seeds; }

static const char *const fit_question = "fit", *const delay_question = "delay",
                         *const pairs_question = "pairs";
static const Asking curves = {&fit_question, open_curve, curve_seeds, 1.5};
static const Asking delay = {&delay_question, open_delay, delay_seeds, 0.8};
static const Asking pairs = {&pairs_question, open_pair, pair_seeds, 2.5};
static const Asking ends = {&config.end_questions, open_curve, end_seeds, 1.5};

const Study study_curves = {"curves", &curves, count, run, crashed, cost};
const Study study_delay = {"delay", &delay, count, run, crashed, cost};
const Study study_pairs = {"pairs", &pairs, count, run, crashed, cost};
const Study study_ends = {"ends", &ends, count, run, crashed, cost};

/* ---- the exact recursion */

static const char *const all_questions = "fit delay pairs crossover forms cycle share shape rewarm";

static World open_recursion(int64_t index)
{
    char *setting = words_item(config.recursion_settings, index);
    World world = world_recursion(setting);
    free(setting);
    return world;
}

static int64_t recursions(void) { return words_count(config.recursion_settings); }

static const Asking recursion = {&all_questions, open_recursion, recursions, 0.01};
const Study study_recursion = {"recursion", &recursion, count, run, crashed, cost};

/* ---- the equation as it was printed */

static const char *const printed_questions =
    "delay crossover forms cycle share shape rewarm limits reduction";

static World open_printed(int64_t index)
{
    (void)index;
    return world_printed();
}

static int64_t one(void) { return 1; }

static const Asking printed = {&printed_questions, open_printed, one, 0.01};
const Study study_printed = {"printed", &printed, count, run, crashed, cost};
