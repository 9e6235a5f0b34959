/* What a comparison runs on, with sensible choices for what the user left open. */
#include "compare.h"

#include "base/die.h"
#include "base/hash.h"
#include "compute/blas.h"
#include "io/files.h"
#include "io/manifest.h"
#include "model/model.h"
#include "optim/schedule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A network that trains within seconds, for images whose shorter side has at least so many
 * pixels. Every pool halves the sides, and is left out where one of them is odd. */
typedef struct {
    int64_t least_side;
    const char *widths, *pools;
} UsualModel;

static const UsualModel usual_models[] = {
    {32, "8-16-32-32", "1-1-1-0"}, {12, "8-16-16", "1-1-0"}, {4, "8-8-16-16", "0-1-0-1"}};
enum { USUAL_MODELS = sizeof usual_models / sizeof *usual_models };
static const char usual_small_model[] = "mlp:layers=2,width=64";
static const char usual_text_model[] = "transformer:layers=1,width=64,heads=2,context=64";

enum { USUAL_IMAGES = 32, USUAL_WINDOWS = 8 };

/* At most so many are looked at for one number: a share of errors is then known to about 1 and
 * 0.7 points, whoever is compared with whom being judged on the same ones. */
enum {
    VALIDATION_IMAGES = 2048,
    TEST_IMAGES = 5000,
    VALIDATION_WINDOWS = 512,
    TEST_WINDOWS = 1024
};

static char *model_that_fits(const UsualModel *usual, int64_t height, int64_t width)
{
    char *pools = format_text("%s", usual->pools);
    for (char *pool = pools; *pool; pool++) {
        if (*pool != '1') continue;
        if (height % 2 || width % 2)
            *pool = '0';
        else
            height /= 2, width /= 2;
    }
    char *model = format_text("cnn:style=vgg,widths=%s,pools=%s", usual->widths, pools);
    free(pools);
    return model;
}

static char *usual_model(const Data *data)
{
    if (data->is_text) return format_text("%s", usual_text_model);
    int64_t side = data->height < data->width ? data->height : data->width;
    for (int k = 0; k < USUAL_MODELS; k++)
        if (side >= usual_models[k].least_side)
            return model_that_fits(&usual_models[k], data->height, data->width);
    return format_text("%s", usual_small_model);
}

static void require_splits(const Data *data)
{
    static const char *const names[] = {"training", "validation", "testing"};
    for (int split = 0; split < SPLITS; split++)
        if (data->count[split] < 1)
            die("%s: nothing is left for %s; choose a larger set", data->name, names[split]);
}

/* Batches for so many rows, at most all. */
static int64_t batches_of(const Comparison *comparison, const Data *data, Split split, int64_t rows)
{
    int64_t asked = comparison->options->evaluation_batches;
    int64_t wanted = asked ? asked : (rows + comparison->batch - 1) / comparison->batch;
    int64_t all = data_batches(data, split, comparison->batch);
    return wanted < all ? wanted : all;
}

/* Choices need a look at the data before the model, and so their context, is known. */
static void choose(Comparison *comparison)
{
    const CompareOptions *options = comparison->options;
    int64_t context = model_context(*options->model ? options->model : usual_text_model);
    DataOptions opening = {.folder = options->folder, .context = context};
    Data *data = data_open(options->data, &opening);
    require_splits(data);
    comparison->model = *options->model ? format_text("%s", options->model) : usual_model(data);
    comparison->batch = options->batch  ? options->batch
                        : data->is_text ? USUAL_WINDOWS
                                        : USUAL_IMAGES;
    comparison->validation_batches = batches_of(
        comparison, data, SPLIT_VALIDATION, data->is_text ? VALIDATION_WINDOWS : VALIDATION_IMAGES);
    comparison->test_batches =
        batches_of(comparison, data, SPLIT_TEST, data->is_text ? TEST_WINDOWS : TEST_IMAGES);
    data_free(data);
}

static void open_arena(Comparison *comparison)
{
    const CompareOptions *options = comparison->options;
    ArenaOptions opening = {.device = options->device,
                            .precision = options->precision,
                            .folder = options->folder,
                            .data = options->data,
                            .model = comparison->model,
                            .batch = comparison->batch,
                            .validation_batches = comparison->validation_batches,
                            .test_batches = comparison->test_batches};
    comparison->arena = arena_open(&opening);
    comparison->data = arena_data(comparison->arena);
}

/* A wrong text is refused before anything is run. */
static void choose_schedule(Comparison *comparison)
{
    const char *asked = comparison->options->schedule;
    comparison->steps = comparison->options->steps;
    comparison->schedule = *asked ? format_text("%s", asked)
                                  : format_text("cosine:warmup=%" PRId64, comparison->steps / 20);
    ScheduleDefaults defaults = {.total = comparison->steps, .peak = 1.0};
    schedule_free(schedule_create(comparison->schedule, defaults));
}

/* ---- what kept runs depend on */

/* Of data that are not in memory, the first windows. */
static void add_windows(HashSum *sum, Data *data)
{
    enum { WINDOWS = 64 };
    size_t size = (size_t)(WINDOWS * data->context) * sizeof(int32_t);
    int32_t *tokens = alloc_zeroed(1, size), *labels = alloc_zeroed(1, size);
    for (int split = 0; split < SPLITS; split++) {
        data->windows(data, (Split)split, 1, 0, WINDOWS, tokens, labels);
        hash_add(sum, size, tokens);
    }
    free(tokens);
    free(labels);
}

static void add_text(HashSum *sum, const char *text) { hash_add(sum, strlen(text) + 1, text); }

static Hash key_of(const Comparison *comparison)
{
    const CompareOptions *options = comparison->options;
    Data *data = (Data *)comparison->data;
    const DataStore *store = &data->store;
    char *sizes = format_text("%" PRId64 " %" PRId64 " %" PRId64, comparison->batch,
                              comparison->validation_batches, comparison->test_batches);
    const Cli program = {.program = "root_free compare"};
    Hash build = manifest_key(&program, blas_init(), &(ManifestInputs){0});
    HashSum *sum = hash_begin();
    add_text(sum, build.hex);
    add_text(sum, options->device);
    add_text(sum, options->precision);
    add_text(sum, options->data);
    add_text(sum, comparison->model);
    add_text(sum, comparison->schedule);
    add_text(sum, sizes);
    if (store->bytes) hash_add(sum, (size_t)store->size, store->bytes);
    if (store->labels) hash_add(sum, (size_t)store->images * sizeof(int32_t), store->labels);
    if (!store->bytes && data->is_text) add_windows(sum, data);
    free(sizes);
    return hash_end(sum);
}

static void check_out(const CompareOptions *options)
{
    char *file = data_file(options->data, options->folder);
    if (options->out && file && files_same(file, options->out))
        die_usage("--out %s: the optimizers are compared on it: choose another file", file);
    free(file);
}

void compare_open(Comparison *comparison)
{
    const CompareOptions *options = comparison->options;
    comparison->seeds = options->seeds;
    comparison->text = options->json ? stderr : stdout;
    choose_schedule(comparison);
    check_out(options);
    choose(comparison);
    compare_name(comparison);
    open_arena(comparison);
    for (int c = 0; c < comparison->count; c++) {
        CompareRun first = compare_draw(comparison, &comparison->contestant[c], 0);
        arena_state_bytes(comparison->arena, first.optimizer);
        free(first.optimizer);
    }
    Hash key = key_of(comparison);
    comparison->kept = kept_open(options->out, key.hex, options->dry_run);
}

/* All that were listed, done or not. */
static void forget(int64_t count, CompareRun run[])
{
    for (int64_t k = 0; k < count && run; k++) free(run[k].optimizer);
    free(run);
}

void compare_close(Comparison *comparison)
{
    for (int c = 0; c < comparison->count; c++) {
        Contestant *contestant = &comparison->contestant[c];
        forget(contestant->runs, contestant->search);
        forget(compare_finals(comparison, contestant), contestant->final);
        forget(comparison->seeds, contestant->report);
        space_free(contestant->space);
        free(contestant->ranges);
        free(contestant->name);
    }
    kept_close(comparison->kept);
    arena_free(comparison->arena);
    free(comparison->schedule);
    free(comparison->model);
}
