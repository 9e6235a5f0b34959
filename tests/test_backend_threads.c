/* Every operation gives the same bytes with 1, 2, 4 and 8 threads. */
#include "compute/backend.h"

#include "matrices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <omp.h>
#include <stdlib.h>

/* Rows for many blocks, columns that fill no register; twice as many columns for gates. */
enum { N = 517, C = 131, V = 50, MATRICES = 11 };

/* Operations read and write these as they like; all of them are compared. */
typedef struct {
    Matrix wide, x, y, z, table, weight, bias, sums, stats, square, qkv;
    double square_sum;
    int32_t ids[N];
} State;

static State *state_new(Backend *backend)
{
    State *state = calloc(1, sizeof *state);
    static const int64_t shapes[MATRICES][2] = {{N, 2 * C}, {N, C}, {N, C},          {N, C},
                                                {V, C},     {1, C}, {1, C},          {1, C},
                                                {N, 2},     {C, C}, {8 * 64, 3 * 96}};
    Matrix *matrix = &state->wide;
    for (uint32_t k = 0; k < MATRICES; k++)
        matrix[k] = matrix_random(backend, k, shapes[k][0], shapes[k][1], 0);
    for (int i = 0; i < N; i++) state->ids[i] = i * i % V;
    return state;
}

static void state_free(Backend *backend, State *state)
{
    matrix_release(backend, MATRICES, &state->wide);
    free(state);
}

static const Matrix none = {0};

static void run_products(Backend *b, State *s)
{
    b->gemm(b, PLAIN, PLAIN, (real)1, s->x, s->square, (real)0, s->y);
    b->gemm(b, TRANSPOSED, PLAIN, (real)0.5, s->x, s->y, (real)1, s->square);
    b->gemm(b, PLAIN, TRANSPOSED, (real)1, s->x, s->square, (real)0, s->z);
    b->gemm(b, TRANSPOSED, TRANSPOSED, (real)1, s->square, s->square, (real)0,
            matrix_rows(s->y, 0, C));
}

static void run_linear(Backend *b, State *s)
{
    b->linear(b, s->x, s->square, s->bias, ACT_GELU, s->y, none, s->z);
    b->linear(b, s->z, s->square, s->bias, ACT_NONE, none, s->y, s->y);
}

static void run_elements(Backend *b, State *s)
{
    b->axpy(b, (real)0.3, s->x, s->y);
    b->activate(b, ACT_GELU, s->x, s->z);
    b->activate_backward(b, ACT_SILU, s->x, s->y, s->z, true);
    b->gate(b, s->wide, s->x);
    b->gate_backward(b, s->wide, s->y, s->wide);
    b->add_rows(b, s->y, s->table, s->x);
    b->add_rows_backward(b, s->y, s->table);
    b->copy(b, s->x, s->y);
}

static void run_dropout(Backend *b, State *s)
{
    b->dropout(b, rng_stream(1, 2, RNG_NOISE), NULL, (real)0.4, s->x, s->y);
}

static void run_sums(Backend *b, State *s)
{
    b->sum_columns(b, s->x, s->sums);
    b->sum_squares(b, s->x, &s->square_sum);
    b->normalise(b, &s->square_sum, s->x, s->y);
    b->scale_by_norm(b, &s->square_sum, s->y, s->z);
    b->scale_columns(b, s->z, s->weight, (real)0.1, (real)-0.25, s->z);
}

static void run_layer_norm(Backend *b, State *s)
{
    b->norm(b, NORM_LAYER, s->x, s->weight, s->bias, s->y, s->stats);
    b->norm_backward(b, NORM_LAYER, s->x, s->weight, s->stats, s->y, s->z, true, s->sums, s->bias);
}

static void run_rms_norm(Backend *b, State *s)
{
    b->norm(b, NORM_RMS, s->x, s->weight, none, s->y, s->stats);
    b->norm_backward(b, NORM_RMS, s->x, s->weight, s->stats, s->y, s->z, false, s->sums, none);
}

static void run_embedding(Backend *b, State *s)
{
    b->embed(b, s->ids, s->table, s->x);
    b->embed_backward(b, s->ids, s->y, s->table);
}

static void run_rotation(Backend *b, State *s)
{
    AttentionShape shape = {8, 64, 3, 3, 32, true};
    b->rotate(b, &shape, s->qkv, 1);
}

static const struct {
    const char *name;
    void (*run)(Backend *backend, State *state);
} operations[] = {
    {"products", run_products}, {"linear", run_linear},       {"elements", run_elements},
    {"dropout", run_dropout},   {"sums", run_sums},           {"layer norm", run_layer_norm},
    {"rms norm", run_rms_norm}, {"embedding", run_embedding}, {"rotation", run_rotation},
};

static State *state_after(Backend *backend, int operation, int threads)
{
    State *state = state_new(backend);
    omp_set_num_threads(threads);
    operations[operation].run(backend, state);
    return state;
}

Test(threads, change_no_byte_of_any_operation)
{
    Backend *backend = backend_cpu();
    for (size_t k = 0; k < sizeof operations / sizeof *operations; k++) {
        State *alone = state_after(backend, (int)k, 1);
        for (int threads = 2; threads <= 8; threads *= 2) {
            State *many = state_after(backend, (int)k, threads);
            const Matrix *got = &many->wide, *want = &alone->wide;
            for (int m = 0; m < MATRICES; m++)
                close_check_bytes(operations[k].name, (size_t)matrix_count(got[m]) * sizeof(real),
                                  got[m].data, want[m].data);
            close_check_bytes(operations[k].name, sizeof(double), &many->square_sum,
                              &alone->square_sum);
            state_free(backend, many);
        }
        state_free(backend, alone);
    }
    backend->close(backend);
}
