#include "io/table.h"

#include "dying.h"
#include "io/csv.h"
#include "io/files.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

Test(table, numbers_come_back_with_the_same_bits)
{
    const double values[] = {0.1,  1.0 / 3.0, -DBL_MAX, DBL_MIN,  5e-324,
                             -0.0, M_PI,      INFINITY, -INFINITY};
    enum { COUNT = sizeof values / sizeof *values };
    Table *table = table_create(scratch_path("deep/folder"), "numbers", "index,value");
    for (int i = 0; i < COUNT; i++) {
        table_int(table, i == 0 ? INT64_MIN : i);
        table_real(table, values[i]);
        table_end_row(table);
    }
    table_close(table);

    Csv *csv = csv_read(scratch_path("deep/folder/numbers.csv"));
    cr_assert(eq(i64, csv_rows(csv), COUNT));
    cr_expect(eq(i64, csv_int(csv, 0, 0), INT64_MIN));
    for (int i = 0; i < COUNT; i++) {
        double back = csv_real(csv, i, csv_column(csv, "value"));
        cr_expect(memcmp(&back, &values[i], sizeof back) == 0, "%.17g", values[i]);
    }
    csv_free(csv);
}

static char *written(void (*body)(Table *table))
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    Table *table = table_spool(stream, "0,", "a,b");
    body(table);
    table_close(table);
    fclose(stream);
    return text;
}

static void write_kinds(Table *table)
{
    table_real(table, -NAN);
    table_outcome(table, OUTCOME_DIVERGED);
    table_end_row(table);
    table_text(table, "");
    table_int(table, -3);
    table_end_row(table);
    table_line(table, "x,2.5");
}

Test(table, the_keys_of_a_spec_stay_in_one_cell)
{
    Table *table = table_create(scratch_path("specs"), "specs", "set,index");
    table_spec(table, "hard:gamma=0.2,n=3,d=4");
    table_int(table, 7);
    table_end_row(table);
    table_close(table);
    Csv *csv = csv_read(scratch_path("specs/specs.csv"));
    cr_expect(eq(str, (char *)csv_text(csv, 0, 0), "hard:gamma=0.2;n=3;d=4"));
    cr_expect(eq(i64, csv_int(csv, 0, 1), 7));
    csv_free(csv);
}

Test(table, a_spool_has_a_prefix_in_each_row_and_no_heading)
{
    char *text = written(write_kinds);
    cr_expect(eq(str, text, "0,nan,diverged\n0,,-3\n0,x,2.5\n"));
    free(text);
}

Test(table, a_name_appears_only_when_the_table_is_closed)
{
    Table *table = table_create(scratch_path("."), "late", "a");
    table_int(table, 1);
    table_end_row(table);
    cr_expect(not(files_exist(scratch_path("late.csv"))));
    table_close(table);
    char *text = files_read(scratch_path("late.csv"), NULL);
    cr_expect(eq(str, text, "a\n1\n"));
    free(text);
}

static void leave_out(Table *table) { table_int(table, 1), table_end_row(table); }
static void add_one(Table *table) { table_int(table, 1), table_int(table, 2), table_int(table, 3); }
static void stop_early(Table *table) { table_int(table, 1); }
static void quote(Table *table) { table_text(table, "a,b"); }
static void break_line(Table *table) { table_text(table, "a\nb"); }
static void short_line(Table *table) { table_line(table, "1"); }
static void line_inside(Table *table) { table_int(table, 1), table_line(table, "1,2"); }

typedef struct {
    void (*body)(Table *table);
} Writer;

static void run_writer(void *writer) { free(written(((Writer *)writer)->body)); }

static void refuses(void (*body)(Table *table), const char *words)
{
    Ending ending = dying_run(run_writer, &(Writer){body});
    cr_expect(eq(int, ending.exit_code, 1), "%s", words);
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

Test(table, a_row_that_is_not_whole_ends_the_program)
{
    refuses(leave_out, "a row has 1 of 2 columns");
    refuses(add_one, "more than 2 columns");
    refuses(stop_early, "in the middle of a row");
    refuses(quote, "would need quoting");
    refuses(break_line, "would need quoting");
    refuses(short_line, "1 of 2 columns");
    refuses(line_inside, "in the middle of a row");
}

static void spool_to(void *path)
{
    FILE *stream = fopen(path, "w");
    Table *table = table_spool(stream, "", "a");
    table_int(table, 1);
    table_end_row(table);
    table_close(table);
}

static void create_in(void *directory) { table_close(table_create(directory, "t", "a")); }

Test(table, a_full_disk_ends_the_program)
{
    Ending ending = dying_run(spool_to, "/dev/full");
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, "No space left") != NULL, "%s", ending.err);

    cr_assert(eq(int, symlink("/dev/full", scratch_path("t.csv.part")), 0));
    ending = dying_run(create_in, (void *)scratch_path("."));
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(not(files_exist(scratch_path("t.csv"))));
}

Test(table, a_folder_that_cannot_be_made_is_named)
{
    scratch_text("file", "");
    Ending ending = dying_run(create_in, (void *)scratch_path("file/below"));
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, "file/below") != NULL, "%s", ending.err);
}
