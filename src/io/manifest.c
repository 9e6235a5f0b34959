#include "io/manifest.h"

#include "base/die.h"
#include "io/files.h"

#include <inttypes.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if __has_include("version.h")
#include "version.h"
#endif

#ifndef STEPBENCH_VERSION
#define STEPBENCH_VERSION "unknown"
#define STEPBENCH_COMMIT "unknown"
#define STEPBENCH_SOURCES_SHA256 "unknown"
#define STEPBENCH_COMPILER "unknown"
#define STEPBENCH_CFLAGS "unknown"
#endif

void manifest_add_input(ManifestInputs *inputs, char *path)
{
    enum { ROOM = sizeof inputs->input / sizeof *inputs->input };
    bool is_none = !path || !files_exist(path);
    for (int i = 0; i < inputs->count && !is_none; i++)
        is_none = !strcmp(inputs->input[i].path, path);
    if (is_none) {
        free(path);
        return;
    }
    if (inputs->count == ROOM) die("the results depend on more than %d files", ROOM);
    inputs->input[inputs->count++] = (ManifestInput){path, hash_file(path)};
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "model name : …" of the first core; the caller frees. */
static char *cpu_model(void)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char *line = NULL, *model = NULL;
    size_t room = 0;
    while (file && !model && getline(&line, &room, file) > 0) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) || !colon) continue;
        model = format_text("%.*s", (int)strcspn(colon + 1, "\n") - 1, colon + 2);
    }
    free(line);
    if (file) fclose(file);
    return model ? model : format_text("unknown");
}

static void write_machine(FILE *file, const Manifest *manifest)
{
    char *model = cpu_model();
    fprintf(file, "run.cpu = %s\n", model);
    fprintf(file, "run.cores = %ld\n", sysconf(_SC_NPROCESSORS_ONLN));
    fprintf(file, "run.threads = %d\n", omp_get_max_threads());
    fprintf(file, "run.blas = %s\n", manifest->blas ? manifest->blas : "none");
    fprintf(file, "run.device = %s\n", manifest->device ? manifest->device : "cpu");
    free(model);
}

static void write_run(FILE *file, const Manifest *manifest)
{
    fprintf(file, "run.started = %s\n", manifest->started);
    fprintf(file, "run.wall_s = %.3f\n", manifest->wall_s);
    fprintf(file, "run.jobs = %" PRId64 "\n", manifest->jobs);
    fprintf(file, "run.ranks = %d\n", manifest->ranks ? manifest->ranks : 1);
    fprintf(file, "run.comm = %s\n", manifest->comm ? manifest->comm : "in-process");
    fprintf(file, "run.trials = %" PRId64 "\n", manifest->trials);
    fprintf(file, "run.trials_reused = %" PRId64 "\n", manifest->trials_reused);
    for (int i = 0; i < manifest->inputs.count; i++) {
        const ManifestInput *input = &manifest->inputs.input[i];
        fprintf(file, "run.input.%s = %s\n", file_name(input->path), input->hash.hex);
    }
}

void manifest_write(const char *path, const Cli *cli, const Manifest *manifest)
{
    FILE *file = files_begin(path);
    cli_write(file, cli);
    fprintf(file, "run.schema = %d\n", MANIFEST_SCHEMA);
    fprintf(file, "run.program = %s\n", manifest->program);
    fprintf(file, "run.profile = %s\n", manifest->profile ? manifest->profile : "");
    fprintf(file, "run.key = %s\n", manifest->key.hex);
    fprintf(file, "run.claims = %s\n", manifest->claims.hex);
    fprintf(file, "run.version = %s\n", STEPBENCH_VERSION);
    fprintf(file, "run.commit = %s\n", STEPBENCH_COMMIT);
    fprintf(file, "run.sources = %s\n", STEPBENCH_SOURCES_SHA256);
    fprintf(file, "run.compiler = %s\n", STEPBENCH_COMPILER);
    fprintf(file, "run.flags = %s\n", STEPBENCH_CFLAGS);
    write_machine(file, manifest);
    write_run(file, manifest);
    files_commit(file, path);
}

char *manifest_value(const char *path, const char *name)
{
    if (!files_exist(path)) return NULL;
    char *text = files_read(path, NULL), *value = NULL;
    char *start = format_text("run.%s = ", name);
    for (char *rest = text, *line; !value && (line = strsep(&rest, "\n"));)
        if (strncmp(line, start, strlen(start)) == 0)
            value = format_text("%s", line + strlen(start));
    free(start);
    free(text);
    return value;
}

char *manifest_build(const char *blas)
{
    return format_text("sources = %s\ncompiler = %s\nflags = %s\nblas = %s\n",
                       STEPBENCH_SOURCES_SHA256, STEPBENCH_COMPILER, STEPBENCH_CFLAGS, blas);
}

Hash manifest_key(const Cli *cli, const char *blas, const ManifestInputs *inputs)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) die("out of memory: the key of a run");
    fprintf(stream, "schema %d\nprogram %s\n", MANIFEST_SCHEMA, cli->program);
    cli_write(stream, cli);
    /* A folder may be moved: the name and the bytes count, not the place. */
    for (int i = 0; i < inputs->count; i++)
        fprintf(stream, "input %s %s\n", file_name(inputs->input[i].path),
                inputs->input[i].hash.hex);
    char *build = manifest_build(blas);
    fputs(build, stream);
    fclose(stream);
    free(build);
    Hash key = hash_bytes(size, text);
    free(text);
    return key;
}

const char *manifest_version(void)
{
    return "stepbench " STEPBENCH_VERSION " (" STEPBENCH_COMMIT ", " STEPBENCH_COMPILER
           ", flags " STEPBENCH_CFLAGS ")";
}
