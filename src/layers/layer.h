/* One differentiable step of a model: y = f(x), with the gradients back.
 *
 * A constructor says what the layer needs (output shape, parameters, numbers to
 * keep); the model finds memory for all layers at once and sets the views. Layers
 * hold no arithmetic: they call the backend.
 *
 * forward() reads x (and skip) and writes y; y stays until the backward pass.
 * backward() reads dy, may use it as scratch, adds to the parameters' gradients,
 * and writes dx (= or += as `adds` says) unless dx is absent. A layer with a skip
 * (y = f(x) + skip) leaves the gradient of skip in dy. */
#ifndef LAYERS_LAYER_H
#define LAYERS_LAYER_H

#include "compute/backend.h"
#include "compute/parameters.h"

enum { LAYER_PARAMETERS = 4 };

/* What one pass through the model is about. */
typedef struct {
    Backend *backend;
    bool training;         /* batch statistics, dropout, gradients of the head */
    const int32_t *tokens; /* backend memory, a row each; NULL for models of images */
    const int32_t *labels; /* backend memory, a row of the head each */
    double *sums;          /* backend memory, HEAD_SUMS numbers: the head adds */
    Rng noise;             /* stream for dropout … */
    const int64_t *step;   /* … and its trial, in backend memory; NULL: as in noise */
} Pass;

typedef struct Layer Layer;

typedef struct {
    const char *name; /* "linear" */
    void (*forward)(Layer *layer, const Pass *pass);
    void (*backward)(Layer *layer, const Pass *pass);
} LayerKind;

typedef struct {
    const char *name; /* "weight" */
    ParameterGroup group;
    int64_t rows, cols;
    Axes axes;              /* of a tensor; layer_parameter() leaves 0: a matrix */
    double mean, deviation; /* normal numbers to start from */
    struct {
        Layer *layer;
        int index;
    } of;                   /* .layer not NULL: shares that one's memory */
    Matrix value, gradient; /* set by the model */
} LayerParameter;

struct Layer {
    const LayerKind *kind;
    char *name; /* "block0.attention"; owned */

    /* What the constructor asks for */
    int64_t rows, cols; /* of y */
    int parameter_count;
    LayerParameter parameter[LAYER_PARAMETERS];
    int64_t kept_rows, kept_cols; /* numbers that forward keeps for backward … */
    bool keeps_activations;       /* … in the dtype of y, else in reals */
    double multiplies;            /* multiplications in matrix products of a forward pass */
    int64_t work_size;            /* reals of scratch during a call, shared by all layers */
    bool in_place_backward;       /* dx may lie in dy's memory */

    /* What the model sets */
    int number; /* place in the model: names the layer's random stream */
    Matrix x, skip, y, dx, dy, kept;
    real *work;
    bool adds;
};

/* Zero-filled memory for a layer of `size` bytes (its struct begins with a Layer), with its
 * name: format_text() style. layer_free() frees. */
Layer *layer_create(size_t size, const LayerKind *kind, int64_t rows, int64_t cols,
                    const char *name);
void layer_free(Layer *layer);

/* Adds a parameter; returns its index. */
int layer_parameter(Layer *layer, const char *name, ParameterGroup group, int64_t rows,
                    int64_t cols, double mean, double deviation);

#endif
