#include "trial/program.h"

#include "base/die.h"
#include "comm/comm.h"
#include "compute/blas.h"
#include "io/files.h"
#include "trial/claim.h"
#include "trial/compare.h"
#include "trial/options.h"
#include "trial/reproduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int run_main(const Program *program, int argc, char **argv)
{
    Options options;
    options_parse(&options, program, argc, argv);
    if (options.shards == 1) comm_refuse_strangers();
    return reproduce(program, &options);
}

static int claims_main(const Program *program, int argc, char **argv)
{
    Options options;
    options_parse_claims(&options, program, argc, argv);
    if (!options.print && !files_exist(options.claims))
        die("%s: no such file of claims", options.claims);
    int failed = options.print ? 0 : reproduce_judge(&options);
    claims_print(stdout, options.run.out);
    return failed > 0 && options.run.strict ? EXIT_CLAIM : EXIT_SUCCESS;
}

static int compare_main(const Program *program, int argc, char **argv)
{
    (void)program;
    Cli cli = {.program = argv[0],
               .about = "Do two result folders say the same? Exit 0: same bytes; 1: numbers "
                        "differ, verdicts agree; 2: verdicts differ.",
               .positional = "DIR_A DIR_B",
               .positional_count = 2};
    char **directories = cli_parse(&cli, argc, argv);
    return compare_results(stdout, directories[0], directories[1]);
}

typedef struct {
    const char *name;
    int (*main)(const Program *program, int argc, char **argv);
} FrameVerb;

static const FrameVerb frame_verbs[] = {
    {"run", run_main}, {"claims", claims_main}, {"compare", compare_main}};
enum { FRAME_VERBS = sizeof frame_verbs / sizeof *frame_verbs };

static _Noreturn void refuse_verb(const Program *program, const char *verb)
{
    char *known = format_text("%s", frame_verbs[0].name);
    for (int k = 1; k < FRAME_VERBS + program->verb_count; k++)
        known = format_text("%s, %s", known,
                            k < FRAME_VERBS ? frame_verbs[k].name
                                            : program->verbs[k - FRAME_VERBS].name);
    die_usage("'%s' is no verb of %s; known: %s", verb, program->name, known);
}

static int verb_main(const Program *program, const char *verb, int argc, char **argv)
{
    argv[0] = format_text("%s %s", program->name, verb);
    for (int k = 0; k < FRAME_VERBS; k++)
        if (!strcmp(verb, frame_verbs[k].name)) return frame_verbs[k].main(program, argc, argv);
    for (int k = 0; k < program->verb_count; k++)
        if (!strcmp(verb, program->verbs[k].name)) return program->verbs[k].main(argc, argv);
    refuse_verb(program, verb);
}

static int main_of(const Program *program, int argc, char **argv)
{
    if (argc > 1 && argv[1][0] != '-') return verb_main(program, argv[1], argc - 1, argv + 1);
    return run_main(program, argc, argv);
}

int program_main(const Program *program, int argc, char **argv)
{
    comm_open(&argc, &argv);
    blas_init();
    int code = main_of(program, argc, argv);
    fflush(stdout);
    comm_close();
    return code;
}
