#include "trial/checkpoint.h"

#include "base/die.h"
#include "dying.h"
#include "io/files.h"
#include "small_table.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static const char configuration[] = "data = a.txt\nsteps = 20\nrun.schedule = constant\n";
static const CheckpointInfo usual = {.step = 7, .seed = 3, .configuration = configuration};

/* Any numbers that are all different, the running ones included. */
static void fill_values(SmallTable *small)
{
    for (int p = 0; p < SMALL_TABLE; p++)
        for (int64_t k = 0; k < matrix_count(small->item[p].value); k++)
            matrix_reals(small->item[p].value)[k] = (real)sin(1.0 + 7.0 * p + (double)k);
}

/* A gradient that depends on the step and on the values, as a network's does. */
static void take_steps(SmallTable *small, Optimizer *optimizer, int64_t first, int64_t last)
{
    for (int64_t step = first; step < last; step++) {
        for (int64_t k = 0; k < SMALL_COUNT; k++)
            *small_gradient(small, k) =
                (real)(0.3 * (double)*small_value(small, k) + sin((double)(3 * k + 5 * step)));
        optimizer_step(optimizer, 0.01 / (double)(step + 1));
    }
}

typedef struct {
    Backend *backend;
    SmallTable *small;
    Optimizer *optimizer;
} Patient;

static Patient patient(const char *optimizer)
{
    Patient made = {.backend = backend_cpu()};
    made.small = small_table(made.backend);
    fill_values(made.small);
    made.optimizer = optimizer_create(optimizer, made.backend, &made.small->table);
    return made;
}

static void release(Patient *patient)
{
    optimizer_free(patient->optimizer);
    small_table_free(patient->small);
    patient->backend->close(patient->backend);
}

static void save(const Patient *patient, const char *path, const CheckpointInfo *info)
{
    checkpoint_save(path, patient->backend, &patient->small->table, patient->optimizer, info);
}

static bool same_numbers(const Patient *a, const Patient *b)
{
    int64_t state_a, state_b;
    const real *of_a = optimizer_state(a->optimizer, &state_a);
    const real *of_b = optimizer_state(b->optimizer, &state_b);
    bool same =
        state_a == state_b && (state_a == 0 || !memcmp(of_a, of_b, (size_t)state_a * sizeof(real)));
    for (int p = 0; p < SMALL_TABLE; p++) {
        Matrix value = a->small->item[p].value;
        same = same && !memcmp(value.data, b->small->item[p].value.data,
                               (size_t)matrix_count(value) * sizeof(real));
    }
    return same;
}

Test(checkpoint, all_numbers_come_back_running_statistics_and_optimizer_state_included)
{
    Patient a = patient("adamw"), b = patient("adamw");
    take_steps(a.small, a.optimizer, 0, 7);
    matrix_reals(a.small->item[SMALL_TABLE - 1].value)[1] = 42;
    const char *path = scratch_path("run.checkpoint");
    save(&a, path, &usual);
    cr_expect(not(same_numbers(&a, &b)));

    CheckpointInfo info = {.seed = 3, .configuration = configuration};
    checkpoint_load(path, b.backend, &b.small->table, b.optimizer, &info);
    cr_expect(same_numbers(&a, &b));
    cr_expect(eq(i64, info.step, 7));
    cr_expect(eq(i64, optimizer_steps_done(b.optimizer), 7));
    release(&a);
    release(&b);
}

Test(checkpoint, going_on_gives_the_same_bytes_as_not_having_stopped_for_every_optimizer)
{
    for (int kind = 0; kind < optimizer_kind_count(); kind++) {
        const char *name = optimizer_kind_name(kind);
        Patient whole = patient(name), before = patient(name), after = patient(name);
        take_steps(whole.small, whole.optimizer, 0, 12);
        take_steps(before.small, before.optimizer, 0, 5);
        const char *path = scratch_path("half.checkpoint");
        save(&before, path, &(CheckpointInfo){.step = 5});
        CheckpointInfo info = {0};
        checkpoint_load(path, after.backend, &after.small->table, after.optimizer, &info);
        take_steps(after.small, after.optimizer, info.step, 12);
        cr_expect(same_numbers(&whole, &after), "%s", name);
        release(&whole);
        release(&before);
        release(&after);
    }
}

Test(checkpoint, the_same_state_makes_the_same_file_and_leaves_no_other)
{
    Patient a = patient("sgd");
    save(&a, scratch_path("one"), &usual);
    save(&a, scratch_path("two"), &usual);
    size_t one_size, two_size;
    char *one = files_read(scratch_path("one"), &one_size);
    char *two = files_read(scratch_path("two"), &two_size);
    cr_expect(eq(sz, one_size, two_size));
    cr_expect(memcmp(one, two, one_size) == 0);
    cr_expect(not(files_exist(scratch_path("one.part"))));
    free(one);
    free(two);
    release(&a);
}

/* ---- refusals */

typedef struct {
    const char *path, *optimizer;
    CheckpointInfo info;
    void (*change)(SmallTable *small);
} Loading;

static void load(void *context)
{
    Loading *loading = context;
    Patient a = patient(loading->optimizer);
    if (loading->change) loading->change(a.small);
    checkpoint_load(loading->path, a.backend, &a.small->table, a.optimizer, &loading->info);
}

static Loading usual_loading(const char *path)
{
    return (Loading){path, "adamw", {.seed = 3, .configuration = configuration}, NULL};
}

static void refuses_with(int code, Loading loading, const char *words)
{
    Ending ending = dying_run(load, &loading);
    cr_expect(eq(int, ending.exit_code, code), "expected to hear: %s", words);
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
    const char *end = strchr(ending.err, '\n');
    cr_expect(end && end[1] == '\0', "more than one line: %s", ending.err);
}

static void refuses(Loading loading, const char *words) { refuses_with(1, loading, words); }

static const char *saved(const char *name)
{
    Patient a = patient("adamw");
    const char *path = scratch_path(name);
    save(&a, path, &usual);
    release(&a);
    return path;
}

static void make_wider(SmallTable *small)
{
    small->item[2].value.rows = 2;
    small->item[2].value.stride = small->item[2].value.cols = 3;
}

static void rename_one(SmallTable *small) { small->item[1].name = "short"; }
static void leave_one_out(SmallTable *small) { small->table.count--; }

Test(checkpoint, another_shape_is_refused_naming_the_tensor_and_both_shapes)
{
    Loading loading = usual_loading(saved("c"));
    loading.change = make_wider;
    refuses(loading, "tensor 3 differs: 'table embedding 3 2' there, 'table embedding 2 3' here");
    loading.change = rename_one;
    refuses(loading, "tensor 2 differs: 'tall matrix 5 2' there, 'short matrix 5 2' here");
    loading.change = leave_one_out;
    refuses(loading, "tensor 5 differs: 'running state 1 3' there, 'nothing' here");
}

Test(checkpoint, another_run_is_refused_naming_the_line_that_differs)
{
    Loading loading = usual_loading(saved("c"));
    loading.info.seed = 4;
    refuses_with(EXIT_USAGE, loading, "is of another run: 'seed = 3' there, 'seed = 4' here");
    loading = usual_loading(loading.path);
    loading.optimizer = "adamw:beta2=0.9";
    refuses_with(EXIT_USAGE, loading, "is of another run: 'optimizer = adamw:");
    loading = usual_loading(loading.path);
    loading.info.configuration = "data = a.txt\nsteps = 30\nrun.schedule = constant\n";
    refuses_with(EXIT_USAGE, loading, "is of another run: 'steps = 20' there, 'steps = 30' here");
    loading.info.configuration = "data = a.txt\nsteps = 20\n";
    refuses_with(EXIT_USAGE, loading, "'run.schedule = constant' there, 'nothing' here");
    loading.info.configuration =
        "data = a.txt\nsteps = 20\nrun.schedule = constant\nrun.data = 0\n";
    refuses_with(EXIT_USAGE, loading, "'nothing' there, 'run.data = 0' here");
    loading.info.remedy = "choose another one";
    refuses_with(EXIT_USAGE, loading, "'run.data = 0' here; choose another one\n");
}

Test(checkpoint, a_configuration_that_is_not_given_is_not_compared)
{
    Loading loading = usual_loading(saved("c"));
    loading.info.configuration = NULL;
    Ending ending = dying_run(load, &loading);
    cr_expect(eq(int, ending.exit_code, 0), "%s", ending.err);
}

Test(checkpoint, another_version_or_another_file_is_refused)
{
    refuses(usual_loading(scratch_text("v2", "stepbench checkpoint 2\nanything\n")),
            "is a checkpoint of version '2'; this program reads version 1");
    refuses(usual_loading(scratch_text("csv", "step,loss\n1,2\n")), "is not a checkpoint");
    refuses(usual_loading(scratch_text("nothing", "")), "is not a checkpoint");
    refuses(usual_loading(scratch_path("absent")), "No such file");
}

Test(checkpoint, a_file_cut_off_anywhere_is_refused)
{
    size_t size;
    char *bytes = files_read(saved("c"), &size);
    for (size_t length = 40; length < size; length += 61)
        refuses(usual_loading(scratch_write("cut", length, bytes)), "is cut off");
    refuses(usual_loading(scratch_write("cut", size - 1, bytes)), "is cut off");
    free(bytes);
}

/* Behind the first two lines, which say what the file is and how long. */
Test(checkpoint, a_flipped_bit_anywhere_is_refused)
{
    size_t size;
    char *bytes = files_read(saved("c"), &size);
    size_t start = (size_t)(strstr(bytes, "real = ") - bytes);
    for (size_t at = start; at < size - 1; at += 23) {
        bytes[at] ^= 1;
        refuses(usual_loading(scratch_write("flipped", size, bytes)), "is damaged");
        bytes[at] ^= 1;
    }
    free(bytes);
}
