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

static const FrameVerb *frame_verb(const char *name)
{
    for (int k = 0; k < FRAME_VERBS; k++)
        if (!strcmp(name, frame_verbs[k].name)) return &frame_verbs[k];
    return NULL;
}

static const ProgramVerb *own_verb(const Program *program, const char *name)
{
    for (int k = 0; k < program->verb_count; k++)
        if (!strcmp(name, program->verbs[k].name)) return &program->verbs[k];
    return NULL;
}

static _Noreturn void refuse_verb(const Program *program, const char *verb)
{
    char *known = format_text("%s", frame_verbs[0].name);
    for (int k = 1; k < FRAME_VERBS; k++) known = format_text("%s, %s", known, frame_verbs[k].name);
    for (int k = 0; k < program->verb_count; k++)
        if (!frame_verb(program->verbs[k].name))
            known = format_text("%s, %s", known, program->verbs[k].name);
    die_usage("'%s' is no verb of %s; known: %s", verb, program->name, known);
}

/* A verb of the experiment that has a name of the frame's takes options alone: whatever begins
 * otherwise, such as two folders, is the frame's. */
static int verb_main(const Program *program, const char *verb, int argc, char **argv)
{
    argv[0] = format_text("%s %s", program->name, verb);
    const ProgramVerb *own = own_verb(program, verb);
    const FrameVerb *framed = frame_verb(verb);
    bool has_options_only = argc < 2 || argv[1][0] == '-';
    if (own && (has_options_only || !framed)) return own->main(argc, argv);
    if (framed) return framed->main(program, argc, argv);
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
