#include "trial/options.h"

#include "base/die.h"
#include "comm/comm.h"
#include "compute/backend.h"
#include "io/files.h"
#include "trial/pool.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ranks on one machine that the launcher has not bound to cores of their own divide them. */
static int64_t count_own_cores(void)
{
    int64_t allowed = pool_cores(), fair = sysconf(_SC_NPROCESSORS_ONLN) / comm_ranks_here();
    return allowed < fair ? allowed : fair > 1 ? fair : 1;
}

/* A folder of the source tree: as named from here, else beside the build folder that
 * holds the program (TREE/build/cpu/PROGRAM), so that it works from anywhere. */
static const char *find_in_tree(const char *folder, const char *wanted)
{
    char executable[PATH_MAX] = "";
    char *here = format_text("%s/%s", folder, wanted);
    bool found = files_exist(here);
    free(here);
    if (found || folder[0] == '/') return folder;
    if (readlink("/proc/self/exe", executable, sizeof executable - 1) < 0) return folder;
    for (int levels = 3; levels > 0; levels--) {
        char *slash = strrchr(executable, '/');
        if (!slash) return folder;
        *slash = 0;
    }
    char *beside = format_text("%s/%s", executable, folder);
    char *path = format_text("%s/%s", beside, wanted);
    found = files_exist(path);
    free(path);
    return found ? beside : folder;
}

static void parse_shard(Options *options)
{
    char *end;
    const char *text = options->shard_text;
    options->shard = strtoll(text, &end, 10);
    options->shards = *end == '/' ? strtoll(end + 1, &end, 10) : 0;
    if (*end || options->shard < 1 || options->shard > options->shards)
        die_usage("--shard '%s': expected NUMBER/COUNT such as 2/8, from 1/8 to 8/8", text);
}

static void set_defaults(Options *options, const Program *program)
{
    *options = (Options){
        .run = {.seed = 1,
                .threads = 1,
                .profile = "quick",
                .out = format_text("results/%s", program->name),
                .data = "data/cache",
                .device = "cpu",
                .precision = ""},
        .shard_text = "1/1",
        .claims = "",
        .experiments = "experiments",
    };
}

enum { COMMON = 14 };

static void fill_common(Options *options, CliOption table[COMMON])
{
    ProgramOptions *run = &options->run;
    const CliOption common[COMMON] = {
        {"profile", CLI_TEXT, &run->profile, 0, 0,
         "Size of the run: smoke, quick, laptop or full (a file of settings each)", CLI_CONFIGURES},
        {"seed", CLI_INT, &run->seed, 0, INT32_MAX, "First seed; repeats count on from it",
         CLI_CONFIGURES},
        {"out", CLI_TEXT, &run->out, 0, 0, "Folder for the results", CLI_OPERATES},
        {"data", CLI_TEXT, &run->data, 0, 0, "Folder with the data sets", CLI_OPERATES},
        {"jobs", CLI_INT, &run->jobs, 0, 4096,
         "Trials that run at the same time (on each rank); 0: one per core, on a GPU at most 8",
         CLI_OPERATES},
        {"threads", CLI_INT, &run->threads, 1, 1024, "Threads of each trial", CLI_OPERATES},
        {"shard", CLI_TEXT, &options->shard_text, 0, 0,
         "Run one part of the trials, such as 2/8; a run without it then joins them", CLI_OPERATES},
        {"device", CLI_TEXT, &run->device, 0, 0,
         "Where to compute: cpu or cuda; jobs share the GPU best under its server MPS",
         CLI_OPERATES},
        {"precision", CLI_TEXT, &run->precision, 0, 0,
         "Products on a GPU: float32 (also when empty), tf32, or bfloat16 (a transformer's "
         "activations too)",
         CLI_CONFIGURES},
        {"claims", CLI_TEXT, &options->claims, 0, 0,
         "File of claims to judge; empty: claims.cfg of the experiment", CLI_OPERATES},
        {"experiments", CLI_TEXT, &options->experiments, 0, 0,
         "Folder of the experiments' settings", CLI_OPERATES},
        {"dry-run", CLI_FLAG, &run->dry_run, 0, 0, "Say what would be run, and how long it takes",
         CLI_OPERATES},
        {"quiet", CLI_FLAG, &run->quiet, 0, 0, "No progress line", CLI_OPERATES},
        {"strict", CLI_FLAG, &run->strict, 0, 0, "Exit 3 when a claim is not reproduced",
         CLI_OPERATES},
    };
    memcpy(table, common, sizeof common);
}

static bool has_verb(const Program *program, const char *name)
{
    for (int k = 0; k < program->verb_count; k++)
        if (!strcmp(program->verbs[k].name, name)) return true;
    return false;
}

static char *add_verb(char *text, const char *form, const char *summary)
{
    char *longer = format_text("%s\n  %-13s %s", text, form, summary);
    free(text);
    return longer;
}

/* Each verb as it is written. Where one of the experiment's has the name of the frame's it takes
 * the options, and the frame's is what is written otherwise. */
static char *describe(const Program *program)
{
    static const char run[] = "run", compare[] = "compare";
    char *text = format_text("%s\n\nVerbs:", program->about);
    bool is_taken = has_verb(program, run);
    text = add_verb(text, is_taken ? "(no verb)" : run,
                    is_taken ? "reproduce: run the trials and judge the claims"
                             : "reproduce: run the trials and judge the claims (the default)");
    text = add_verb(text, "claims", "judge the claims again and print them");
    text = add_verb(text, "compare A B", "compare two result folders");
    for (int k = 0; k < program->verb_count; k++) {
        const ProgramVerb *verb = &program->verbs[k];
        bool is_shared = !strcmp(verb->name, run) || !strcmp(verb->name, compare);
        char *form = format_text("%s%s", verb->name, is_shared ? " --..." : "");
        text = add_verb(text, form, verb->summary);
        free(form);
    }
    return text;
}

static void build_cli(Options *options, const Program *program)
{
    int count = COMMON + program->option_count;
    options->table = alloc_zeroed((size_t)count, sizeof *options->table);
    fill_common(options, options->table);
    for (int k = 0; k < program->option_count; k++)
        options->table[COMMON + k] = program->options[k];
    options->cli = (Cli){.program = program->name,
                         .about = describe(program),
                         .examples = program->examples,
                         .count = count,
                         .options = options->table};
}

/* Each job on a GPU is a process, whose own state there takes hundreds of MB before any numbers. */
static int64_t usual_jobs(const char *device)
{
    enum { MOST_ON_DEVICE = 8 };
    int64_t cores = count_own_cores();
    bool shares = strcmp(device, "cpu") != 0 && cores > MOST_ON_DEVICE;
    return shares ? MOST_ON_DEVICE : cores;
}

/* float32 is written as nothing, so that results without the option have the same key. */
static void check_device(ProgramOptions *run)
{
    const char *missing = backend_missing(run->device);
    if (missing) die_usage("--device %s: %s", run->device, missing);
    if (backend_precision(run->device, run->precision) == PRECISION_FLOAT32) run->precision = "";
}

/* A file of claims that was named must be there: --strict would pass without it. */
static void resolve_claims(Options *options, const Program *program)
{
    if (!*options->claims)
        options->claims = format_text("%s/%s/claims.cfg", options->experiments, program->name);
    else if (!files_exist(options->claims))
        die_usage("--claims %s: there is no such file", options->claims);
}

static void resolve_folders(Options *options, const Program *program)
{
    char *settings = format_text("%s/%s.cfg", program->name, options->run.profile);
    options->experiments = find_in_tree(options->experiments, settings);
    options->run.data = find_in_tree(options->run.data, ".");
    free(settings);
}

/* Twice: the first pass finds the profile, whose settings the second then overrides. */
void options_parse(Options *options, const Program *program, int argc, char **argv)
{
    set_defaults(options, program);
    build_cli(options, program);
    cli_parse(&options->cli, argc, argv);
    resolve_folders(options, program);
    char *settings =
        format_text("%s/%s/%s.cfg", options->experiments, program->name, options->run.profile);
    if (!files_exist(settings))
        die_usage("--profile %s: there is no %s (name its folder with --experiments)",
                  options->run.profile, settings);
    cli_read_config(&options->cli, settings);
    cli_parse(&options->cli, argc, argv);
    resolve_folders(options, program);
    resolve_claims(options, program);
    parse_shard(options);
    check_device(&options->run);
    if (options->run.jobs == 0) options->run.jobs = usual_jobs(options->run.device);
    free(settings);
}

void options_parse_claims(Options *options, const Program *program, int argc, char **argv)
{
    set_defaults(options, program);
    options->run.profile = "";
    options->table = alloc_zeroed(6, sizeof *options->table);
    const CliOption table[] = {
        {"out", CLI_TEXT, &options->run.out, 0, 0, "Folder with the results", CLI_OPERATES},
        {"claims", CLI_TEXT, &options->claims, 0, 0,
         "File of claims to judge; empty: claims.cfg of the experiment", CLI_OPERATES},
        {"profile", CLI_TEXT, &options->run.profile, 0, 0,
         "Profile to judge for; empty: the one of the run", CLI_OPERATES},
        {"experiments", CLI_TEXT, &options->experiments, 0, 0,
         "Folder of the experiments' settings", CLI_OPERATES},
        {"strict", CLI_FLAG, &options->run.strict, 0, 0, "Exit 3 when a claim is not reproduced",
         CLI_OPERATES},
        {"print", CLI_FLAG, &options->print, 0, 0,
         "Print the verdicts that are there; judge and write nothing", CLI_OPERATES},
    };
    memcpy(options->table, table, sizeof table);
    options->cli = (Cli){.program = argv[0],
                         .about = "Judges the claims again, from the CSV files alone.",
                         .count = sizeof table / sizeof *table,
                         .options = options->table};
    cli_parse(&options->cli, argc, argv);
    char *wanted = format_text("%s/claims.cfg", program->name);
    options->experiments = find_in_tree(options->experiments, wanted);
    resolve_claims(options, program);
    free(wanted);
}
