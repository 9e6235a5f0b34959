/* What the files of model/ share about a model; nobody else includes this. */
#ifndef MODEL_PRIVATE_H
#define MODEL_PRIVATE_H

#include "model/model.h"

typedef struct {
    Layer *layer;
    int input, skip; /* numbers of layers, MODEL_INPUT, MODEL_NONE */
    int slot;        /* which stretch of gradient memory holds dy; −1: none */
    bool writes;     /* backward writes (or adds to) dx */
} Node;

/* How many bytes everything takes in its arena. */
typedef struct {
    int64_t activations, work; /* activations: with what layers keep */
    int slot_count;
    int64_t *slot_size; /* gradients of activations: stretches used again and again */
} Plan;

struct Model {
    Backend *backend;
    Dtype dtype; /* of activations and their gradients */
    int64_t input_rows, input_cols;
    Matrix input;
    int count;
    Node *node;
    ParameterTable table;
    Plan plan;
    ModelMemory memory;
    void *activations; /* arenas in backend memory; NULL after a dry run */
    real *work;
};

/* Assigns a slot to every gradient of an activation, so that few are alive at once. */
void model_plan_gradients(Model *model);

/* Fills the table (names, groups, shapes) and sizes; views once `values` are there. */
void model_plan_parameters(Model *model);
void model_place_parameters(Model *model);

/* Lengths are rounded up so that every matrix starts on its own cache line: of parameters in
 * numbers, of activations in bytes. */
static inline int64_t model_round(int64_t numbers) { return (numbers + 15) / 16 * 16; }
static inline int64_t model_bytes(int64_t rows, int64_t cols, Dtype dtype)
{
    return (rows * cols * (int64_t)dtype_size(dtype) + 63) / 64 * 64;
}

#endif
