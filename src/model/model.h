/* A network: layers in the order in which they run, and the memory of all of them.
 *
 * Built once for a batch size: add layers, then model_finish() finds one arena for
 * parameters, gradients, activations and scratch. No step allocates anything.
 *
 * A batch is uploaded into model->input (images) or given as tokens in the Pass. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/spec.h"
#include "layers/layer.h"

enum { MODEL_INPUT = -1, MODEL_NONE = -2 };

/* Tokens of a sequence: where a spec does not say, and at most. */
enum { MODEL_CONTEXT = 64, MODEL_MOST_CONTEXT = 1 << 24 };

typedef struct Model Model;

/* Bytes, by purpose. */
typedef struct {
    int64_t parameters, gradients, activations, scratch;
} ModelMemory;

/* ---- what a model is for: fixed by the data */
typedef struct {
    int64_t batch;                   /* sequences or images of one step */
    int64_t classes;                 /* vocabulary, or kinds of image */
    int64_t height, width, channels; /* images; 0 for text */
} ModelTask;

/* ---- building (used by the files of model kinds) */

/* rows, cols: of the images as a matrix (a row per pixel); 0, 0 for models of tokens. */
Model *model_new(Backend *backend, int64_t rows, int64_t cols);

/* Takes the layer over. Returns its number. input, skip: numbers of earlier layers, MODEL_INPUT,
 * or MODEL_NONE. */
int model_add(Model *model, Layer *layer, int input, int skip);

/* Asserts that shapes fit and lays out the memory. With `place` false only sizes are known: a
 * dry run. Exit 2 where the sizes are beyond counting. */
void model_finish(Model *model, bool place);

/* ---- kinds */

typedef struct {
    const char *name, *help; /* "transformer", its keys in words */
    bool is_text;            /* takes tokens, else images */
    bool is_mixed;           /* activations and their gradients are in Backend.activations, what
                              * is small or a sum (parameters, statistics) in reals; else all is */
    /* Adds the layers to a model_new(); model_create() reads the spec's end and finishes. */
    Model *(*create)(Backend *backend, const Spec *spec, const ModelTask *task);
} ModelKind;

extern const ModelKind model_transformer, model_vit, model_cnn, model_mlp;

/* "transformer:layers=4,width=128,heads=4,context=64" and so on. Exit 2 on an unknown kind, key
 * or number, and on a model of text for images or the other way round. place: as above.
 * model_free() frees. */
Model *model_create(Backend *backend, const char *spec, const ModelTask *task, bool place);

/* Tokens of a sequence of this model, 1 for a model of images. Exit 2 as above. */
int64_t model_context(const char *spec);

/* Every kind: name and its keys in one sentence. */
int model_kind_count(void);
const char *model_kind_name(int kind);
const char *model_kind_help(int kind);

void model_free(Model *model);

/* ---- using */

/* Draws the starting parameters: the same numbers for the same stream. */
void model_start(Model *model, Rng rng);

void model_zero_gradients(Model *model);
void model_forward(Model *model, const Pass *pass);
void model_backward(Model *model, const Pass *pass); /* after a forward pass in training */

Matrix model_input(const Model *model);                /* where images go */
Matrix model_output(const Model *model, int number);   /* what layer `number` made */
Matrix model_gradient(const Model *model, int number); /* where its gradient arrived; most are
                                                        * overwritten on the way back */
ParameterTable *model_parameters(Model *model);
ModelMemory model_memory(const Model *model);

/* Operations of one training step (forward and backward), counted as
 * tokens * 6 * (weights in products) + attention's tokens * 6 * layers * context * width;
 * the same for all peers. */
double model_flops(const Model *model);

#endif
