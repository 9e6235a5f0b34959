/* The instructions of compute/cuda_mma.cuh, by shuffles and plain loops: their meaning is told
 * there.
 *
 * Of a product the 17 terms are added in double and rounded once; a card may round each. What was
 * copied late is NaN until its thread has waited, and a thread that never does ends the program. */
#ifndef EMULATOR_TENSOR_H
#define EMULATOR_TENSOR_H

#define CUDA_MMA /* cuda_mma.cuh leaves them out */

void cuda_mma(const uint32_t (&a)[4], uint32_t b0, uint32_t b1, float (&sum)[4]);
void cuda_matrices(const uint16_t *row, uint32_t (&to)[4]);
void cuda_matrices_turned(const uint16_t *row, uint32_t (&to)[4]);
uint32_t cuda_halves(float low, float high);
static inline float cuda_exp2(float x) { return exp2f(x); }

void emulator_copy_late(void *to, const void *from, size_t bytes, size_t from_bytes);
template <int BYTES> static inline void cuda_copy_late(void *shared, const void *from, bool present)
{
    emulator_copy_late(shared, from, BYTES, present ? BYTES : 0);
}
void cuda_copies_wait(void);
void emulator_copies_ended(void); /* a thread's end */

#endif
