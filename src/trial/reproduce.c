#include "trial/reproduce.h"

#include "base/clock.h"
#include "base/die.h"
#include "comm/comm.h"
#include "compute/blas.h"
#include "io/csv.h"
#include "io/files.h"
#include "io/progress.h"
#include "trial/claim.h"
#include "trial/estimate.h"
#include "trial/ranks.h"

#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *manifest_of(const Options *options)
{
    return format_text("%s/run.txt", options->run.out);
}

static bool manifest_says(const char *path, const char *name, const char *expected)
{
    char *value = files_exist(path) ? manifest_value(path, name) : NULL;
    bool same = value && !strcmp(value, expected);
    free(value);
    return same;
}

static Hash claims_hash(const Options *options)
{
    return files_exist(options->claims) ? hash_file(options->claims) : (Hash){""};
}

static int exit_code(const Options *options, int failed)
{
    return failed > 0 && options->run.strict ? EXIT_CLAIM : EXIT_SUCCESS;
}

static int judge(const Options *options, const char *profile)
{
    return files_exist(options->claims)
               ? claims_evaluate(options->claims, options->run.out, profile)
               : 0;
}

/* run.txt names the claims that were judged last; all else in it stays as it was. */
static void renew_claims_hash(const Options *options)
{
    char *path = manifest_of(options), *old = manifest_value(path, "claims");
    if (old && *old) {
        char *text = files_read(path, NULL), *rest = text, *renewed = format_text("%s", "");
        for (char *line; (line = strsep(&rest, "\n"));) {
            bool ours = !strncmp(line, "run.claims ", strlen("run.claims "));
            char *longer =
                ours ? format_text("%srun.claims = %s\n", renewed, claims_hash(options).hex)
                     : format_text("%s%s%s", renewed, line, rest ? "\n" : "");
            free(renewed);
            renewed = longer;
        }
        files_replace(path, strlen(renewed), renewed);
        free(renewed);
        free(text);
    }
    free(old);
    free(path);
}

int reproduce_judge(const Options *options)
{
    char *path = manifest_of(options);
    if (!files_exist(path)) die("%s: no such file; reproduce the results first", path);
    char *profile = *options->run.profile ? format_text("%s", options->run.profile)
                                          : manifest_value(path, "profile");
    int lock = sweep_lock(options->run.out, false);
    int failed = judge(options, profile ? profile : "quick");
    renew_claims_hash(options);
    sweep_unlock(lock);
    free(profile);
    free(path);
    return failed;
}

static void print_counts(const Options *options)
{
    char *path = format_text("%s/claims.csv", options->run.out);
    if (files_exist(options->claims) && files_exist(path)) {
        Csv *csv = csv_read(path);
        const char *separator = "";
        printf("claims: ");
        for (int verdict = VERDICT_REPRODUCED; verdict <= VERDICT_PREMISE_ABSENT; verdict++) {
            int64_t count = 0;
            for (int64_t row = 0; row < csv_rows(csv); row++)
                count += !strcmp(csv_text(csv, row, csv_column(csv, "verdict")),
                                 verdict_name((Verdict)verdict));
            if (!count) continue;
            printf("%s%" PRId64 " %s", separator, count, verdict_name((Verdict)verdict));
            separator = ", ";
        }
        printf("%s\n", *separator ? "" : "none");
        csv_free(csv);
    }
    free(path);
}

static bool has_table(const Options *options, const char *name)
{
    char *path = format_text("%s/%s.csv", options->run.out, name);
    bool found = files_exist(path);
    free(path);
    return found;
}

/* The key alone does not bring back a file that somebody removed, nor a trial that crashed. */
static bool is_current(const Program *program, const Options *options, const SweepPlan *plan)
{
    char *manifest = manifest_of(options);
    bool current = manifest_says(manifest, "key", plan->key.hex) &&
                   !sweep_is_kept(options->run.out, &plan->key);
    for (int k = 0; k < plan->table_count; k++)
        current = current && has_table(options, plan->table[k].name);
    if (program->summarise) current = current && has_table(options, "summary");
    free(manifest);
    return current;
}

/* Nothing to run; claims are judged again when they were changed. */
static int reuse(const Options *options, const Hash *key)
{
    char *path = manifest_of(options), *verdicts = format_text("%s/claims.csv", options->run.out);
    printf("%s is current (key %.6s…): nothing to do\n", options->run.out, key->hex);
    int failed = 0;
    bool judged = files_exist(verdicts) && manifest_says(path, "claims", claims_hash(options).hex);
    if (!judged || options->run.strict) {
        int lock = sweep_lock(options->run.out, false);
        failed = judge(options, options->run.profile);
        renew_claims_hash(options);
        sweep_unlock(lock);
    }
    print_counts(options);
    free(verdicts);
    free(path);
    return exit_code(options, failed);
}

static void write_manifest(const Program *program, const Options *options, Manifest *manifest)
{
    char *path = manifest_of(options);
    manifest->program = program->name;
    manifest->profile = options->run.profile;
    manifest->device = options->run.device;
    manifest->jobs = options->run.jobs;
    manifest->ranks = comm_ranks();
    manifest->comm = comm_name();
    manifest->claims = claims_hash(options);
    omp_set_num_threads((int)options->run.threads);
    manifest_write(path, &options->cli, manifest);
    free(path);
}

/* Exit 1 when trials crashed: tables with holes are no success, whatever the claims say. */
static int report(const Program *program, const Options *options, const SweepResult *result,
                  double wall_s)
{
    printf("%s: %" PRId64 " trials (%" PRId64 " reused", program->name,
           result->run + result->reused, result->reused);
    if (result->crashed) printf(", %" PRId64 " crashed", result->crashed);
    printf(") in %.1f s → %s\n", wall_s, options->run.out);
    if (!result->whole)
        printf("shard %s is kept; when all are done, the same command without --shard puts them "
               "together\n",
               options->shard_text);
    if (!result->crashed) return EXIT_SUCCESS;
    fprintf(stderr,
            "error: %" PRId64 " of %" PRId64 " trials crashed; the same command tries them again\n",
            result->crashed, result->run + result->reused);
    return EXIT_FAILURE;
}

static SweepPlan make_plan(const Program *program, const Options *options, const Hash *key)
{
    SweepPlan plan = {.out = options->run.out,
                      .key = *key,
                      .jobs = options->run.jobs,
                      .threads = options->run.threads,
                      .together = program->together,
                      .shard = options->shard,
                      .shards = options->shards};
    program->plan(&options->run, &plan);
    if (plan.count < 1) die("%s: this configuration has no trials", program->name);
    return plan;
}

static int run(const Program *program, Options *options, const SweepPlan *plan, Manifest *manifest)
{
    double start = clock_s();
    clock_iso(manifest->started);
    progress_enable(!options->run.quiet && comm_is_first());
    bool shares = comm_ranks() > 1 && !plan->together;
    SweepResult result = shares ? ranks_share(plan) : sweep_run(plan);
    if (!comm_is_first()) return EXIT_SUCCESS;
    if (!result.whole) return report(program, options, &result, clock_s() - start);

    if (program->summarise) program->summarise(&options->run);
    int failed = judge(options, options->run.profile);
    manifest->trials = plan->count;
    manifest->trials_reused = result.reused;
    manifest->wall_s = clock_s() - start;
    write_manifest(program, options, manifest);
    /* The others are kept, so that the same command tries the crashed ones again. */
    if (!result.crashed) sweep_forget(options->run.out, &plan->key);
    sweep_unlock(result.lock);
    int crashed = report(program, options, &result, manifest->wall_s);
    print_counts(options);
    return crashed ? crashed : exit_code(options, failed);
}

/* Ranks of other processors, builds or files would make rows of other bytes. */
static void check_ranks(const Hash *key)
{
    Hash first = *key;
    comm_tell(sizeof first, &first);
    if (memcmp(&first, key, sizeof first) != 0)
        die("rank %d would compute other bytes than the first one: all ranks need the same "
            "program, "
            "data and kind of processor",
            comm_rank());
}

int reproduce(const Program *program, Options *options)
{
    Manifest manifest = {.blas = blas_init()};
    if (program->inputs) program->inputs(&options->run, &manifest.inputs);
    manifest.key = manifest_key(&options->cli, manifest.blas, &manifest.inputs);
    SweepPlan plan = make_plan(program, options, &manifest.key);
    if (options->run.dry_run) return estimate_print(stdout, &plan);
    if (comm_is_first() && is_current(program, options, &plan)) return reuse(options, &plan.key);
    comm_go();
    check_ranks(&plan.key);
    return run(program, options, &plan, &manifest);
}
