#include "model/model.h"

#include "base/die.h"
#include "base/named.h"
#include "model/keys.h"
#include "model/private.h"

#include <stdlib.h>
#include <string.h>

Model *model_new(Backend *backend, int64_t rows, int64_t cols)
{
    Model *model = alloc_zeroed(1, sizeof *model);
    model->backend = backend;
    model->dtype = (Dtype)DTYPE_REAL;
    model->input_rows = rows;
    model->input_cols = cols;
    return model;
}

int model_add(Model *model, Layer *layer, int input, int skip)
{
    int number = model->count++;
    assert(input < number && skip < number && skip != MODEL_INPUT);
    assert(skip == MODEL_NONE || skip != input);
    model->node = alloc_resized(model->node, (size_t)model->count, sizeof *model->node);
    model->node[number] = (Node){layer, input, skip, -1, false};
    layer->number = number;
    return number;
}

/* Without memory, for sizes only: NULL stands for everything. */
static Matrix view(char **next, int64_t rows, int64_t cols, Dtype dtype)
{
    if (!*next || rows * cols == 0) return (Matrix){.rows = rows, .cols = cols, .stride = cols};
    Matrix matrix = {*next, rows, cols, cols, dtype};
    *next += model_bytes(rows, cols, dtype);
    return matrix;
}

static Dtype kept_dtype(const Model *model, const Layer *layer)
{
    return layer->keeps_activations ? model->dtype : (Dtype)DTYPE_REAL;
}

/* How much memory the activations and the scratch take. */
static void plan_activations(Model *model)
{
    Plan *plan = &model->plan;
    int64_t work = 0;
    plan->activations = model_bytes(model->input_rows, model->input_cols, (Dtype)DTYPE_REAL);
    for (int k = 0; k < model->count; k++) {
        const Layer *layer = model->node[k].layer;
        plan->activations +=
            model_bytes(layer->rows, layer->cols, model->dtype) +
            model_bytes(layer->kept_rows, layer->kept_cols, kept_dtype(model, layer));
        if (layer->work_size > work) work = layer->work_size;
    }
    plan->work = model_bytes(1, work, (Dtype)DTYPE_REAL);
}

static void place_activations(Model *model)
{
    char *next = model->activations;
    model->input = view(&next, model->input_rows, model->input_cols, (Dtype)DTYPE_REAL);
    for (int k = 0; k < model->count; k++) {
        Layer *layer = model->node[k].layer;
        layer->y = view(&next, layer->rows, layer->cols, model->dtype);
        layer->kept = view(&next, layer->kept_rows, layer->kept_cols, kept_dtype(model, layer));
        layer->work = model->work;
    }
}

/* Each layer's view of what others made: x, skip, and the gradients in their slots. */
static void connect(Model *model, char *slots)
{
    const Plan *plan = &model->plan;
    for (int k = 0; k < model->count; k++) {
        Node *node = &model->node[k];
        Layer *layer = node->layer;
        const Node *from = node->input >= 0 ? &model->node[node->input] : NULL;
        if (node->input == MODEL_INPUT) layer->x = model->input;
        if (from) layer->x = from->layer->y;
        if (node->skip >= 0) layer->skip = model->node[node->skip].layer->y;
        if (node->slot >= 0 && slots) {
            char *start = slots;
            for (int s = 0; s < node->slot; s++) start += plan->slot_size[s];
            layer->dy = view(&start, layer->rows, layer->cols, model->dtype);
        }
    }
    for (int k = 0; k < model->count; k++) {
        const Node *node = &model->node[k];
        if (node->writes) node->layer->dx = model->node[node->input].layer->dy;
    }
}

/* Numbers far beyond any memory, whose counts would not fit an int64_t. */
static void require_countable(const Model *model)
{
    double numbers = 0.0;
    for (int k = 0; k < model->count; k++) {
        const Layer *layer = model->node[k].layer;
        numbers += (double)layer->rows * (double)layer->cols +
                   (double)layer->kept_rows * (double)layer->kept_cols;
        for (int p = 0; p < layer->parameter_count; p++)
            numbers += (double)layer->parameter[p].rows * (double)layer->parameter[p].cols;
    }
    if (numbers > 0x1p55) die_usage("the model would have %.3g numbers", numbers);
}

void model_finish(Model *model, bool place)
{
    Backend *backend = model->backend;
    require_countable(model);
    plan_activations(model);
    model_plan_gradients(model);
    model_plan_parameters(model);

    int64_t slots = 0;
    for (int s = 0; s < model->plan.slot_count; s++) slots += model->plan.slot_size[s];
    int64_t of = sizeof(real), values = model->table.size + model->table.state_size;
    model->memory = (ModelMemory){
        .parameters = of * values,
        .gradients = of * model->table.size,
        .activations = model->plan.activations + slots,
        .scratch = model->plan.work,
    };
    if (!place) return;

    model->table.values = backend->alloc(backend, (size_t)model->memory.parameters);
    model->table.gradients = backend->alloc(backend, (size_t)model->memory.gradients);
    model->activations = backend->alloc(backend, (size_t)model->memory.activations);
    model->work = backend->alloc(backend, (size_t)model->memory.scratch);
    model_place_parameters(model);
    place_activations(model);
    connect(model, (char *)model->activations + model->plan.activations);
}

static const ModelKind *const kinds[] = {&model_transformer, &model_vit, &model_cnn, &model_mlp};
enum { KINDS = sizeof kinds / sizeof *kinds };

int model_kind_count(void) { return KINDS; }
const char *model_kind_name(int kind) { return kinds[kind]->name; }
const char *model_kind_help(int kind) { return kinds[kind]->help; }

static const ModelKind *kind_named(const char *name)
{
    ModelKind rows[KINDS];
    for (int k = 0; k < KINDS; k++) rows[k] = *kinds[k];
    const ModelKind *found = named_row("model", name, KINDS, sizeof *rows, rows);
    return kinds[found - rows];
}

Model *model_create(Backend *backend, const char *text, const ModelTask *task, bool place)
{
    Spec *spec = spec_parse(text);
    const ModelKind *kind = kind_named(spec_kind(spec));
    if (kind->is_text != (task->height == 0))
        die_usage("a %s is a model of %s, but the data are %s", kind->name,
                  kind->is_text ? "text" : "images", kind->is_text ? "images" : "text");
    Model *model = kind->create(backend, spec, task);
    if (kind->is_mixed) model->dtype = backend->activations;
    spec_done(spec);
    spec_free(spec);
    model_finish(model, place);
    return model;
}

int64_t model_context(const char *text)
{
    Spec *spec = spec_parse(text);
    bool is_text = kind_named(spec_kind(spec))->is_text;
    int64_t context = is_text ? keys_int(spec, "context", MODEL_CONTEXT, 1, MODEL_MOST_CONTEXT) : 1;
    spec_free(spec);
    return context;
}

void model_free(Model *model)
{
    if (!model) return;
    Backend *backend = model->backend;
    if (model->activations) {
        backend->release(backend, model->table.values);
        backend->release(backend, model->table.gradients);
        backend->release(backend, model->activations);
        backend->release(backend, model->work);
    }
    for (int k = 0; k < model->table.count; k++) free((char *)model->table.item[k].name);
    for (int k = 0; k < model->count; k++) layer_free(model->node[k].layer);
    free(model->table.item);
    free(model->plan.slot_size);
    free(model->node);
    free(model);
}
