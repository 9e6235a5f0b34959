#include "world.h"

#include "base/die.h"
#include "base/spec.h"
#include "base/words.h"
#include "io/files.h"
#include "optim/optimizer.h"
#include "problem/data_mixture.h"
#include "studies.h"

#include <stdlib.h>

bool world_is_absent(const char *texts)
{
    bool is_absent = false;
    for (int64_t k = 0; k < words_count(texts); k++) {
        char *text = words_item(texts, k), *file = data_file(text, frame->data);
        is_absent = is_absent || (file && !files_exist(file));
        free(file);
        free(text);
    }
    return is_absent;
}

char *world_domain(const char *texts, int domain)
{
    char *text = words_item(texts, domain);
    Spec *spec = spec_parse(text);
    char *name = format_text("%s", spec_text(spec, "name", text));
    spec_free(spec);
    free(text);
    return name;
}

/* ---- data */

static void require_alike(const Data *first, const Data *text)
{
    if (!text->is_text) die_usage("--texts: '%s' is no text", text->name);
    if (text->classes != first->classes)
        die_usage("--texts: '%s' has %d kinds of tokens and '%s' %d: one network reads them all",
                  first->name, (int)first->classes, text->name, (int)text->classes);
}

static Data *open_text(const WorldSetting *setting, int domain, int shard, int shards)
{
    char *text = words_item(setting->texts, domain);
    DataOptions options = {.folder = frame->data,
                           .context = model_context(setting->model),
                           .shard = shard,
                           .shards = shards};
    Data *data = data_open(text, &options);
    free(text);
    return data;
}

/* Of each text the first part holds the bytes. */
static void open_texts(World *world, const WorldSetting *setting)
{
    int parts = setting->shifts ? 1 : setting->versions;
    world->domains = (int)words_count(setting->texts);
    world->count = world->domains * parts;
    world->text = alloc_zeroed((size_t)world->count, sizeof(Data *));
    for (int k = 0; k < world->count; k++) {
        int shard = k % parts;
        if (shard) world->text[k] = data_part(world->text[k - shard], shard);
        if (!world->text[k]) world->text[k] = open_text(setting, k / parts, shard, parts);
        require_alike(world->text[0], world->text[k]);
    }
}

static Data *part_of_all(World *world, int part, int parts)
{
    Data **source = alloc_zeroed((size_t)world->domains, sizeof(Data *));
    double *share = alloc_zeroed((size_t)world->domains, sizeof *share);
    for (int d = 0; d < world->domains; d++) {
        source[d] = world->text[d * parts + part];
        share[d] = 1.0;
    }
    Data *mixture = data_mixture_of(world->domains, source, share);
    free(source);
    free(share);
    return mixture;
}

static void make_versions(World *world, const WorldSetting *setting)
{
    int count = setting->versions;
    Data **version = alloc_zeroed((size_t)count, sizeof(Data *));
    if (!setting->shifts) {
        world->mixtures = count;
        world->mixture = alloc_zeroed((size_t)count, sizeof(Data *));
        for (int v = 0; v < count; v++) world->mixture[v] = part_of_all(world, v, count);
    }
    for (int v = 0; v < count; v++)
        version[v] = setting->shifts ? world->text[v % world->domains] : world->mixture[v];
    world->versions = versions_create(world->backend, world->model, count, version, setting->batch,
                                      setting->seed);
    free(version);
}

/* All parts of a text have its held-out windows. */
static void open_held_out(World *world, const WorldSetting *setting)
{
    int parts = world->count / world->domains;
    world->held_out = alloc_zeroed((size_t)world->domains, sizeof(Problem *));
    for (int d = 0; d < world->domains; d++)
        world->held_out[d] = problem_training(world->backend, world->model, world->text[d * parts],
                                              setting->batch, setting->seed);
}

World world_open(const WorldSetting *setting)
{
    World world = {.backend = backend_open_with(frame->device, frame->precision)};
    open_texts(&world, setting);
    ModelTask task = training_task(world.text[0], setting->batch);
    world.model = model_create(world.backend, setting->model, &task, true);
    make_versions(&world, setting);
    open_held_out(&world, setting);
    return world;
}

void world_close(World *world)
{
    for (int d = 0; d < world->domains; d++) world->held_out[d]->free(world->held_out[d]);
    free(world->held_out);
    versions_free(world->versions);
    for (int k = 0; k < world->mixtures; k++) data_free(world->mixture[k]);
    free(world->mixture);
    for (int k = world->count - 1; k >= 0; k--) data_free(world->text[k]);
    free(world->text);
    model_free(world->model);
    world->backend->close(world->backend);
}

/* ---- asking */

void world_losses(const World *world, int64_t batches, double loss[])
{
    for (int d = 0; d < world->domains; d++)
        loss[d] = world->held_out[d]->evaluate(world->held_out[d], SPLIT_VALIDATION, batches).loss;
}

UpdateSize world_size(const World *world, int64_t batch, const char *optimizer)
{
    const ParameterTable *table = world->held_out[0]->parameters;
    return (UpdateSize){.tokens = (double)(batch * world->text[0]->context),
                        .flops = model_flops(world->model),
                        .parameter_bytes = parameters_count(table) * (int64_t)sizeof(real),
                        .optimizer_bytes = optimizer_state_bytes(optimizer, table)};
}
