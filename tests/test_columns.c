/* Columns of a table as members of a struct: no source but the struct itself. */
#include "trial/columns.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    double low, high;
} Range;

/* Not in the order of its columns, and with a member that is none. */
typedef struct {
    int64_t steps;
    double unlisted;
    const char *method;
    Range seen;
    bool is_tested;
    Outcome outcome;
} Thing;

static const Column column[] = {
    COLUMN(Thing, method),
    COLUMN(Thing, steps),
    COLUMN(Thing, seen.low),
    COLUMN(Thing, is_tested),
    COLUMN_AS(Thing, seen.high, "most"),
    COLUMN(Thing, outcome),
};
static const Columns columns = {"things", sizeof column / sizeof *column, column};

Test(columns, are_named_as_members_or_otherwise_behind_the_trial)
{
    char *heading = columns_heading(&columns);
    cr_assert(eq(str, heading, "trial,method,steps,low,is_tested,most,outcome"));
    free(heading);
}

Test(columns, of_which_nothing_is_known_are_none_nan_and_zero)
{
    Thing thing = {7, 3.0, "gd", {1.0, 2.0}, true, OUTCOME_CRASHED};
    columns_clear(&columns, &thing);
    cr_assert(eq(str, (char *)thing.method, "none"));
    cr_assert(thing.steps == 0 && !thing.is_tested && thing.outcome == OUTCOME_SPENT);
    cr_assert(isnan(thing.seen.low) && isnan(thing.seen.high));
    cr_assert(thing.unlisted == 3.0, "what is no column stays as it was");
}

Test(columns, are_written_in_their_own_order)
{
    char *written = NULL;
    size_t size;
    FILE *stream = open_memstream(&written, &size);
    char *heading = columns_heading(&columns);
    Table *table = table_spool(stream, "", heading);
    Thing thing = {7, 3.0, "hard:gamma=0.2,n=3", {0.5, NAN}, true, OUTCOME_REACHED};
    columns_write(&columns, 12, &thing, table);
    table_close(table);
    fclose(stream);
    cr_assert(eq(str, written, "12,hard:gamma=0.2;n=3,7,0.5,1,nan,reached\n"));
    free(heading);
    free(written);
}
