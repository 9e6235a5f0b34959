#include "compute/backend.h"

#include "base/die.h"
#include "base/named.h"

/* Of cuda.cu; NULL where the program was linked without the CUDA files. */
extern Backend *backend_cuda(Precision precision) __attribute__((weak));
extern const char *backend_cuda_missing(void) __attribute__((weak));

typedef struct {
    const char *name;
    Precision precision;
} PrecisionRow;

static const PrecisionRow precisions[] = {
    {"float32", PRECISION_FLOAT32}, {"tf32", PRECISION_TF32}, {"bfloat16", PRECISION_BFLOAT16}};

static Backend *open_cpu(Precision precision)
{
    (void)precision;
    return backend_cpu();
}

static const char *cpu_missing(void) { return NULL; }

static const char *cuda_missing(void)
{
    if (!backend_cuda_missing)
        return "this program was built without CUDA; build it with 'make CUDA=1' and run "
               "build/cuda/NAME";
    return backend_cuda_missing();
}

static Backend *open_cuda(Precision precision)
{
    if (!backend_cuda) die_usage("--device cuda: %s", cuda_missing());
    return backend_cuda(precision);
}

typedef struct {
    const char *name;
    Precision most; /* the last one that it knows */
    Backend *(*open)(Precision);
    const char *(*missing)(void);
} Device;

static const Device devices[] = {
    {"cpu", PRECISION_FLOAT32, open_cpu, cpu_missing},
    {"cuda", PRECISION_BFLOAT16, open_cuda, cuda_missing},
};

static const Device *device_row(const char *name)
{
    return named_row("device", name, sizeof devices / sizeof *devices, sizeof *devices, devices);
}

const char *backend_missing(const char *device) { return device_row(device)->missing(); }

Precision backend_precision(const char *device, const char *name)
{
    const PrecisionRow *row =
        named_row("precision", *name ? name : "float32", sizeof precisions / sizeof *precisions,
                  sizeof *precisions, precisions);
    if (row->precision > device_row(device)->most)
        die_usage("--precision %s: --device %s computes in float32 only", name, device);
    return row->precision;
}

Backend *backend_open_with(const char *device, const char *precision)
{
    return device_row(device)->open(backend_precision(device, precision));
}

Backend *backend_open(const char *device) { return backend_open_with(device, ""); }
