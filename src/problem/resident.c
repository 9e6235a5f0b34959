#include "problem/resident.h"

#include "base/die.h"

#include <stdlib.h>

enum { LEVELS = 256 };

struct Resident {
    Backend *backend;
    int64_t context; /* of text, else 0 */
    uint8_t *bytes;
    int32_t *labels; /* of images, else NULL */
    real *levels;
};

static void *copied(Backend *backend, size_t bytes, const void *host)
{
    void *memory = backend->alloc(backend, bytes);
    backend->upload(backend, bytes, host, memory);
    return memory;
}

static void upload_store(Backend *backend, const DataStore *store, uint8_t *to)
{
    if (store->bytes) backend->upload(backend, (size_t)store->size, store->bytes, to);
    for (int k = 0; k < store->parts; k++) {
        upload_store(backend, store->part[k], to);
        to += store->part[k]->size;
    }
}

Resident *resident_create(Backend *backend, const Data *data)
{
    const DataStore *store = &data->store;
    if (backend->is_host || !data->places || store->size > RESIDENT_MOST) return NULL;
    Resident *resident = alloc_zeroed(1, sizeof *resident);
    resident->backend = backend;
    resident->bytes = backend->alloc(backend, (size_t)store->size);
    upload_store(backend, store, resident->bytes);
    if (data->is_text) {
        resident->context = data->context;
        return resident;
    }
    size_t levels = (size_t)(data->channels * LEVELS) * sizeof(real);
    resident->levels = copied(backend, levels, store->levels);
    resident->labels = copied(backend, (size_t)store->images * sizeof(int32_t), store->labels);
    return resident;
}

void resident_free(Resident *resident)
{
    if (!resident) return;
    Backend *backend = resident->backend;
    backend->release(backend, resident->bytes);
    if (resident->labels) backend->release(backend, resident->labels);
    if (resident->levels) backend->release(backend, resident->levels);
    free(resident);
}

void resident_gather(const Resident *resident, int64_t batch, const int64_t *places,
                     int32_t *tokens, Matrix pixels, int32_t *labels)
{
    Backend *backend = resident->backend;
    if (resident->context > 0) {
        backend->gather_windows(backend, resident->bytes, batch, resident->context, places, tokens,
                                labels);
        return;
    }
    ByteImages images = {resident->bytes, resident->labels, resident->levels};
    backend->gather_images(backend, &images, batch, places, pixels, labels);
}
