#include "io/manifest.h"

#include "base/die.h"
#include "dying.h"
#include "io/files.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static double rate = 0.1;
static int64_t jobs = 2;
static const CliOption options[] = {
    {"rate", CLI_REAL, &rate, 0.0, 10.0, "Step size", CLI_CONFIGURES},
    {"jobs", CLI_INT, &jobs, 1, 64, "Workers", CLI_OPERATES},
};
static const Cli cli = {.program = "demo", .about = "", .count = 2, .options = options};

static Hash key(const char *path, const char *bytes)
{
    ManifestInputs inputs = {1, {{path, hash_bytes(strlen(bytes), bytes)}}};
    return manifest_key(&cli, "blas", &inputs);
}

Test(manifest, the_key_depends_on_what_is_run_on_what_and_not_on_how_or_where)
{
    Hash before = key("data/a.csv", "abc");
    jobs = 7;
    cr_expect(eq(str, key("elsewhere/a.csv", "abc").hex, before.hex));
    cr_expect(ne(str, key("data/a.csv", "abd").hex, before.hex));
    cr_expect(ne(str, key("data/b.csv", "abc").hex, before.hex));
    cr_expect(ne(str, manifest_key(&cli, "blas", &(ManifestInputs){0}).hex, before.hex));
    ManifestInputs inputs = {1, {{"data/a.csv", hash_bytes(3, "abc")}}};
    cr_expect(ne(str, manifest_key(&cli, "blas of another processor", &inputs).hex, before.hex));
    rate = nextafter(0.1, 1.0);
    cr_expect(ne(str, key("data/a.csv", "abc").hex, before.hex), "the last bit counts");
}

Test(manifest, a_run_can_be_replayed_from_its_manifest)
{
    ManifestInputs inputs = {1, {{"data/cache/a.csv", hash_bytes(3, "abc")}}};
    Manifest manifest = {.program = "demo",
                         .profile = "quick",
                         .key = manifest_key(&cli, "blas", &inputs),
                         .trials = 12,
                         .wall_s = 1.5,
                         .started = "2026-01-31T12:00:00Z",
                         .inputs = inputs};
    const char *path = scratch_path("run.txt");
    rate = 1.0 / 3.0;
    manifest_write(path, &cli, &manifest);
    rate = 0.0;
    cli_read_config(&cli, path);
    cr_expect(eq(dbl, rate, 1.0 / 3.0));

    char *value = manifest_value(path, "key");
    cr_expect(eq(str, value, manifest.key.hex));
    free(value);
    value = manifest_value(path, "input.a.csv");
    cr_expect(eq(str, value, inputs.input[0].hash.hex));
    free(value);
    value = manifest_value(path, "trials");
    cr_expect(eq(str, value, "12"));
    free(value);
    cr_expect(manifest_value(path, "nothing") == NULL);
    cr_expect(manifest_value(scratch_path("absent"), "key") == NULL);
}

Test(manifest, provenance_names_no_host_and_no_user)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    manifest_write(scratch_path("run.txt"), &cli, &(Manifest){.program = "demo"});
    char *text = files_read(scratch_path("run.txt"), NULL);
    cr_expect(strlen(host) < 5 || strstr(text, host) == NULL, "%s", text);
    cr_expect(strstr(text, "run.commit = ") != NULL);
    cr_expect(strstr(text, "run.cpu = ") != NULL);
    free(text);
}

Test(manifest, inputs_are_files_that_are_there_and_each_is_one)
{
    const char *name[] = {"a", "b", "a", "absent"};
    ManifestInputs inputs = {0};
    for (int k = 0; k < 2; k++) scratch_text(name[k], name[k]);
    for (int k = 0; k < 4; k++)
        manifest_add_input(&inputs, format_text("%s", scratch_path(name[k])));
    manifest_add_input(&inputs, NULL);
    cr_assert(eq(int, inputs.count, 2));
    cr_expect(eq(str, inputs.input[0].hash.hex, hash_bytes(1, "a").hex));
    cr_expect(eq(str, inputs.input[1].hash.hex, hash_bytes(1, "b").hex));
}
