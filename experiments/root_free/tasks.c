#include "tasks.h"

#include "base/die.h"
#include "base/named.h"
#include "base/words.h"
#include "io/files.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char fashion_files[] = "fashion/train-images-idx3-ubyte.gz "
                                    "fashion/train-labels-idx1-ubyte.gz "
                                    "fashion/t10k-images-idx3-ubyte.gz "
                                    "fashion/t10k-labels-idx1-ubyte.gz";
static const char digits_files[] = "digits/digits.csv.gz";
static const char cifar_files[] = "cifar-100-binary/train.bin cifar-100-binary/test.bin";

static const char cnn_fashion[] = "cnn:style=vgg,widths=8-16-16,pools=1-1-0";
static const char cnn_digits[] = "cnn:style=vgg,widths=8-8-16-16,pools=0-1-0-1";

enum { FASHION_VALIDATION = 2048, FASHION_TEST = 5024 };

/* Of the paper's programs: 210 epochs of five sixths of 50,000 images. */
enum { CIFAR_STEPS = 210 * 326 };

static const Task tasks[] = {
    {.name = "cnn",
     .data = "fashion:subset=2000",
     .files = fashion_files,
     .model = cnn_fashion,
     .batch = 32,
     .steps = 270,
     .validation_rows = FASHION_VALIDATION,
     .test_rows = FASHION_TEST,
     .seconds = 0.9},
    {.name = "vit",
     .data = "digits",
     .files = digits_files,
     .model = "vit:patch=2,layers=1,width=24,heads=4",
     .batch = 32,
     .steps = 480,
     .schedules = "cosine",
     .warmup = 0.05,
     .asks_equality = true,
     .seconds = 0.45},
    {.name = "cnn_digits",
     .data = "digits:subset=400,label_noise=0.2",
     .files = digits_files,
     .model = cnn_digits,
     .batch = 32,
     .steps = 360,
     .asks_equality = true,
     .seconds = 0.25},
    {.name = "lm",
     .data = "corpus:name=gcide",
     .files = "gcide/gcide.txt",
     .model = "transformer:layers=1,width=32,heads=2,context=32",
     .batch = 32,
     .steps = 400,
     .schedules = "cosine",
     .warmup = 0.05,
     .validation_rows = 1024,
     .test_rows = 4096,
     .judged_by_loss = true,
     .asks_equality = true,
     .seconds = 1.3},
    /* Over sizes of batch. */
    {.name = "mlp",
     .data = "digits",
     .files = digits_files,
     .model = "mlp:layers=1,width=32",
     .batch = 32,
     .steps = 300,
     .seconds = 0.03},
    /* Looked through for a gap between SGD and adaptive methods. */
    {.name = "digits_noise",
     .data = "digits:subset=400,label_noise=0.2",
     .files = digits_files,
     .model = cnn_digits,
     .batch = 32,
     .steps = 360,
     .seconds = 0.25},
    {.name = "digits_moved",
     .data = "digits:subset=400,crop=1",
     .files = digits_files,
     .model = cnn_digits,
     .batch = 32,
     .steps = 720,
     .seconds = 0.5},
    {.name = "fashion_few",
     .data = "fashion:subset=500",
     .files = fashion_files,
     .model = cnn_fashion,
     .batch = 32,
     .steps = 480,
     .validation_rows = FASHION_VALIDATION,
     .test_rows = FASHION_TEST,
     .seconds = 1.5},
    {.name = "fashion_noise",
     .data = "fashion:subset=2000,label_noise=0.2",
     .files = fashion_files,
     .model = cnn_fashion,
     .batch = 32,
     .steps = 480,
     .validation_rows = FASHION_VALIDATION,
     .test_rows = FASHION_TEST,
     .seconds = 1.5},
    {.name = "fashion_moved",
     .data = "fashion:subset=2000,crop=2,flip=1",
     .files = fashion_files,
     .model = cnn_fashion,
     .batch = 32,
     .steps = 640,
     .validation_rows = FASHION_VALIDATION,
     .test_rows = FASHION_TEST,
     .seconds = 2.0},
    {.name = "fashion_wide",
     .data = "fashion:subset=2000",
     .files = fashion_files,
     .model = "cnn:style=vgg,widths=16-32-32,pools=1-1-0",
     .batch = 32,
     .steps = 480,
     .validation_rows = FASHION_VALIDATION,
     .test_rows = FASHION_TEST,
     .seconds = 4.0},
    {.name = "fashion_many",
     .data = "fashion:subset=10000",
     .files = fashion_files,
     .model = cnn_fashion,
     .batch = 32,
     .steps = 1280,
     .validation_rows = FASHION_VALIDATION,
     .test_rows = FASHION_TEST,
     .seconds = 4.0},
    {.name = "digits_resnet",
     .data = "digits:subset=400,label_noise=0.2",
     .files = digits_files,
     .model = "cnn:style=resnet,widths=8-16-32,blocks=1",
     .batch = 32,
     .steps = 360,
     .seconds = 0.6},
    /* The size of the paper's, for a GPU. */
    {.name = "cifar100_resnet34",
     .data = "cifar:crop=4,flip=1",
     .files = cifar_files,
     .folder = "cifar-100-binary",
     .model = "cnn:style=resnet,widths=64-128-256-512,blocks=4",
     .batch = 128,
     .steps = CIFAR_STEPS,
     .asks_equality = true,
     .seconds = 1e5},
    {.name = "cifar100_vgg16",
     .data = "cifar:crop=4,flip=1",
     .files = cifar_files,
     .folder = "cifar-100-binary",
     .model = "cnn:style=vgg,widths=64-64-128-128-256-256-256-512-512-512-512-512-512,"
              "pools=0-1-0-1-0-0-1-0-0-1-0-0-1",
     .batch = 128,
     .steps = CIFAR_STEPS,
     .asks_equality = true,
     .seconds = 1e5},
};

enum { TASKS = sizeof tasks / sizeof *tasks };

const Task *task_find(const char *name)
{
    return named_row("task", name, TASKS, sizeof *tasks, tasks);
}

int task_count(void) { return TASKS; }
const Task *task_at(int number) { return &tasks[number]; }

const char *task_schedules(const Task *task)
{
    return task->schedules ? task->schedules : config.schedules;
}

typedef struct {
    const char *name, *text;
} ScheduleRow;

/* Steps: as the paper's of convolutional networks, a tenth from a third and from two thirds on
 * (70 and 140 of 210 epochs). */
static const ScheduleRow schedules[] = {
    {"constant", "constant"},
    {"multistep", "multistep:milestones=0.3333333333/0.6666666667,factor=0.1"},
    {"cosine", "cosine"},
};

static const ScheduleRow *schedule_row(const char *name)
{
    return named_row("schedule", name, sizeof schedules / sizeof *schedules, sizeof *schedules,
                     schedules);
}

const char *task_schedule_name(const char *name) { return schedule_row(name)->name; }

char *task_schedule(const Task *task, const char *name, int64_t steps)
{
    const ScheduleRow *row = schedule_row(name);
    return format_text("%s%cwarmup=%" PRId64, row->text, strchr(row->text, ':') ? ',' : ':',
                       (int64_t)llround(task->warmup * (double)steps));
}

int64_t task_steps(const Task *task)
{
    int64_t steps = llround((double)task->steps * config.shorten);
    return steps > ARENA_RECORDS ? steps : ARENA_RECORDS;
}

int task_files(const Task *task, int room, char *path[])
{
    int count = 0;
    for (int64_t k = 0; k < words_count(task->files) && count < room; k++) {
        char *file = words_item(task->files, k);
        path[count] = format_text("%s/%s", frame->data, file);
        free(file);
        if (files_exist(path[count]))
            count++;
        else
            free(path[count]);
    }
    return count;
}

bool task_is_absent(const Task *task)
{
    enum { ROOM = 8 };
    char *path[ROOM];
    int there = task_files(task, ROOM, path);
    for (int k = 0; k < there; k++) free(path[k]);
    return there < words_count(task->files);
}

/* Batches that hold so many rows; 0: all. */
static int64_t batches_of(int64_t rows, int64_t batch) { return (rows + batch - 1) / batch; }

Arena *task_open(const Task *task, int64_t batch)
{
    if (batch == 0) batch = task->batch;
    char *data = task->folder
                     ? format_text("%s,folder=%s/%s", task->data, frame->data, task->folder)
                     : format_text("%s", task->data);
    ArenaOptions options = {.device = frame->device,
                            .precision = frame->precision,
                            .folder = frame->data,
                            .data = data,
                            .model = task->model,
                            .batch = batch,
                            .validation_batches = batches_of(task->validation_rows, batch),
                            .test_batches = batches_of(task->test_rows, batch)};
    Arena *arena = arena_open(&options);
    free(data);
    return arena;
}
