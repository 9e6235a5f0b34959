/* Products on tensor cores, and how their factors come from shared memory: sm_80 and later.
 *
 * A warp multiplies A (16 x 16) by B (16 x 8), both of bfloat16, and adds to C (16 x 8) in float32.
 * Lane l, with g = l / 4 and t = l % 4, holds (PTX ISA, "Matrix Fragments for mma.m16n8k16 with
 * floating point type"), two numbers to a word, the one of the lower index in its lower half:
 *
 *   a[0]: A(g, 2t), A(g, 2t + 1)           a[1]: A(g + 8, 2t), A(g + 8, 2t + 1)
 *   a[2]: A(g, 2t + 8), A(g, 2t + 9)       a[3]: A(g + 8, 2t + 8), A(g + 8, 2t + 9)
 *   b0:   B(2t, g), B(2t + 1, g)           b1:   B(2t + 8, g), B(2t + 9, g)
 *   sum:  C(g, 2t), C(g, 2t + 1), C(g + 8, 2t), C(g + 8, 2t + 1)
 *
 * So C of two neighbouring products is, rounded, an A. All 32 lanes call these functions together.
 * Products are exact; the order of the 16 sums and their rounding are the card's. */
#ifndef COMPUTE_CUDA_MMA_CUH
#define COMPUTE_CUDA_MMA_CUH

#include "compute/cuda.cuh"

#ifndef CUDA_MMA /* the emulator has its own */

/* C += A B */
static __device__ inline void cuda_mma(const uint32_t (&a)[4], uint32_t b0, uint32_t b1,
                                       float (&sum)[4])
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/* Four 8 x 8 matrices from shared memory, a word of each for a lane: row r of matrix m begins where
 * lane 8 m + r points, at a multiple of 16 bytes. to[m]: M(g, 2t), M(g, 2t + 1) */
static __device__ inline void cuda_matrices(const uint16_t *row, uint32_t (&to)[4])
{
    uint32_t at = (uint32_t)__cvta_generic_to_shared(row);
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(at)
                 : "memory");
}

/* The same of the transposed matrices. to[m]: M(2t, g), M(2t + 1, g) */
static __device__ inline void cuda_matrices_turned(const uint16_t *row, uint32_t (&to)[4])
{
    uint32_t at = (uint32_t)__cvta_generic_to_shared(row);
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(at)
                 : "memory");
}

/* Both rounded to bfloat16, to nearest, ties to even; `low` in the lower half. */
static __device__ inline uint32_t cuda_halves(float low, float high)
{
    uint32_t halves;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(halves) : "f"(high), "f"(low));
    return halves;
}

/* 2^x to 2^-22 of it (PTX ISA, ex2.approx); 0 below 2^-126. */
static __device__ inline float cuda_exp2(float x)
{
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

/* BYTES (4 or 16, where both begin at a multiple) to shared memory while the thread goes on; zeros
 * where nothing is present, and nothing is read. */
template <int BYTES>
static __device__ inline void cuda_copy_late(void *shared, const void *from, bool present)
{
    uint32_t at = (uint32_t)__cvta_generic_to_shared(shared);
    int bytes = present ? BYTES : 0;
    if (BYTES == 16)
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(at), "l"(from),
                     "r"(bytes)
                     : "memory");
    else
        asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(at), "l"(from), "r"(bytes)
                     : "memory");
}

/* What this thread copied has arrived, for itself; for others after the next barrier. */
static __device__ inline void cuda_copies_wait(void)
{
    asm volatile("cp.async.wait_all;" ::: "memory");
}

#endif

#endif
