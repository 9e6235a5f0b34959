/* Linear head and softmax cross entropy, by chunks of rows and tiles of the vocabulary.
 *
 * 1. every tile of logits becomes e = exp(logit − largest of its row in the tile), and says that
 *    largest and the sum of its e: one exponential per logit;
 * 2. every row adds its tiles up: log-sum, loss, and a factor per tile that turns e into a
 *    probability over the count of rows;
 * 3. head_backward(): slopes (p − q) / count, and with them the gradients. */
#include "compute/cpu_head.h"

#include "compute/cpu_multiply.h"
#include "compute/rules.h"

#include <assert.h>
#include <math.h>

/* Of the logits that stand at once, and rows of a block where there are few classes or many: a
 * block's rows share what it costs to lay out a tile of weights. */
enum { CHUNK = 8 << 20, LOW_BLOCK = 64, HIGH_BLOCK = 128 };

static int64_t block_rows(int64_t classes) { return classes <= HEAD_FEW ? LOW_BLOCK : HIGH_BLOCK; }

/* Whole blocks, at least one, and no more than there are rows. */
static int64_t chunk_rows(int64_t rows, int64_t classes)
{
    int64_t block = block_rows(classes), fit = CHUNK / classes / block * block;
    if (fit < block) fit = block;
    return fit < rows ? fit : rows;
}

/* Memory handed out in order, in lines of the cache; without memory only counted. */
typedef struct {
    real *start;
    int64_t used;
} Room;

static void *room_take(Room *room, int64_t count)
{
    int64_t line = 64 / (int64_t)sizeof(real), first = room->used;
    room->used += (count + line - 1) / line * line;
    return room->start ? room->start + first : NULL;
}

static void place_chunk(int64_t rows, int64_t width, int64_t classes, Room *room, HeadChunk *chunk)
{
    int64_t tiles = (classes + HEAD_TILE - 1) / HEAD_TILE;
    int64_t last = head_stride(classes - (tiles - 1) * HEAD_TILE);
    chunk->rows = rows;
    chunk->classes = classes;
    chunk->block = block_rows(classes);
    chunk->blocks = (rows + chunk->block - 1) / chunk->block;
    chunk->tiles = tiles;
    chunk->parts = (tiles + HEAD_PART - 1) / HEAD_PART;
    int64_t added = chunk->parts > 1 ? chunk->parts * rows : 0;
    chunk->logits = room_take(room, rows * ((tiles - 1) * head_stride(HEAD_TILE) + last));
    chunk->largest = matrix_of(room_take(room, rows * tiles), rows, tiles);
    chunk->sum = matrix_of(room_take(room, rows * tiles), rows, tiles);
    chunk->plain = matrix_of(room_take(room, rows * tiles), rows, tiles);
    chunk->parts_of_dx = matrix_of(room_take(room, added * width), added, width);
    chunk->label_logit = room_take(room, rows);
    chunk->label_is_first = room_take(room, rows);
    chunk->is_correct = room_take(room, rows);
    chunk->loss = room_take(room, rows * (int64_t)(sizeof(double) / sizeof(real)));
}

int64_t cpu_head_work(Backend *backend, int64_t rows, int64_t width, int64_t classes)
{
    (void)backend;
    Room room = {NULL, 0};
    HeadChunk chunk;
    place_chunk(chunk_rows(rows, classes), width, classes, &room, &chunk);
    return room.used;
}

static real row_largest(int64_t n, const real *x)
{
    real largest = x[0];
#pragma omp simd reduction(max : largest)
    for (int64_t j = 1; j < n; j++) largest = x[j] > largest ? x[j] : largest;
    return largest;
}

static real row_sum(int64_t n, const real *x)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) sum += x[j];
    return sum;
}

/* x = exp(x − largest); the sum, of at most HEAD_TILE numbers in [0, 1], is off by less than
 * HEAD_TILE / lanes units in the last place. */
static real row_exp(int64_t n, real *x, real largest)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) {
        x[j] = rule_exp(x[j] - largest);
        sum += x[j];
    }
    return sum;
}

/* What is asked of the label's logit, before it becomes an exponential. */
static void look_at_label(HeadChunk *chunk, int64_t row, const real *logit, int64_t label)
{
    real own = logit[label];
    bool is_first = true;
    for (int64_t j = 0; j < label; j++) is_first &= logit[j] < own;
    chunk->label_logit[row] = own;
    chunk->label_is_first[row] = is_first ? 1 : 0;
}

/* Logits of one row of a tile become exponentials. */
static void absorb_row(HeadChunk *chunk, int64_t row, int64_t tile, int64_t classes, real *x)
{
    const Head *head = chunk->head;
    int64_t label = chunk->labels[row] - tile * HEAD_TILE;
    if (label >= 0 && label < classes) look_at_label(chunk, row, x, label);
    real largest = row_largest(classes, x);
    matrix_row(chunk->largest, row)[tile] = largest;
    if (head->smoothing != 0) matrix_row(chunk->plain, row)[tile] = row_sum(classes, x);
    matrix_row(chunk->sum, row)[tile] = row_exp(classes, x, largest);
}

/* Step 1 for one block of rows and one tile of classes. */
static void logits_of(HeadChunk *chunk, int64_t block, int64_t tile)
{
    Matrix logits = head_block(chunk, head_tile(chunk, tile), block), bias = chunk->head->bias;
    cpu_multiply(
        &(Product){.transpose_b = true,
                   .alpha = 1,
                   .A = head_block(chunk, chunk->x, block),
                   .B = matrix_rows(chunk->head->weight, tile * HEAD_TILE, logits.cols),
                   .C = logits,
                   .start = matrix_exists(bias) ? matrix_reals(bias) + tile * HEAD_TILE : NULL});
    for (int64_t r = 0; r < logits.rows; r++)
        absorb_row(chunk, block * chunk->block + r, tile, logits.cols, matrix_row(logits, r));
}

/* ln Σ exp(logit) of a row from its tiles, in order. */
static double row_log_sum(const HeadChunk *chunk, int64_t row)
{
    const real *largest = matrix_row(chunk->largest, row), *sum = matrix_row(chunk->sum, row);
    double most = (double)row_largest(chunk->tiles, largest);
    double total = (double)sum[0] * exp((double)largest[0] - most);
    for (int64_t t = 1; t < chunk->tiles; t++)
        total += (double)sum[t] * exp((double)largest[t] - most);
    return most + log(total);
}

/* Is the label's logit larger than all before it and not smaller than those behind it? */
static bool row_is_correct(const HeadChunk *chunk, int64_t row)
{
    const real *largest = matrix_row(chunk->largest, row);
    int64_t own = chunk->labels[row] / HEAD_TILE;
    bool is_correct = chunk->label_is_first[row] != 0;
    for (int64_t t = 0; t < chunk->tiles; t++)
        is_correct &=
            t < own ? largest[t] < chunk->label_logit[row] : largest[t] <= chunk->label_logit[row];
    return is_correct;
}

/* Step 2 for one row. */
static void finish_row(HeadChunk *chunk, int64_t row)
{
    real *factor = matrix_row(chunk->sum, row);
    const real *largest = matrix_row(chunk->largest, row), *plain = matrix_row(chunk->plain, row);
    double log_sum = row_log_sum(chunk, row), smoothing = (double)chunk->head->smoothing;
    double logits = 0.0, classes = (double)chunk->classes;
    for (int64_t t = 0; smoothing != 0.0 && t < chunk->tiles; t++) logits += (double)plain[t];
    for (int64_t t = 0; t < chunk->tiles; t++)
        factor[t] = (real)exp((double)largest[t] - log_sum) * chunk->share;
    chunk->is_correct[row] = row_is_correct(chunk, row) ? 1 : 0;
    chunk->loss[row] = log_sum - (1.0 - smoothing) * (double)chunk->label_logit[row] -
                       smoothing / classes * logits;
}

/* Loss, correct and counted rows of the chunk, in row order. */
static void add_sums(const HeadChunk *chunk)
{
    double *sums = chunk->head->sums;
    for (int64_t row = 0; row < chunk->rows; row++) {
        if (chunk->labels[row] < 0) continue;
        sums[HEAD_LOSS] += chunk->loss[row];
        sums[HEAD_CORRECT] += (double)chunk->is_correct[row];
        sums[HEAD_ROWS] += 1.0;
    }
}

static void run_chunk(HeadChunk *chunk)
{
    int64_t tasks = chunk->blocks * chunk->tiles;
    bool forks = head_forks(chunk);
#pragma omp parallel if (forks)
    {
#pragma omp for schedule(dynamic, 1)
        for (int64_t k = 0; k < tasks; k++) logits_of(chunk, k % chunk->blocks, k / chunk->blocks);
#pragma omp for schedule(static)
        for (int64_t row = 0; row < chunk->rows; row++)
            if (chunk->labels[row] >= 0) finish_row(chunk, row);
    }
    add_sums(chunk);
    if (matrix_exists(chunk->dx)) head_backward(chunk);
}

static int64_t count_labels(int64_t rows, const int32_t *labels, int64_t classes)
{
    int64_t count = 0;
    for (int64_t row = 0; row < rows; row++) {
        assert(labels[row] < classes);
        count += labels[row] >= 0;
    }
    return count;
}

void cpu_head(Backend *backend, const Head *head, real *work)
{
    (void)backend;
    int64_t rows = head->x.rows, width = head->x.cols, classes = head->weight.rows;
    int64_t counted = count_labels(rows, head->labels, classes), step = chunk_rows(rows, classes);
    assert(head->weight.cols == width);
    for (int64_t first = 0; first < rows; first += step) {
        int64_t size = rows - first < step ? rows - first : step;
        HeadChunk chunk = {.head = head,
                           .share = counted > 0 ? (real)(1.0 / (double)counted) : 0,
                           .x = matrix_rows(head->x, first, size),
                           .labels = head->labels + first};
        if (matrix_exists(head->dx)) chunk.dx = matrix_rows(head->dx, first, size);
        place_chunk(size, width, classes, &(Room){work, 0}, &chunk);
        run_chunk(&chunk);
    }
}
