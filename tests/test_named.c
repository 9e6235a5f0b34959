#include "base/named.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

typedef struct {
    const char *name;
    double number;
} Row;

static const Row rows[] = {{"one", 1.0}, {"two", 2.0}, {"three", 3.0}};

static const Row *row(const char *name) { return named_row("number", name, 3, sizeof *rows, rows); }

Test(named, finds_the_first_and_the_last_row)
{
    cr_expect(eq(dbl, row("one")->number, 1.0));
    cr_expect(eq(dbl, row("three")->number, 3.0));
}

Test(named, does_not_take_a_part_for_the_whole, .exit_code = 2) { row("thre"); }

static void ask_for_four(void *context)
{
    (void)context;
    row("four");
}

Test(named, lists_what_it_knows)
{
    Ending ending = dying_run(ask_for_four, NULL);
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(strstr(ending.err, "number 'four' is not one of one, two, three") != NULL);
}
