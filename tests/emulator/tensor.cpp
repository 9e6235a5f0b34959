/* Where a warp's numbers are: a row of eight or sixteen 16-bit numbers lies with four threads, two
 * neighbours in each 32-bit word of theirs. */
#include <cuda_runtime.h>

#include <vector>

static float number(uint32_t word, unsigned place)
{
    uint32_t bits = place % 2 ? word & 0xffff0000u : word << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

typedef struct {
    uint32_t a[4], b[2];
} Factors;

void cuda_mma(const uint32_t (&a)[4], uint32_t b0, uint32_t b1, float (&sum)[4])
{
    Factors mine = {{a[0], a[1], a[2], a[3]}, {b0, b1}}, all[32];
    EmulatorWord word;
    static_assert(sizeof mine == sizeof word, "factors fill a word");
    memcpy(&word, &mine, sizeof word);
    memcpy(all, emulator_exchange("cuda_mma()", 0xffffffffu, word), sizeof all);
    for (unsigned i = 0; i < 4; i++) {
        unsigned row = emulator_lane() / 4 + 8 * (i / 2), col = emulator_lane() % 4 * 2 + i % 2;
        double total = (double)sum[i];
        for (unsigned k = 0; k < 16; k++) {
            unsigned pair = k % 8 / 2;
            total += (double)number(all[row % 8 * 4 + pair].a[row / 8 + k / 8 * 2], k) *
                     (double)number(all[col * 4 + pair].b[k / 8], k);
        }
        sum[i] = (float)total;
    }
}

/* Row r of matrix m is where thread 8 m + r points. */
static void matrices(const uint16_t *row, bool turned, uint32_t (&to)[4])
{
    if ((uintptr_t)row % 16) emulator_stop(NULL, "a row of a matrix does not begin at 16 bytes");
    EmulatorWord word = {};
    memcpy(word.bytes, &row, sizeof row);
    const char *call = turned ? "cuda_matrices_turned()" : "cuda_matrices()";
    const EmulatorWord *all = emulator_exchange(call, 0xffffffffu, word);
    const uint16_t *from[32];
    for (unsigned lane = 0; lane < 32; lane++) memcpy(&from[lane], all[lane].bytes, sizeof row);
    unsigned line = emulator_lane() / 4, pair = emulator_lane() % 4 * 2;
    for (unsigned m = 0; m < 4; m++) {
        const uint16_t **rows = from + 8 * m;
        uint16_t low = turned ? rows[pair][line] : rows[line][pair];
        uint16_t high = turned ? rows[pair + 1][line] : rows[line][pair + 1];
        to[m] = (uint32_t)high << 16 | low;
    }
}

void cuda_matrices(const uint16_t *row, uint32_t (&to)[4]) { matrices(row, false, to); }
void cuda_matrices_turned(const uint16_t *row, uint32_t (&to)[4]) { matrices(row, true, to); }

/* To nearest, ties to even; every NaN is the same one. */
static uint32_t half(float x)
{
    if (isnan(x)) return 0x7fff;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

uint32_t cuda_halves(float low, float high) { return half(high) << 16 | half(low); }

/* ---- copies that a thread has begun */

typedef struct {
    void *to;
    const void *from;
    size_t bytes, from_bytes;
} Copy;
static std::vector<Copy> copies[1024];

static std::vector<Copy> &copies_of_thread(void)
{
    return copies[threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)];
}

void emulator_copy_late(void *to, const void *from, size_t bytes, size_t from_bytes)
{
    if ((uintptr_t)to % bytes || (uintptr_t)from % bytes)
        emulator_stop(NULL, "a copy of %zu bytes does not begin at a multiple", bytes);
    memset(to, 0xff, bytes);
    copies_of_thread().push_back({to, from, bytes, from_bytes});
}

void cuda_copies_wait(void)
{
    for (const Copy &copy : copies_of_thread()) {
        if (copy.from_bytes > 0) memcpy(copy.to, copy.from, copy.from_bytes);
        memset((char *)copy.to + copy.from_bytes, 0, copy.bytes - copy.from_bytes);
    }
    copies_of_thread().clear();
}

void emulator_copies_ended(void)
{
    size_t count = copies_of_thread().size();
    if (count) emulator_stop(NULL, "a thread ends and has not waited for its copies (%zu)", count);
}
