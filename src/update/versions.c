#include "update/versions.h"

#include "base/die.h"
#include "problem/data_mixture.h"

#include <assert.h>
#include <stdlib.h>

typedef struct {
    DataMix mix;
    Data *data; /* NULL: a version's own */
    Problem *problem;
} MixedProblem;

struct Versions {
    Backend *backend;
    Model *model;
    int count;
    Data **data;
    int64_t batch;
    uint64_t seed;
    int made;
    MixedProblem *mixed;
};

Versions *versions_create(Backend *backend, Model *model, int count, Data *const data[],
                          int64_t batch, uint64_t seed)
{
    assert(count > 0);
    Versions *versions = alloc_zeroed(1, sizeof *versions);
    *versions = (Versions){
        .backend = backend, .model = model, .count = count, .batch = batch, .seed = seed};
    versions->data = alloc_zeroed((size_t)count, sizeof(Data *));
    for (int k = 0; k < count; k++) versions->data[k] = data[k];
    return versions;
}

void versions_free(Versions *versions)
{
    if (!versions) return;
    for (int k = 0; k < versions->made; k++) {
        versions->mixed[k].problem->free(versions->mixed[k].problem);
        data_free(versions->mixed[k].data);
    }
    free(versions->mixed);
    free(versions->data);
    free(versions);
}

void versions_shares(DataMix mix, int count, double share[])
{
    assert(mix.first >= 1 && mix.first <= mix.last && mix.last <= count);
    double old = mix.first > 1 ? mix.replay : 0.0;
    for (int v = 1; v <= count; v++)
        share[v - 1] = v < mix.first   ? old / (mix.first - 1)
                       : v <= mix.last ? (1.0 - old) / (mix.last - mix.first + 1)
                                       : 0.0;
}

/* One version's data alone stay what they are. */
static bool is_alone(DataMix mix)
{
    return mix.first == mix.last && (mix.first == 1 || mix.replay == 0.0);
}

static Data *mixed_data(const Versions *versions, DataMix mix)
{
    double *share = alloc_zeroed((size_t)versions->count, sizeof *share);
    versions_shares(mix, versions->count, share);
    Data *data = data_mixture_of(versions->count, versions->data, share);
    free(share);
    return data;
}

Problem *versions_problem(Versions *versions, DataMix mix)
{
    for (int k = 0; k < versions->made; k++)
        if (data_mix_same(versions->mixed[k].mix, mix)) return versions->mixed[k].problem;
    size_t room = (size_t)versions->made + 1;
    versions->mixed = alloc_resized(versions->mixed, room, sizeof *versions->mixed);
    MixedProblem *made = &versions->mixed[versions->made++];
    made->mix = mix;
    made->data = is_alone(mix) ? NULL : mixed_data(versions, mix);
    Data *data = made->data ? made->data : versions->data[mix.last - 1];
    made->problem =
        problem_training(versions->backend, versions->model, data, versions->batch, versions->seed);
    return made->problem;
}
