/* run.txt: what was run, on what, from which sources, so that it can be run again.
 *
 * The first lines are the configuration ("name = value": feed the file back with
 * --config); the lines "run.name = value" are provenance: schema version, key,
 * commit and dirty flag, compiler, flags, CPU model, cores, BLAS, threads, seed,
 * start, wall time, sha256 of every input. Never a host name or a user name. */
#ifndef IO_MANIFEST_H
#define IO_MANIFEST_H

#include "base/hash.h"
#include "io/cli.h"

#include <stdbool.h>

enum { MANIFEST_SCHEMA = 1 };

typedef struct {
    const char *path; /* as given or found */
    Hash hash;
} ManifestInput;

/* Those that results depend on, each once. */
typedef struct {
    int count;
    ManifestInput input[64];
} ManifestInputs;

/* Takes the path, which may be NULL. A file that is not there is no input: what needs it is
 * absent. */
void manifest_add_input(ManifestInputs *inputs, char *path);

typedef struct {
    const char *program, *profile, *device, *blas;
    Hash key;    /* configuration + inputs + sources + flags + BLAS */
    Hash claims; /* claims.cfg; hex "" when there is none */
    int64_t trials, trials_reused, jobs;
    int ranks;        /* processes that ran it together … */
    const char *comm; /* … and what they spoke through */
    double wall_s;
    char started[21];
    ManifestInputs inputs;
} Manifest;

void manifest_write(const char *path, const Cli *cli, const Manifest *manifest);

/* A "run.<name>" value of an existing run.txt; NULL when there is none. The caller frees. */
char *manifest_value(const char *path, const char *name);

/* sha256 over the configuration, the inputs, the build (sources and flags) and the BLAS, which
 * chooses its kernels, and so its last bits, by the processor that it finds when it runs. */
Hash manifest_key(const Cli *cli, const char *blas, const ManifestInputs *inputs);

/* The build and the BLAS of that key as "name = value" lines: other ones may give other last bits.
 * The caller frees. */
char *manifest_build(const char *blas);

/* "stepbench 0.1.0 (commit, flags …)": for --version. */
const char *manifest_version(void);

#endif
