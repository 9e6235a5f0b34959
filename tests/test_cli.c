#include "io/cli.h"

#include "base/die.h"
#include "dying.h"
#include "io/cli_help.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdbool.h>

static int64_t steps, jobs, start;
static double rate;
static const char *kind;
static bool fast;
static CliList lambdas;
static CliTexts logs;

static const CliOption options[] = {
    {"steps", CLI_INT, &steps, 1, 1e9, "Update budget", CLI_CONFIGURES},
    {"rate", CLI_REAL, &rate, 0.0, 10.0, "Step size", CLI_CONFIGURES},
    {"kind", CLI_TEXT, &kind, 0, 0, "What to run", CLI_CONFIGURES},
    {"fast-start", CLI_INT, &start, 0, 9, "Where to begin", CLI_OPERATES},
    {"fast", CLI_FLAG, &fast, 0, 0, "Skip the slow part", CLI_CONFIGURES},
    {"lambdas", CLI_LIST, &lambdas, 1e-12, 1.0, "Regularisation", CLI_CONFIGURES},
    {"log", CLI_TEXTS, &logs, 0, 0, "A file, several times", CLI_CONFIGURES},
    {"jobs", CLI_INT, &jobs, 1, 64, "Workers", CLI_OPERATES},
    {"job-name", CLI_TEXT, &(const char *){NULL}, 0, 0, "Name", CLI_OPERATES},
};

static const Cli cli = {.program = "demo run",
                        .about = "Shows how options are read.",
                        .examples = "  demo run --steps 5 DIR\n  demo run --fast DIR",
                        .positional = "DIR",
                        .positional_count = 1,
                        .count = sizeof options / sizeof *options,
                        .options = options};

static void reset(void)
{
    steps = 400, jobs = 4, rate = 0.1, kind = "hard", fast = false;
    lambdas = (CliList){2, {0.5, 0.25}};
    logs = (CliTexts){0};
}

TestSuite(cli, .init = reset);

/* The arguments are cut at blanks. */
static char **parse(const char *arguments)
{
    static char text[512];
    static char *argv[32];
    int argc = 1;
    argv[0] = "program";
    snprintf(text, sizeof text, "%s", arguments);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
    argv[argc] = NULL;
    return cli_parse(&cli, argc, argv);
}

static void parse_in_child(void *arguments) { parse(arguments); }

static void refuses(const char *arguments, const char *words)
{
    Ending ending = dying_run(parse_in_child, (void *)arguments);
    cr_expect(eq(int, ending.exit_code, 2), "%s", arguments);
    cr_expect(eq(str, ending.out, ""));
    cr_expect(strstr(ending.err, words) != NULL, "%s: '%s' is not in: %s", arguments, words,
              ending.err);
}

Test(cli, what_is_not_given_keeps_its_default)
{
    char **positional = parse("somewhere");
    cr_expect(eq(str, positional[0], "somewhere"));
    cr_expect(eq(ptr, positional[1], NULL));
    cr_expect(eq(i64, steps, 400));
    cr_expect(eq(dbl, rate, 0.1));
    cr_expect(eq(str, (char *)kind, "hard"));
    cr_expect(not(fast));
    free(positional);
}

Test(cli, every_kind_is_read_in_both_spellings_and_around_arguments)
{
    free(parse("--steps=1e6 there --rate 0.25 --kind a=b --fast --lambdas 1,0.5 --jobs 2"));
    cr_expect(eq(i64, steps, 1000000));
    cr_expect(eq(dbl, rate, 0.25));
    cr_expect(eq(str, (char *)kind, "a=b"));
    cr_expect(fast);
    cr_expect(eq(int, lambdas.count, 2));
    cr_expect(eq(i64, jobs, 2));
    free(parse("--kind -x -- --odd"));
    cr_expect(eq(str, (char *)kind, "-x"), "a value may begin with a dash");
}

Test(cli, a_list_holds_numbers_and_ranges_of_equal_ratios_with_exact_ends)
{
    free(parse("--lambdas 0.7,1e-6:1e-2:5,0.3 d"));
    cr_assert(eq(int, lambdas.count, 7));
    cr_expect(eq(dbl, lambdas.value[0], 0.7));
    cr_expect(eq(dbl, lambdas.value[1], 1e-6));
    cr_expect(eq(dbl, lambdas.value[3], 1e-4));
    cr_expect(eq(dbl, lambdas.value[5], 1e-2));
    cr_expect(eq(dbl, lambdas.value[6], 0.3));
    for (int i = 1; i < 5; i++) /* rounded to 15 digits each */
        cr_expect(epsilon_eq(dbl, lambdas.value[i + 1] / lambdas.value[i], 10.0, 1e-14));
}

Test(cli, a_text_that_may_be_given_several_times_keeps_their_order)
{
    free(parse("--log a.csv --steps 5 --log=b.csv d"));
    cr_assert(eq(int, logs.count, 2));
    cr_expect(eq(str, (char *)logs.value[0], "a.csv"));
    cr_expect(eq(str, (char *)logs.value[1], "b.csv"));
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    cli_write(stream, &cli);
    fclose(stream);
    cr_expect(strstr(text, "log = a.csv\nlog = b.csv\n") != NULL, "a line each: %s", text);
    free(text);
}

Test(cli, bad_values_end_the_program_with_option_and_range)
{
    refuses("--steps 0 d", "--steps: 0 is outside 1 … 1000000000");
    refuses("--rate 11 d", "--rate: 11 is outside 0 … 10");
    refuses("--rate nan d", "--rate: nan is outside");
    refuses("--steps 1.5 d", "--steps: expected a whole number, found '1.5'");
    refuses("--rate fast d", "--rate: expected a number, found 'fast'");
    refuses("--lambdas 0.1,,0.2 d", "--lambdas: expected a number, found ''");
    refuses("--lambdas 0.1,2 d", "--lambdas: 2 is outside");
    refuses("--lambdas 0.1:0.2 d", "expected low:high:count");
    refuses("--lambdas 0.1:0.2:1 d", "expected low:high:count");
    refuses("--lambdas 0.1:0.2:65 d", "more than 64 numbers");
    refuses("--fast=yes d", "doesn't allow an argument");
    refuses("d --steps", "requires an argument");
}

Test(cli, an_unknown_flag_is_met_with_the_nearest_known_one)
{
    refuses("--jbos 3 d", "unknown option --jbos; did you mean --jobs?");
    refuses("--jobbs=3 d", "did you mean --jobs?");
    refuses("--confg x d", "did you mean --config?");
    refuses("--colour d", "unknown option --colour; see demo run --help");
    refuses("--fast --jbos 3 d", "did you mean --jobs?");
    refuses("--job 3 d", "ambiguous");
    refuses("-q d", "invalid option");
}

Test(cli, a_value_that_looks_like_a_flag_is_still_a_value)
{
    free(parse("--kind --odd d"));
    cr_expect(eq(str, (char *)kind, "--odd"));
}

Test(cli, arguments_are_counted)
{
    refuses("", "expected demo run DIR");
    refuses("a b", "expected demo run DIR");
}

Test(cli, help_goes_to_stdout_with_examples_first_and_live_defaults)
{
    steps = 123;
    Ending ending = dying_run(parse_in_child, "--help");
    cr_expect(eq(int, ending.exit_code, 0));
    cr_expect(eq(str, ending.err, ""));
    const char *example = strstr(ending.out, "demo run --steps 5 DIR");
    const char *option = strstr(ending.out, "Update budget [123]");
    cr_expect(example && option && example < option, "%s", ending.out);
    cr_expect(strstr(ending.out, "Usage: demo run [OPTION...] DIR") != NULL, "%s", ending.out);
    cr_expect(strstr(ending.out, "Regularisation [0.5,0.25]") != NULL, "%s", ending.out);
    cr_expect(strstr(ending.out, "slow part\n") != NULL, "a flag that is off shows no default");
    cr_expect(strstr(ending.out, "--steps") < strstr(ending.out, "--rate"), "in table order");
    cr_expect(strstr(ending.out, "--rate") < strstr(ending.out, "--kind"), "in table order");
}

static void print_help_of(void *about)
{
    Cli one = cli;
    one.about = about;
    cli_print_help(stdout, &one);
}

/* The line that holds `text`: its columns before that, characters and not bytes. */
static int column_of(const char *whole, const char *text)
{
    int column = 0;
    const char *at = strstr(whole, text);
    cr_assert(at != NULL, "'%s' is not in: %s", text, whole);
    while (at > whole && at[-1] != '\n') column += (*--at & 0xC0) != 0x80;
    return column;
}

Test(cli, help_breaks_lines_at_79_columns_below_the_text_of_their_row)
{
    const char *about =
        "Kinds:\n"
        "  multistep_cosine three half cosines of sixteen letters and of one blank, that go on.\n"
        "  PATH             … … … … … … … … … … … … … … … … … … … … … … … … … … … … … !\n"
        "  compare A B      two folders\n";
    Ending ending = dying_run(print_help_of, (void *)about);
    cr_expect(eq(int, column_of(ending.out, "three half"), 19));
    cr_expect(eq(int, column_of(ending.out, "go on."), 19));
    cr_expect(eq(int, column_of(ending.out, "!"), 19 + 2 * 29), "as characters, not bytes");
    cr_expect(eq(int, column_of(ending.out, "two folders"), 19));
    for (int k = 0; k < cli.count; k++) {
        char *name = format_text("--%s", cli.options[k].name);
        cr_expect(eq(int, column_of(strstr(ending.out, "Options:"), name), 6), "%s", name);
        free(name);
    }
}

Test(cli, usage_names_every_option)
{
    Ending ending = dying_run(parse_in_child, "--usage");
    cr_expect(eq(int, ending.exit_code, 0));
    cr_expect(strncmp(ending.out, "Usage: demo run [--", 19) == 0, "%s", ending.out);
    cr_expect(strstr(ending.out, "[--jobs=INT]") != NULL, "%s", ending.out);
    cr_expect(strstr(ending.out, "[--config=FILE]") != NULL, "%s", ending.out);
    cr_expect(strstr(ending.out, " DIR\n") != NULL, "%s", ending.out);
}

Test(cli, version_goes_to_stdout)
{
    Ending ending = dying_run(parse_in_child, "--version");
    cr_expect(eq(int, ending.exit_code, 0));
    cr_expect(strncmp(ending.out, "stepbench ", 10) == 0, "%s", ending.out);
}

static char *written(void)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    cli_write(stream, &cli);
    fclose(stream);
    return text;
}

Test(cli, what_is_written_reads_back_to_the_same_bits_and_text)
{
    rate = 0.1 + 0.2;
    lambdas = (CliList){3, {1.0 / 3.0, 1e-10, 1.0}};
    kind = "a#b c";
    fast = true;
    char *first = written();
    const char *path = scratch_text("run.txt", first);
    cr_expect(strstr(first, "jobs") == NULL, "how to run is no configuration");

    reset();
    cli_read_config(&cli, path);
    cr_expect(eq(dbl, rate, 0.1 + 0.2));
    cr_expect(eq(dbl, lambdas.value[0], 1.0 / 3.0));
    char *second = written();
    cr_expect(eq(str, first, second));
    free(first);
    free(second);
}

Test(cli, flags_behind_a_config_file_win_and_those_before_it_lose)
{
    scratch_text("some.cfg",
                 "# a comment\n\n steps = 7   # behind a value\nrate=0.5\r\nfast = yes\n"
                 "jobs = 9\nrun.commit = abc\n");
    char arguments[300];
    snprintf(arguments, sizeof arguments, "--rate 1 --steps 1 --config %s --steps 8 d",
             scratch_path("some.cfg"));
    free(parse(arguments));
    cr_expect(eq(i64, steps, 8));
    cr_expect(eq(dbl, rate, 0.5));
    cr_expect(eq(i64, jobs, 9));
    cr_expect(fast);
}

static void read_config(void *path) { cli_read_config(&cli, path); }

static void refuses_config(const char *text, const char *words, int exit_code)
{
    Ending ending = dying_run(read_config, (void *)scratch_text("bad.cfg", text));
    cr_expect(eq(int, ending.exit_code, exit_code));
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

Test(cli, a_wrong_config_file_ends_the_program_with_file_and_line)
{
    refuses_config("steps = 5\nrat = 1\n", "bad.cfg:2: unknown option 'rat'; did you mean rate?",
                   2);
    refuses_config("steps = 5\nrate = 11\n", "bad.cfg:2: rate: 11 is outside 0 … 10", 2);
    refuses_config("steps\n", "bad.cfg:1: expected name = value, found 'steps'", 2);
    refuses_config("fast = 1\n", "bad.cfg:1: fast: expected yes or no, found '1'", 2);
    refuses("--config /nowhere/x.cfg d", "/nowhere/x.cfg: there is no such file");
}
