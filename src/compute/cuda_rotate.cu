/* Rotary positions (Su et al. 2021, RoFormer, eq. 34): the pair (j, j + h/2) of a head of size h
 * is turned by position * 10000^(−2j/h).
 *
 * A thread takes one pair of all heads of a row, so that its angle is found once. There is no table
 * of angles: a captured graph could outlive it. */
#include "compute/cuda_each.cuh"

enum { LONGEST_HALF = 128 };

/* Radians for each position, by pair. */
typedef struct {
    double at[LONGEST_HALF];
} Frequencies;

typedef struct {
    float cosine, sine;
} Turn;

/* In turns of 2π the angle's rest is small and exact to a double's digits, then taken as a sum of
 * two floats: cos(r + s) = cos r − s sin r for the s that a float leaves out. */
static __device__ Turn turn_by(double angle)
{
    const double circle = 6.283185307179586, rest = 2.4492935982947064e-16; /* 2π, its error */
    double turns = rint(angle / circle);
    double left = fma(-turns, rest, fma(-turns, circle, angle));
    float most = (float)left, little = (float)(left - (double)most);
    float cosine = cosf(most), sine = sinf(most);
    return Turn{fmaf(-little, sine, cosine), fmaf(little, cosine, sine)};
}

template <typename Number>
static __global__ void rotate_kernel(Frequencies frequencies, int64_t context, int64_t heads,
                                     int64_t half, float sign, Matrix x)
{
    for (int64_t k = cuda_thread(); k < x.rows * half; k += cuda_threads()) {
        int64_t row = k / half, j = k - row * half;
        Turn turn = turn_by((double)(row % context) * frequencies.at[j]);
        float sine = sign * turn.sine;
        Number *low = (Number *)x.data + row * x.stride + j;
#pragma unroll 4
        for (int64_t h = 0; h < heads; h++, low += 2 * half) {
            float a = cuda_get(low), b = cuda_get(low + half);
            cuda_put(low, fmaf(a, turn.cosine, -b * sine));
            cuda_put(low + half, fmaf(a, sine, b * turn.cosine));
        }
    }
}

void cuda_rotate(Backend *backend, const AttentionShape *shape, Matrix qkv, int sign)
{
    int64_t size = shape->head_size, half = size / 2;
    assert(size % 2 == 0 && half <= LONGEST_HALF && qkv.rows == shape->batch * shape->context);
    Frequencies frequencies;
    for (int64_t j = 0; j < half; j++)
        frequencies.at[j] = pow(10000.0, -2.0 * (double)j / (double)size);
    auto kernel = qkv.dtype == DTYPE_BFLOAT16 ? rotate_kernel<uint16_t> : rotate_kernel<float>;
    CUDA_LAUNCH(backend, kernel, cuda_grid(qkv.rows * half), CUDA_BLOCK, 0, frequencies,
                shape->context, shape->heads + shape->key_heads, half, (float)sign, qkv);
}
