/* Rotary positions (Su et al. 2021, RoFormer, eq. 34): the pair (j, j + h/2) of a head of size h
 * is turned by position * 10000^(−2j/h). */
#include "compute/cpu.h"
#include "compute/rules.h"

#include <math.h>

/* Cosines and sines stay from call to call; in the line before them stands what for. */
typedef union {
    struct {
        int64_t context, head_size;
    } of;
    char line[64];
} Key;

/* Row t: head_size / 2 cosines, then as many sines. */
static const real *angles(Backend *backend, int64_t context, int64_t head_size)
{
    size_t bytes = sizeof(Key) + (size_t)(context * head_size) * sizeof(real);
    Key *key = cpu_scratch(backend, CPU_SCRATCH_ROTATE, bytes);
    real *row = (void *)(key + 1);
    if (key->of.context >= context && key->of.head_size == head_size) return row;
    key->of.context = context;
    key->of.head_size = head_size;
    int64_t half = head_size / 2;
    for (int64_t t = 0; t < context; t++)
        for (int64_t j = 0; j < half; j++) {
            double angle = (double)t * pow(10000.0, -2.0 * (double)j / (double)head_size);
            row[t * head_size + j] = (real)cos(angle);
            row[t * head_size + half + j] = (real)sin(angle);
        }
    return row;
}

static void turn_row(int64_t heads, int64_t half, const real *angle, real sign, real *x)
{
    for (int64_t h = 0; h < heads; h++) {
        real *low = x + 2 * half * h, *high = low + half;
#pragma omp simd
        for (int64_t j = 0; j < half; j++) {
            real a = low[j], b = high[j], cosine = angle[j], sine = sign * angle[half + j];
            low[j] = rule_fma(a, cosine, -b * sine);
            high[j] = rule_fma(a, sine, b * cosine);
        }
    }
}

void cpu_rotate(Backend *backend, const AttentionShape *shape, Matrix qkv, int sign)
{
    assert(shape->head_size % 2 == 0 && qkv.rows == shape->batch * shape->context);
    int64_t heads = shape->heads + shape->key_heads, size = shape->head_size;
    const real *angle = angles(backend, shape->context, size);
    CpuBlocks blocks = cpu_blocks(qkv.rows, heads * size, 1 << 13);
#pragma omp parallel for schedule(static) if (qkv.rows * heads * size >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        for (int64_t r = block.first; r < block.first + block.count; r++)
            turn_row(heads, size / 2, angle + r % shape->context * size, (real)sign,
                     matrix_row(qkv, r));
    }
}
