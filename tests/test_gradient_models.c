/* Whole small networks in double: signed differences of every parameter, and PyTorch's numbers. */
#include "network.h"

/* rows: of labels. */
static Network open(const char *spec, ModelTask task, int64_t rows)
{
    Backend *backend = backend_cpu();
    Model *model = model_create(backend, spec, &task, true);
    return network_of(backend, model, rows, task.classes);
}

static void check(const char *spec, ModelTask task, int64_t rows)
{
    Network network = open(spec, task, rows);
    network_check_gradients(&network);
    network_close(&network);
}

Test(gradient_models, of_a_gpt2)
{
    check("transformer:layers=2,width=12,heads=3,context=7", (ModelTask){.batch = 2, .classes = 11},
          14);
    check("transformer:layers=2,width=10,heads=1,context=5,tied=0,dropout=0.2,smoothing=0.1",
          (ModelTask){.batch = 3, .classes = 7}, 15);
}

Test(gradient_models, of_a_llama)
{
    check("transformer:style=llama,layers=2,width=12,heads=2,key_heads=1,context=7",
          (ModelTask){.batch = 2, .classes = 11}, 14);
}

Test(gradient_models, of_one_token_of_one_sequence)
{
    check("transformer:layers=1,width=6,heads=3,context=1", (ModelTask){.batch = 1, .classes = 3},
          1);
    check("transformer:layers=1,style=llama,width=6,heads=3,context=1",
          (ModelTask){.batch = 1, .classes = 3}, 1);
}

Test(gradient_models, of_a_vision_transformer)
{
    check("vit:patch=2,layers=2,width=8,heads=2", (ModelTask){3, 5, 4, 6, 3}, 3);
    check("vit:patch=3,layers=1,width=9,heads=3,dropout=0.1", (ModelTask){1, 2, 3, 3, 1}, 1);
}

Test(gradient_models, of_a_perceptron)
{
    check("mlp:layers=2,width=7,activation=gelu", (ModelTask){4, 5, 3, 2, 3}, 4);
    check("mlp:layers=1,width=1,activation=relu2", (ModelTask){1, 2, 1, 1, 1}, 1);
}

Test(gradient_models, is_nothing_where_no_label_counts)
{
    Network network = open("transformer:layers=1,width=8,heads=2,context=3",
                           (ModelTask){.batch = 2, .classes = 5}, 6);
    for (int i = 0; i < 6; i++) network.labels[i] = -1;
    network_gradient(&network);
    const ParameterTable *table = model_parameters(network.model);
    for (int64_t i = 0; i < table->size; i++) cr_assert(table->gradients[i] == 0);
    cr_expect(network.sums[HEAD_ROWS] == 0.0 && network.sums[HEAD_LOSS] == 0.0);
    network_close(&network);
}

/* Two layers of sums of 10² terms, 1e-16 each, through norms that divide by a deviation of a few
 * tenths: 1e-12 would do, ten times that is allowed. */
static void compare(const char *file, const char *name, const char *spec, ModelTask task,
                    int64_t rows)
{
    Csv *golden = csv_read(file);
    Network network = open(spec, task, rows);
    network_check_golden(&network, golden, name, 1e-11);
    network_close(&network);
    csv_free(golden);
}

Test(gradient_models, of_a_gpt2_and_a_llama_are_those_of_pytorch)
{
    const char *file = "tests/golden/transformer.csv";
    ModelTask task = {.batch = 3, .classes = 37};
    compare(file, "gpt2", "transformer:layers=2,width=32,heads=4,context=11", task, 33);
    compare(file, "gpt2_untied", "transformer:layers=2,width=32,heads=4,context=11,tied=0", task,
            33);
    compare(file, "llama",
            "transformer:style=llama,layers=2,width=32,heads=4,key_heads=2,context=11", task, 33);
}

Test(gradient_models, of_a_vision_transformer_are_those_of_pytorch)
{
    compare("tests/golden/vit.csv", "vit", "vit:patch=4,layers=2,width=16,heads=2",
            (ModelTask){3, 10, 8, 12, 3}, 3);
}
