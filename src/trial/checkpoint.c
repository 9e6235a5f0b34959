#include "trial/checkpoint.h"

#include "base/die.h"
#include "trial/checkpoint_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const groups[] = {[GROUP_MATRIX] = "matrix",
                                     [GROUP_EMBEDDING] = "embedding",
                                     [GROUP_VECTOR] = "vector",
                                     [GROUP_STATE] = "state"};

static const char *const real_name = sizeof(real) == sizeof(double) ? "float64" : "float32";

static int64_t count_lines(const char *text)
{
    int64_t lines = 0;
    for (const char *c = text; c && *c; c++) lines += *c == '\n';
    return lines;
}

static char *describe_tensor(const Parameter *tensor)
{
    return format_text("%s %s %" PRId64 " %" PRId64, tensor->name, groups[tensor->group],
                       tensor->value.rows, tensor->value.cols);
}

/* All of the header behind the line of bytes. The caller frees. */
static char *make_header(const ParameterTable *table, Optimizer *optimizer,
                         const CheckpointInfo *info)
{
    char *text = NULL;
    size_t size;
    int64_t numbers;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) die("out of memory: the header of a checkpoint");
    optimizer_state(optimizer, &numbers);
    fprintf(stream, "real = %s\nstep = %" PRId64 "\nseed = %" PRIu64 "\n", real_name, info->step,
            info->seed);
    fprintf(stream,
            "optimizer = %s\noptimizer.steps = %" PRId64 "\noptimizer.numbers = %" PRId64 "\n",
            optimizer_text(optimizer), optimizer_steps_done(optimizer), numbers);
    fprintf(stream, "configuration = %" PRId64 "\n%s", count_lines(info->configuration),
            info->configuration ? info->configuration : "");
    fprintf(stream, "tensors = %d\n", table->count);
    for (int k = 0; k < table->count; k++) {
        char *line = describe_tensor(&table->item[k]);
        fprintf(stream, "%s\n", line);
        free(line);
    }
    fprintf(stream, "end\n");
    fclose(stream);
    return text;
}

static int64_t count_numbers(const ParameterTable *table)
{
    int64_t count = 0;
    for (int k = 0; k < table->count; k++) count += matrix_count(table->item[k].value);
    return count;
}

/* The line of bytes has a fixed length, so that it can count itself. */
static char *make_start(const char *header, int64_t numbers)
{
    char *start = NULL;
    int64_t bytes = 0;
    for (int round = 0; round < 2; round++) {
        free(start);
        start = format_text("stepbench checkpoint %d\nbytes = %020" PRId64 "\n", CHECKPOINT_VERSION,
                            bytes);
        bytes = (int64_t)(strlen(start) + strlen(header)) + numbers * (int64_t)sizeof(real) +
                CHECKPOINT_TAIL;
    }
    return start;
}

void checkpoint_save(const char *path, Backend *backend, const ParameterTable *table,
                     Optimizer *optimizer, const CheckpointInfo *info)
{
    int64_t numbers;
    const real *state = optimizer_state(optimizer, &numbers);
    char *header = make_header(table, optimizer, info);
    char *start = make_start(header, count_numbers(table) + numbers);
    CheckpointWriter writer = checkpoint_begin(path, backend);
    checkpoint_put_text(&writer, start);
    checkpoint_put_text(&writer, header);
    for (int k = 0; k < table->count; k++) {
        Matrix value = table->item[k].value;
        assert(matrix_is_contiguous(value));
        checkpoint_put_reals(&writer, matrix_reals(value), matrix_count(value));
    }
    checkpoint_put_reals(&writer, state, numbers);
    checkpoint_commit(&writer);
    free(start);
    free(header);
}

static _Noreturn void refuse(const CheckpointReader *reader, const CheckpointInfo *info,
                             const char *there, const char *here)
{
    die_usage("%s: is of another run: '%s' there, '%s' here%s%s", reader->path, there, here,
              info->remedy ? "; " : "", info->remedy ? info->remedy : "");
}

static void check_field(CheckpointReader *reader, const CheckpointInfo *info, const char *name,
                        const char *here)
{
    const char *there = checkpoint_field(reader, name);
    if (!strcmp(there, here)) return;
    char *expected = format_text("%s = %s", name, here);
    refuse(reader, info, reader->line, expected);
}

static void check_seed(CheckpointReader *reader, const CheckpointInfo *info)
{
    char *here = format_text("%" PRIu64, info->seed);
    check_field(reader, info, "seed", here);
    free(here);
}

static void check_configuration(CheckpointReader *reader, const CheckpointInfo *info)
{
    const char *configuration = info->configuration;
    int64_t lines = checkpoint_count(reader, "configuration");
    char *copy = format_text("%s", configuration ? configuration : ""), *rest = copy;
    for (int64_t k = 0; k < lines; k++) {
        const char *there = checkpoint_line(reader);
        if (!configuration) continue;
        const char *here = rest && *rest ? strsep(&rest, "\n") : "nothing";
        if (strcmp(there, here)) refuse(reader, info, there, here);
    }
    if (configuration && rest && *rest) refuse(reader, info, "nothing", strsep(&rest, "\n"));
    free(copy);
}

static void check_tensors(CheckpointReader *reader, const ParameterTable *table)
{
    int64_t count = checkpoint_count(reader, "tensors");
    for (int64_t k = 0; k < count || k < table->count; k++) {
        const char *there = k < count ? checkpoint_line(reader) : "nothing";
        char *here = k < table->count ? describe_tensor(&table->item[k]) : format_text("nothing");
        if (strcmp(there, here))
            die("%s: tensor %" PRId64 " differs: '%s' there, '%s' here", reader->path, k + 1, there,
                here);
        free(here);
    }
    if (strcmp(checkpoint_line(reader), "end"))
        die("%s: expected the end of its header, found '%s'", reader->path, reader->line);
}

/* Everything that may refuse comes before the first number is moved. */
void checkpoint_load(const char *path, Backend *backend, const ParameterTable *table,
                     Optimizer *optimizer, CheckpointInfo *info)
{
    int64_t numbers;
    real *state = optimizer_state(optimizer, &numbers);
    CheckpointReader reader = checkpoint_open(path);
    check_field(&reader, info, "real", real_name);
    int64_t step = checkpoint_count(&reader, "step");
    check_seed(&reader, info);
    check_field(&reader, info, "optimizer", optimizer_text(optimizer));
    int64_t steps_done = checkpoint_count(&reader, "optimizer.steps");
    int64_t saved = checkpoint_count(&reader, "optimizer.numbers");
    check_configuration(&reader, info);
    check_tensors(&reader, table);
    if (saved != numbers)
        die("%s: the optimizer's state has %" PRId64 " numbers there, %" PRId64 " here", path,
            saved, numbers);

    for (int k = 0; k < table->count; k++) {
        Matrix value = table->item[k].value;
        checkpoint_get_reals(&reader, backend, matrix_reals(value), matrix_count(value));
    }
    checkpoint_get_reals(&reader, backend, state, numbers);
    optimizer_set_steps_done(optimizer, steps_done);
    info->step = step;
    checkpoint_close(&reader);
}
