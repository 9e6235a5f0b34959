#include "compute/backend.h"

#include "base/die.h"
#include "base/named.h"

/* NULL where the program was linked without the CUDA files. */
extern Backend *backend_cuda(void) __attribute__((weak));

static Backend *open_cuda(void)
{
    if (!backend_cuda)
        die_usage("--device cuda: this program was built without CUDA; build it with "
                  "'make CUDA=1' and run build/cuda/NAME");
    return backend_cuda();
}

typedef struct {
    const char *name;
    Backend *(*open)(void);
} Device;

static const Device devices[] = {{"cpu", backend_cpu}, {"cuda", open_cuda}};

Backend *backend_open(const char *device)
{
    const Device *row =
        named_row("device", device, sizeof devices / sizeof *devices, sizeof *devices, devices);
    return row->open();
}
