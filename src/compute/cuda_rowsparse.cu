#include "compute/cuda_rowsparse.cuh"

#include <stdlib.h>

/* A column's values are summed in pieces of so many, or, where it would have more than so many
 * pieces, in that many: one thread adds them. */
enum { PIECE_VALUES = 256, MOST_PIECES = 64 };
/* A thread's share of a list's values: of the average one, and of the longest. */
enum { SHARE = 4, LONG_SHARE = 256 };
static const int64_t most_strips = 132 * 8; /* all at once on an H100 */

struct RowIndex {
    SparseLists rows, pieces;
    int64_t *column_piece; /* cols + 1: the number of each column's first piece */
};

/* ---- placing */

template <typename T> static T *copy_of(Backend *backend, int64_t count, const T *host)
{
    T *memory = (T *)backend->alloc(backend, (size_t)count * sizeof *host);
    backend->upload(backend, (size_t)count * sizeof *host, host, memory);
    return memory;
}

template <typename T> static T *host_array(int64_t count)
{
    return (T *)alloc_zeroed((size_t)count + 1, sizeof(T));
}

/* Threads for a list, a power of two. */
static int choose_team(int64_t values, int64_t lists, int64_t longest)
{
    int team = SPARSE_TEAM;
    while (team < CUDA_WARP && (values > lists * team * SHARE || longest > team * LONG_SHARE))
        team *= 2;
    return team;
}

static SparseLists place_lists(Backend *backend, int64_t count, const int64_t *start,
                               const int32_t *place, const double *value)
{
    int64_t longest = 0;
    for (int64_t i = 0; i < count; i++)
        if (start[i + 1] - start[i] > longest) longest = start[i + 1] - start[i];
    return {count, copy_of(backend, count + 1, start), copy_of(backend, start[count], place),
            copy_of(backend, start[count], value), choose_team(start[count], count, longest)};
}

/* start (cols + 1): where each column's values begin when they stand column by column. */
static void count_columns(const Design *design, int64_t *start)
{
    const int64_t stored = design->row_start[design->rows];
    for (int64_t e = 0; e < stored; e++) start[design->column[e] + 1]++;
    for (int64_t j = 0; j < design->cols; j++) start[j + 1] += start[j];
}

/* The values column by column, rows ascending in each. */
static void turn_values(const Design *design, const int64_t *start, int32_t *row, double *value)
{
    int64_t *next = host_array<int64_t>(design->cols);
    memcpy(next, start, (size_t)design->cols * sizeof *next);
    for (int64_t i = 0; i < design->rows; i++)
        for (int64_t e = design->row_start[i]; e < design->row_start[i + 1]; e++) {
            const int64_t at = next[design->column[e]]++;
            row[at] = (int32_t)i;
            value[at] = ((const double *)design->features)[e];
        }
    free(next);
}

/* Borders of the pieces, into begin (room for one more than there are), and column_piece; returns
 * how many pieces. begin NULL: only counts. */
static int64_t cut_columns(int64_t cols, const int64_t *start, int64_t *begin,
                           int64_t *column_piece)
{
    int64_t pieces = 0;
    for (int64_t j = 0; j < cols; j++) {
        const int64_t count = start[j + 1] - start[j];
        int64_t wanted = cuda_ceil(count, PIECE_VALUES);
        if (wanted > MOST_PIECES) wanted = MOST_PIECES;
        for (int64_t p = 0; begin && p < wanted; p++)
            begin[pieces + p] = start[j] + count * p / wanted;
        pieces += wanted;
        if (begin) column_piece[j + 1] = pieces;
    }
    if (begin) begin[pieces] = start[cols];
    return pieces;
}

static void place_columns(Backend *backend, const Design *design, RowIndex *index)
{
    const int64_t cols = design->cols, stored = design->row_start[design->rows];
    int64_t *start = host_array<int64_t>(cols + 1);
    int32_t *row = host_array<int32_t>(stored);
    double *value = host_array<double>(stored);
    count_columns(design, start);
    turn_values(design, start, row, value);
    const int64_t pieces = cut_columns(cols, start, NULL, NULL);
    int64_t *begin = host_array<int64_t>(pieces + 1), *first = host_array<int64_t>(cols + 1);
    cut_columns(cols, start, begin, first);
    index->pieces = place_lists(backend, pieces, begin, row, value);
    index->column_piece = copy_of(backend, cols + 1, first);
    free(start);
    free(row);
    free(value);
    free(begin);
    free(first);
}

RowIndex *row_index_new(Backend *backend, const Design *design, RowTask *task)
{
    assert(design->storage == DESIGN_SPARSE && design->rows <= INT32_MAX);
    RowIndex *index = (RowIndex *)alloc_zeroed(1, sizeof *index);
    index->rows = place_lists(backend, design->rows, design->row_start, design->column,
                              (const double *)design->features);
    place_columns(backend, design, index);
    const int64_t turns = cuda_ceil(design->rows, CUDA_BLOCK / index->rows.team);
    task->strips = turns < most_strips ? turns : most_strips;
    return index;
}

static void release_lists(Backend *backend, SparseLists *lists)
{
    backend->release(backend, (void *)lists->start);
    backend->release(backend, (void *)lists->place);
    backend->release(backend, (void *)lists->value);
}

void row_index_free(Backend *backend, RowIndex *index)
{
    if (!index) return;
    release_lists(backend, &index->rows);
    release_lists(backend, &index->pieces);
    backend->release(backend, index->column_piece);
    free(index);
}

/* ---- one pass */

/* task->parts: c (rows x points) | of the strips, what they lose | of the pieces, their sums */
int64_t row_index_room(const RowIndex *index, const RowTask *task, int points)
{
    return points * (task->rows + task->strips + index->pieces.count);
}

template <int K>
static void run_pass(Backend *backend, const RowIndex *index, const RowTask *task, double scale,
                     double *out)
{
    double *c = task->parts, *losses = c + K * task->rows, *parts = losses + K * task->strips;
    CUDA_LAUNCH(backend, sparse_rows_kernel<K>, (unsigned)task->strips, CUDA_BLOCK, 0, *task,
                index->rows, c, losses);
    CUDA_LAUNCH(backend, row_parts_kernel, 1, CUDA_BLOCK, 0, losses, task->strips, (int64_t)K,
                scale, out + K * task->width);
    if (!task->sums) return;
    const int64_t threads = index->pieces.count * index->pieces.team;
    if (threads > 0)
        CUDA_LAUNCH(backend, sparse_pieces_kernel<K>, (unsigned)cuda_ceil(threads, CUDA_BLOCK),
                    CUDA_BLOCK, 0, index->pieces, c, parts);
    CUDA_LAUNCH(backend, sparse_columns_kernel, (unsigned)cuda_ceil(task->cols * K, CUDA_BLOCK),
                CUDA_BLOCK, 0, index->column_piece, task->cols, K, parts, scale, out);
}

void row_index_pass(Backend *backend, const RowIndex *index, const RowTask *task, int points,
                    double scale, double *out)
{
    assert(points == 1 || points == 4 || points == 8);
    (points == 1   ? run_pass<1>
     : points == 4 ? run_pass<4>
                   : run_pass<8>)(backend, index, task, scale, out);
}
