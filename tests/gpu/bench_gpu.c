/* How near to the machine is the CUDA backend?
 *
 *   bench_gpu WORKER PEER [--tiny | ROWS.csv] [PART]
 *
 * WORKER: the program bench_gpu_step; PEER: the command of torch_peer.py, or "" without
 * PyTorch. PART: memory, products, designs or training. The CSV has the columns of bench_pairs.h.
 */
#include "bench_gpu.h"

#include <string.h>

typedef struct {
    const char *name;
    void (*run)(const GpuBench *bench);
} Part;

static const Part parts[] = {
    {"memory", gpu_memory},   {"products", gpu_products}, {"products", gpu_head},
    {"designs", gpu_designs}, {"training", gpu_training},
};
enum { PARTS = sizeof parts / sizeof *parts };

int main(int argc, char **argv)
{
    if (argc < 3) die_usage("usage: bench_gpu WORKER PEER [--tiny | ROWS.csv] [PART]");
    const char *missing = backend_missing("cuda");
    if (missing) {
        printf("bench_gpu: skipped: %s\n", missing);
        return 77;
    }
    GpuBench bench = {.worker = argv[1], .peer = argv[2]};
    bench.tiny = argc > 3 && !strcmp(argv[3], "--tiny");
    if (argc > 3 && !bench.tiny) bench.csv = pairs_open(2, argv + 2);
    if (bench.csv) setvbuf(bench.csv, NULL, _IOLBF, 0); /* what is cut off keeps its rows */
    for (int k = 0; k < PARTS; k++)
        if (argc < 5 || !strcmp(argv[4], parts[k].name)) parts[k].run(&bench);
    if (bench.csv) fclose(bench.csv);
    return 0;
}
