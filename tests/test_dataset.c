#include "io/dataset.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <zlib.h>

Test(dataset, libsvm_rows_are_kept_sparse_as_they_stand)
{
    Dataset *d = dataset_read(scratch_text("a.libsvm", "# made by hand\n"
                                                       "+1 1:0.5 3:-2\n"
                                                       "-1 2:1e-3 4:0   # a zero is not stored\n"
                                                       "\n"
                                                       "0\n"
                                                       "2.5\t1:7\r\n"),
                              NULL);
    cr_assert(eq(i64, d->rows, 4));
    cr_assert(eq(i64, d->cols, 4));
    cr_expect(eq(ptr, d->dense, NULL));
    const double label[] = {1.0, -1.0, 0.0, 2.5}, value[] = {0.5, -2.0, 1e-3, 7.0};
    const int64_t start[] = {0, 2, 3, 3, 4};
    const int32_t column[] = {0, 2, 1, 0};
    cr_expect(memcmp(d->label, label, sizeof label) == 0);
    cr_expect(memcmp(d->row_start, start, sizeof start) == 0);
    cr_expect(memcmp(d->column, column, sizeof column) == 0);
    cr_expect(memcmp(d->value, value, sizeof value) == 0);
    dataset_free(d);
}

/* Rows (1, 2) and (3, 4) with labels 0 and 1, however they are written. */
static void reads_the_small_table(const char *text, const DatasetFormat *format)
{
    Dataset *d = dataset_read(scratch_text("small.csv", text), format);
    cr_assert(eq(i64, d->rows, 2), "%s", text);
    cr_assert(eq(i64, d->cols, 2), "%s", text);
    const double dense[] = {1.0, 2.0, 3.0, 4.0}, label[] = {0.0, 1.0};
    cr_expect(memcmp(d->dense, dense, sizeof dense) == 0, "%s", text);
    cr_expect(memcmp(d->label, label, sizeof label) == 0, "%s", text);
    dataset_free(d);
}

Test(dataset, separators_headings_and_label_columns_are_found_by_content)
{
    reads_the_small_table("1,2,0\n3,4,1\n", NULL);
    reads_the_small_table("1;2;0\n3;4;1", NULL);
    reads_the_small_table("1\t2\t0\r\n3\t4\t1\r\n\r\n", NULL);
    reads_the_small_table("a,b,y\n1,2,0\n3,4,1\n", NULL);
    reads_the_small_table("\"a,x\";b;y\n1;2;0\n3;4;1\n", NULL);
    reads_the_small_table("\xEF\xBB\xBF 1, 2, 0\n 3, 4, 1\n", NULL);
}

Test(dataset, numbered_headings_are_told_from_data_by_the_word_above_the_labels)
{
    reads_the_small_table("0,1,y\n1,2,0\n3,4,1\n", NULL);
}

Test(dataset, a_heading_that_names_the_label_is_believed_before_the_last_column)
{
    reads_the_small_table("label,a,b\n0,1,2\n1,3,4\n", NULL);
    reads_the_small_table("a,Class,b\n1,0,2\n3,1,4\n", NULL);
    reads_the_small_table("TARGET,a,b\n0,1,2\n1,3,4\n", NULL);
    reads_the_small_table("y,a,b\n1,2,0\n3,4,1\n", NULL); /* y is a coordinate here */
    reads_the_small_table("a,y,class\n1,2,0\n3,4,1\n", NULL);
    reads_the_small_table("y,a,b\n1,2,0\n3,4,1\n", &(DatasetFormat){.label_column = "b"});
    reads_the_small_table("y,a,b\n1,2,0\n3,4,1\n", &(DatasetFormat){.label_column = "3"});
    reads_the_small_table("labels,a,b\n1,2,0\n3,4,1\n", NULL);
}

Test(dataset, the_label_column_has_a_name_or_a_number)
{
    reads_the_small_table("y,a,b\n0,1,2\n1,3,4\n", &(DatasetFormat){.label_column = "y"});
    reads_the_small_table("0,1,2\n1,3,4\n", &(DatasetFormat){.label_column = "1"});
    reads_the_small_table("a,y,b\n1,0,2\n3,1,4\n", &(DatasetFormat){.label_column = "2"});
    reads_the_small_table("a,1,b\n1,0,2\n3,1,4\n", &(DatasetFormat){.label_column = "1"});
}

Test(dataset, lines_before_the_data_are_skipped_and_the_last_of_them_may_be_a_heading)
{
    reads_the_small_table("2,2,no,yes\n1,2,0\n3,4,1\n", &(DatasetFormat){.skip_lines = 1});
    reads_the_small_table("some words; more\nb,y,a\n1,0,2\n3,1,4\n",
                          &(DatasetFormat){.skip_lines = 2, .label_column = "y"});
}

Test(dataset, labels_that_are_words_are_numbered_by_first_appearance)
{
    Dataset *d =
        dataset_read(scratch_text("iris.csv", "5.1,setosa\n4.9,virginica\n3,setosa\n"), NULL);
    cr_assert(eq(i64, d->rows, 3), "a first row of data with a word as label is no heading");
    cr_assert(eq(int, d->class_count, 2));
    cr_expect(eq(str, d->class_name[0], "setosa"));
    cr_expect(eq(str, d->class_name[1], "virginica"));
    cr_expect(eq(dbl, d->label[0], 0.0));
    cr_expect(eq(dbl, d->label[1], 1.0));
    cr_expect(eq(dbl, d->label[2], 0.0));
    dataset_free(d);
}

typedef struct {
    const char *path;
    const DatasetFormat *format;
} Reading;

static void read_dataset(void *context)
{
    const Reading *reading = context;
    dataset_free(dataset_read(reading->path, reading->format));
}

static void refuses_as(const DatasetFormat *format, const char *text, const char *words)
{
    Ending ending = dying_run(read_dataset, &(Reading){scratch_text("bad", text), format});
    cr_expect(ne(int, ending.exit_code, 0), "%s", text);
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

static void refuses(const char *text, const char *words) { refuses_as(NULL, text, words); }

Test(dataset, wrong_libsvm_ends_the_program_with_line_and_remedy)
{
    refuses("1 1:1\n1 2:1 2:3\n", "bad:2: expected each index once");
    refuses("1 1:1\n1 3:1 2:3\n", "bad:2: expected ascending indices");
    refuses("1 1:1\n1 0:1\n", "bad:2: expected an index from 1");
    refuses("1 1:1\n1 x:1\n", "bad:2: expected an index from 1");
    refuses("1 1:1\n1 1:nan\n", "bad:2: expected a finite number behind ':'");
    refuses("1 1:1\n1 1:inf\n", "bad:2: expected a finite number behind ':'");
    refuses("1 1:1\n1 1:\n", "bad:2: expected a finite number behind ':'");
    refuses("1 1:1\n1 1:1e999\n", "bad:2: expected a finite number behind ':'");
    refuses("1 1:1\n1 7\n", "bad:2: expected index:value, found '7'");
    refuses("1 1:1\nyes 1:1\n", "bad:2: expected a number as label, found 'yes'");
    refuses("1 1:1\n1,2 1:1\n", "bad:2: expected one label");
    refuses("1 qid:3 1:1\n", "bad:1: expected index:value (ranking data");
    refuses_as(&(DatasetFormat){.format = "libsvm"}, "1\n-1\n", "at least one index:value");
    refuses_as(&(DatasetFormat){.format = "arff"}, "1\n", "unknown format 'arff'");
}

Test(dataset, wrong_csv_ends_the_program_with_line_column_and_remedy)
{
    refuses("", "the file is empty");
    refuses("\n\n", "the file is empty");
    refuses("a,b,y\n", "no rows of data behind the heading");
    refuses("1,2,0\n1,2\n", "bad:2: expected 3 cells as in the first row, found 2");
    refuses("1,2,0\n1,2,3,4\n", "bad:2: expected 3 cells as in the first row, found 4");
    refuses("1,2,0\n\n1,2,0\n", "bad:2: expected 3 cells");
    refuses("2,2,no,yes\n1,2,0\n", "skip the lines before the data");
    refuses("1\n2\n", "bad:1: expected a label and at least one feature");
    refuses("a,b,y\n1,2,0\n1,,0\n",
            "bad:3: column 2 'b': expected a finite number (take the row out");
    refuses("1,2,0\nnan,2,0\n", "bad:2: column 1: expected a finite number");
    refuses("1,2,0\n1,inf,0\n", "bad:2: column 2: expected a finite number");
    refuses("1,2,0\n1,red,0\n", "expected a number (turn words into numbers");
    refuses("1;2;0\n1;2,5;0\n", "expected a number with a decimal point, found '2,5'");
    refuses("1,2,0\n1,2,yes\n", "bad:2: column 3: expected a number as label");
    refuses("1,2,yes\n1,2,\n", "bad:2: column 3: expected a label");
    refuses_as(&(DatasetFormat){.label_column = "z"}, "a,y\n1,2\n", "the label column 'z'");
    refuses_as(&(DatasetFormat){.label_column = "9"}, "1,2\n1,2\n",
               "expected a number from 1 to 2");
    refuses_as(&(DatasetFormat){.skip_lines = 5}, "1,2\n", "no rows of data");
}

Test(dataset, a_damaged_first_row_is_reported_and_not_taken_for_a_heading)
{
    refuses("1,2x,0\n3,4,1\n", "bad:1: column 2: expected a number");
    refuses("1,,0\n3,4,1\n", "bad:1: column 2: expected a finite number");
}

static void write_idx(const char *name, size_t size, const unsigned char *bytes)
{
    gzFile file = gzopen(scratch_path(name), "wb");
    gzwrite(file, bytes, (unsigned)size);
    gzclose(file);
}

static const unsigned char two_images[] = {0, 0, 8, 3, 0, 0, 0, 2,   0, 0, 0,
                                           1, 0, 0, 0, 3, 1, 2, 255, 4, 5, 6};
static const unsigned char two_labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 9, 0};

Test(dataset, idx_pairs_are_read_as_bytes)
{
    write_idx("images.gz", sizeof two_images, two_images);
    write_idx("labels.gz", sizeof two_labels, two_labels);
    Dataset *d = dataset_read_idx(scratch_path("images.gz"), scratch_path("labels.gz"));
    cr_assert(eq(i64, d->rows, 2));
    cr_assert(eq(i64, d->cols, 3));
    cr_expect(memcmp(d->bytes, two_images + 16, 6) == 0);
    cr_expect(eq(dbl, d->label[0], 9.0));
    cr_expect(eq(dbl, d->label[1], 0.0));
    dataset_free(d);
}

static void read_pair(void *names)
{
    const char **pair = names;
    dataset_free(dataset_read_idx(scratch_path(pair[0]), scratch_path(pair[1])));
}

static void refuses_pair(const char *images, const char *labels, const char *words)
{
    const char *pair[] = {images, labels};
    Ending ending = dying_run(read_pair, pair);
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

Test(dataset, wrong_idx_files_end_the_program_in_words)
{
    /* 2^31 x 2^31 x 4 pixels: 2^64, which overflows to the 0 bytes that are there. */
    static const unsigned char huge[] = {0, 0, 8, 3, 128, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 4};
    static const unsigned char three_labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 1};
    write_idx("images.gz", sizeof two_images, two_images);
    write_idx("labels.gz", sizeof two_labels, two_labels);
    write_idx("three.gz", sizeof three_labels, three_labels);
    write_idx("short.gz", sizeof two_images - 1, two_images);
    write_idx("tiny.gz", 7, two_images);
    write_idx("huge.gz", sizeof huge, huge);
    refuses_pair("labels.gz", "images.gz", "expected IDX images");
    refuses_pair("tiny.gz", "labels.gz", "expected IDX images");
    refuses_pair("short.gz", "labels.gz", "which its sizes do not match");
    refuses_pair("huge.gz", "labels.gz", "which its sizes do not match");
    refuses_pair("images.gz", "three.gz", "3 labels, but");

    Ending ending = dying_run(read_dataset, &(Reading){scratch_path("images.gz"), NULL});
    cr_expect(strstr(ending.err, "given as a pair") != NULL, "%s", ending.err);
}
