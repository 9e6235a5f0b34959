/* Where gradients of activations and the parameters lie. */
#include "base/die.h"
#include "model/private.h"

#include <stdlib.h>

/* The stretches of gradient memory while they are handed out. */
typedef struct {
    int count;
    int64_t *size;
    bool *taken;
} Slots;

/* The smallest free stretch that is long enough, else the longest free one made longer, else a
 * new one. */
static int slot_take(Slots *slots, int64_t size)
{
    int best = -1;
    for (int s = 0; s < slots->count; s++) {
        if (slots->taken[s]) continue;
        bool fits = slots->size[s] >= size, best_fits = best >= 0 && slots->size[best] >= size;
        bool better = best < 0 || (fits && !best_fits) ||
                      (fits && best_fits && slots->size[s] < slots->size[best]) ||
                      (!fits && !best_fits && slots->size[s] > slots->size[best]);
        if (better) best = s;
    }
    if (best < 0) {
        best = slots->count++;
        slots->size[best] = 0;
    }
    if (slots->size[best] < size) slots->size[best] = size;
    slots->taken[best] = true;
    return best;
}

static int consumers(const Model *model, int number)
{
    int count = 0;
    for (int k = 0; k < model->count; k++)
        count += (model->node[k].input == number) + (model->node[k].skip == number);
    return count;
}

/* Does a gradient have to flow into what this layer reads? */
static bool wants_gradient(const Node *node) { return node->input >= 0; }

/* Backwards, as the pass runs. The gradient of a skip is what the layer leaves in its dy, so both
 * share a slot; whoever reads the skipped activation otherwise comes before and adds to it. */
void model_plan_gradients(Model *model)
{
    Slots slots = {
        .size = alloc_zeroed((size_t)model->count + 1, sizeof(int64_t)),
        .taken = alloc_zeroed((size_t)model->count + 1, sizeof(bool)),
    };
    for (int k = model->count - 1; k >= 0; k--) {
        Node *node = &model->node[k];
        bool kept = false;
        if (node->skip >= 0) {
            assert(model->node[node->skip].slot < 0 && node->slot >= 0);
            model->node[node->skip].slot = node->slot;
            kept = true;
        }
        if (wants_gradient(node)) {
            Node *from = &model->node[node->input];
            node->writes = true;
            node->layer->adds = from->slot >= 0;
            bool shares = node->layer->in_place_backward && node->slot >= 0 && !kept &&
                          from->slot < 0 && consumers(model, node->input) == 1;
            if (shares) {
                from->slot = node->slot;
                kept = true;
            } else if (from->slot < 0) {
                from->slot = slot_take(
                    &slots, model_bytes(from->layer->rows, from->layer->cols, model->dtype));
            }
        }
        if (node->slot >= 0 && !kept) slots.taken[node->slot] = false;
    }
    model->plan.slot_count = slots.count;
    model->plan.slot_size = slots.size;
    free(slots.taken);
}

/* Calls `each` for the parameters that own memory, group by group, in the order of the layers:
 * number `index` of the table. */
static void for_each_owner(Model *model,
                           void (*each)(Model *, Layer *, LayerParameter *, int index))
{
    int index = 0;
    for (int group = GROUP_MATRIX; group <= GROUP_STATE; group++)
        for (int k = 0; k < model->count; k++) {
            Layer *layer = model->node[k].layer;
            for (int p = 0; p < layer->parameter_count; p++) {
                LayerParameter *parameter = &layer->parameter[p];
                if ((int)parameter->group == group && !parameter->of.layer)
                    each(model, layer, parameter, index++);
            }
        }
}

static void list(Model *model, Layer *layer, LayerParameter *parameter, int index)
{
    ParameterTable *table = &model->table;
    table->count = index + 1;
    table->item = alloc_resized(table->item, (size_t)table->count, sizeof *table->item);
    Matrix shape = {NULL, parameter->rows, parameter->cols, parameter->cols, (Dtype)DTYPE_REAL};
    table->item[index] = (Parameter){
        .name = format_text("%s.%s", layer->name, parameter->name),
        .group = parameter->group,
        .value = shape,
        .gradient = shape,
        .axes = parameter->axes,
    };
    int64_t numbers = model_round(parameter->rows * parameter->cols);
    *(parameter->group == GROUP_STATE ? &table->state_size : &table->size) += numbers;
}

void model_plan_parameters(Model *model) { for_each_owner(model, list); }

static void hand_out(Model *model, Layer *layer, LayerParameter *parameter, int index)
{
    (void)layer;
    parameter->value = model->table.item[index].value;
    parameter->gradient = model->table.item[index].gradient;
}

static void share(Layer *layer)
{
    for (int p = 0; p < layer->parameter_count; p++) {
        LayerParameter *parameter = &layer->parameter[p];
        if (!parameter->of.layer) continue;
        const LayerParameter *owner = &parameter->of.layer->parameter[parameter->of.index];
        assert(owner->rows == parameter->rows && owner->cols == parameter->cols);
        parameter->value = owner->value;
        parameter->gradient = owner->gradient;
    }
}

/* In the order of the table; a gradient lies at its value's place. */
void model_place_parameters(Model *model)
{
    ParameterTable *table = &model->table;
    int64_t at = 0;
    for (int k = 0; k < table->count; k++) {
        Parameter *row = &table->item[k];
        row->value.data = table->values + at;
        if (row->group != GROUP_STATE) row->gradient.data = table->gradients + at;
        at += model_round(matrix_count(row->value));
    }
    assert(at == table->size + table->state_size);
    for_each_owner(model, hand_out);
    for (int k = 0; k < model->count; k++) share(model->node[k].layer);
}
