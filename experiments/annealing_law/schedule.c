/* The verb `schedule`: the rate of every step, for one schedule, several, or every kind. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "io/files.h"

#include <stdlib.h>

static struct {
    const char *schedules, *out;
    int64_t steps;
    double rate;
} given = {.steps = 1000, .rate = 1e-3};

static const CliOption options[] = {
    {"schedule", CLI_TEXT, &given.schedules, 0, 0,
     "Schedules, separated by blanks; unless given, every kind", 0},
    {"steps", CLI_INT, &given.steps, 1, 1e8, "Steps of the whole run", 0},
    {"rate", CLI_REAL, &given.rate, 1e-300, 1e300, "Peak rate, where a schedule does not say", 0},
    {"out", CLI_TEXT, &given.out, 0, 0, "Write to this file; unless given, to the terminal", 1},
};

static const char heading[] = "schedule_index,schedule,step,rate";

static char *all_kinds(void)
{
    char *list = format_text("%s", schedule_kind_name(0));
    for (int k = 1; k < schedule_kind_count(); k++) {
        if (schedule_kind_needs_keys(k)) continue;
        char *longer = format_text("%s %s", list, schedule_kind_name(k));
        free(list);
        list = longer;
    }
    return list;
}

static Schedule *open_schedule(const char *list, int64_t index)
{
    char *text = words_item(list, index);
    Schedule *schedule =
        schedule_create(text, (ScheduleDefaults){.total = given.steps, .peak = given.rate});
    free(text);
    return schedule;
}

static void write_schedule(FILE *file, const char *list, int64_t index)
{
    Schedule *schedule = open_schedule(list, index);
    char *name = words_item(list, index);
    Table *table = table_spool(file, "", heading);
    for (int64_t step = 0; step < given.steps; step++) {
        table_int(table, index);
        table_spec(table, name);
        table_int(table, step + 1);
        table_real(table, schedule_rate(schedule, step));
        table_end_row(table);
    }
    table_close(table);
    free(name);
    schedule_free(schedule);
}

static char *describe(void)
{
    char *text = format_text("The rate of every step as CSV (schedule_index, schedule, step from "
                             "1, rate). A schedule is KIND:key=value,… and pieces are joined "
                             "by '+'. Kinds:");
    for (int k = 0; k < schedule_kind_count(); k++) {
        char *longer =
            format_text("%s\n  %-16s %s", text, schedule_kind_name(k), schedule_kind_help(k));
        free(text);
        text = longer;
    }
    return text;
}

int schedule_main(int argc, char **argv)
{
    Cli cli = {.program = argv[0],
               .about = describe(),
               .examples =
                   "  annealing_law schedule --steps 1000 --out all.csv\n"
                   "  annealing_law schedule --schedule 'cosine wsd:decay=0.1,shape=1-sqrt'",
               .count = sizeof options / sizeof *options,
               .options = options};
    cli_parse(&cli, argc, argv);
    char *list = given.schedules ? format_text("%s", given.schedules) : all_kinds();
    int64_t count = words_count(list);
    for (int64_t k = 0; k < count; k++) schedule_free(open_schedule(list, k)); /* before writing */
    FILE *file = given.out ? files_begin(given.out) : stdout;
    fprintf(file, "%s\n", heading);
    for (int64_t k = 0; k < count; k++) write_schedule(file, list, k);
    if (given.out) files_commit(file, given.out);
    free(list);
    return EXIT_SUCCESS;
}
