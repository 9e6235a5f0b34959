#include "compute/rowdevice.h"

#include <assert.h>

/* What a device needs for the shortest pass, some 20 us of two launches and two copies, is what
 * one core needs to read so much. */
static const int64_t least_bytes = 1 << 18;

void rowpass_place(Design *design, const char *device)
{
    assert(!design->resident);
    if (design_bytes(design) < least_bytes) return;
    Backend *backend = backend_open(device);
    if (backend->rows)
        design->resident = backend->rows->place(backend, design);
    else
        backend->close(backend);
}
