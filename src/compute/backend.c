#include "compute/backend.h"

#include "base/die.h"
#include "base/named.h"

/* Of cuda.cu; NULL where the program was linked without the CUDA files. */
extern Backend *backend_cuda(void) __attribute__((weak));
extern const char *backend_cuda_missing(void) __attribute__((weak));

static const char *cpu_missing(void) { return NULL; }

static const char *cuda_missing(void)
{
    if (!backend_cuda_missing)
        return "this program was built without CUDA; build it with 'make CUDA=1' and run "
               "build/cuda/NAME";
    return backend_cuda_missing();
}

typedef struct {
    const char *name;
    Backend *(*open)(void);
    const char *(*missing)(void);
} Device;

static const Device devices[] = {
    {"cpu", backend_cpu, cpu_missing},
    {"cuda", backend_cuda, cuda_missing},
};

static const Device *device_row(const char *name)
{
    return named_row("device", name, sizeof devices / sizeof *devices, sizeof *devices, devices);
}

const char *backend_missing(const char *device) { return device_row(device)->missing(); }

Backend *backend_open(const char *device)
{
    const Device *row = device_row(device);
    const char *missing = row->missing();
    if (missing) die_usage("--device %s: %s", device, missing);
    return row->open();
}
