#include "io/csv.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

Test(csv, columns_are_found_by_name)
{
    Csv *csv = csv_read(scratch_text("a.csv", "trial,loss,name\n0,1.5,x\n1,nan,\n2,-inf,z"));
    cr_assert(eq(i64, csv_rows(csv), 3));
    cr_assert(eq(int, csv_columns(csv), 3));
    cr_expect(eq(str, (char *)csv_name(csv, 1), "loss"));
    cr_expect(eq(int, csv_column(csv, "name"), 2));
    cr_expect(eq(int, csv_find(csv, "rate"), -1));
    cr_expect(eq(i64, csv_int(csv, 2, 0), 2));
    cr_expect(eq(dbl, csv_real(csv, 0, 1), 1.5));
    cr_expect(isnan(csv_real(csv, 1, 1)));
    cr_expect(eq(dbl, csv_real(csv, 2, 1), -INFINITY));
    cr_expect(eq(str, (char *)csv_text(csv, 1, 2), ""));
    csv_free(csv);
}

Test(csv, quotes_line_ends_and_byte_order_marks_are_understood)
{
    Csv *csv = csv_read(
        scratch_text("b.csv", "\xEF\xBB\xBF\"a\",b\r\n\"x, \"\"y\"\"\nz\",\"\"\r\n1,2\r\n\r\n"));
    cr_assert(eq(i64, csv_rows(csv), 2));
    cr_expect(eq(str, (char *)csv_name(csv, 0), "a"));
    cr_expect(eq(str, (char *)csv_text(csv, 0, 0), "x, \"y\"\nz"));
    cr_expect(eq(str, (char *)csv_text(csv, 0, 1), ""));
    cr_expect(eq(i64, csv_int(csv, 1, 1), 2));
    csv_free(csv);
}

Test(csv, a_heading_alone_is_a_table_without_rows)
{
    Csv *csv = csv_read(scratch_text("c.csv", "a,b"));
    cr_expect(eq(i64, csv_rows(csv), 0));
    cr_expect(eq(int, csv_columns(csv), 2));
    csv_free(csv);
}

static void read_second_row(void *path)
{
    Csv *csv = csv_read(path);
    csv_int(csv, 1, csv_column(csv, "a"));
    csv_real(csv, 1, csv_column(csv, "b"));
    csv_free(csv);
}

/* path:line is part of the words. */
static void refuses(const char *text, const char *words)
{
    Ending ending = dying_run(read_second_row, (void *)scratch_text("bad.csv", text));
    cr_expect(eq(int, ending.exit_code, 1), "%s", text);
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

Test(csv, a_wrong_file_ends_the_program_with_its_line_and_what_was_expected)
{
    refuses("", "bad.csv:1: the file is empty");
    refuses("a,b\n1,2\n3\n", "bad.csv:3: expected 2 cells as in the heading, found 1");
    refuses("a,b\n1,2\n3,4,5,6\n", "bad.csv:3: expected 2 cells as in the heading, found 4");
    refuses("a,b\n1,2\n\n3,4\n", "bad.csv:3: expected 2 cells");
    refuses("a,c\n1,2\n3,4\n", "expected a column 'b'; there are a, c");
    refuses("a,a\n", "two columns are named 'a'");
    refuses("a,b\n1,2\n3.5,4\n", "bad.csv:3: column 'a': expected a whole number, found '3.5'");
    refuses("a,b\n1,2\n3,4x\n", "bad.csv:3: column 'b': expected a number, found '4x'");
    refuses("a,b\n\"1\n1\",2\n3,x\n", "bad.csv:4: column 'b'");
    refuses("a,b\n\"1,2\n", "bad.csv:2: a quote is opened and never closed");
    refuses("a,b\n\"1\"x,2\n", "bad.csv:2: text after a closing quote");
}

static void read_zero(void *path) { csv_free(csv_read(path)); }

Test(csv, bytes_that_are_no_text_are_refused)
{
    Ending ending = dying_run(read_zero, (void *)scratch_write("z.csv", 8, "a,b\n1\0,2"));
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, "not text") != NULL, "%s", ending.err);
}
