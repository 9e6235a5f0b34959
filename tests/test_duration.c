/* Lengths of time, read and written. */
#include "base/duration.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

static void expect_read(const char *text, double expected)
{
    double time_s;
    cr_expect(duration_read(text, &time_s), "%s", text);
    cr_expect(eq(dbl, time_s, expected), "%s", text);
}

static void expect_text(double time_s, const char *expected)
{
    char *text = duration_text(time_s);
    cr_expect(eq(str, text, (char *)expected));
    free(text);
}

Test(duration, is_a_number_and_a_unit)
{
    expect_read("90s", 90.0);
    expect_read("20m", 1200.0);
    expect_read("1.5h", 5400.0);
    expect_read("2d", 172800.0);
    expect_read("45", 45.0);
    expect_read("0.5s", 0.5);
}

Test(duration, is_nothing_else)
{
    static const char *const wrong[] = {"", "m", "20x", "20 minutes", "-3m", "inf", "nan", "1m30s"};
    double time_s;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        cr_expect(not(duration_read(wrong[k], &time_s)), "'%s'", wrong[k]);
}

Test(duration, is_written_in_the_unit_that_fits)
{
    expect_text(0.42, "0.4 s");
    expect_text(45.0, "45 s");
    expect_text(99.0, "99 s");
    expect_text(840.0, "14 min");
    expect_text(5400.0, "90 min");
    expect_text(11520.0, "3.2 h");
    expect_text(172800.0, "2.0 days");
}
