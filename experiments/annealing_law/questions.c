#include "questions.h"

#include "base/named.h"
#include "base/words.h"

#include <stdlib.h>

static const Question questions[] = {
    {"fit", 17.0, ask_fit},
    {"delay", 12.0, ask_delay},
    {"pairs", 4.0, ask_pairs},
    {"crossover", 25.0, ask_crossover},
    {"forms", 9.0, ask_forms},
    {"cycle", 30.0, ask_cycle},
    {"share", 50.0, ask_share},
    {"shape", 20.0, ask_shape},
    {"rewarm", 30.0, ask_rewarm},
    {"limits", 1.0, ask_limits},
    {"reduction", 1.0, ask_reduction},
};

const Question *question_find(const char *name)
{
    return named_row("question", name, sizeof questions / sizeof *questions, sizeof *questions,
                     questions);
}

void asked_write_outcome(const Asked *asked, Outcome outcome)
{
    Row row = asked->row;
    row.outcome = outcome;
    row_write(&row, asked->job);
}

/* The first twentieth is no part of a law's curve, as in the paper's 40 points: 20 points of a
 * run of the fitted length, 40 of a longer one. */
bool asked_observe(const Asked *asked, const char *schedules, int64_t times, int64_t *count,
                   Observed *seen)
{
    int64_t steps = asked->world->steps * times, every = steps / (times > 1 ? 40 : 20);
    for (int64_t k = 0; k < words_count(schedules); k++) {
        char *schedule = words_item(schedules, k);
        seen[*count] = world_observe(asked->world, schedule, steps, every, every);
        free(schedule);
        Outcome outcome = seen[(*count)++].outcome;
        if (outcome == OUTCOME_SPENT) continue;
        asked_write_outcome(asked, outcome);
        return false;
    }
    return true;
}
