/* Every kind of optimizer on the device, with every kind of state: three steps end where they do on
 * the CPU. */
#include "compute/rules.h"
#include "optim/observe.h"

#include "cuda_twins.h"
#include "dying.h"

#include <criterion/new/assert.h>

/* A square matrix has curvatures of full rank, whose eigenvectors are not arbitrary; a tall one is
 * preconditioned in another way on its long side. */
typedef struct {
    int64_t rows, cols;
    Axes axes; /* of a tensor */
} Shape;
static const Shape square = {21, 21, {{0}}}, tall = {37, 17, {{0}}};
static const Shape kernels = {16, 36, {{16, 3, 3, 4}}};
enum { MATRIX = 37 * 17, AT_VECTOR = 640, VECTOR = 50 };
enum { ALL = AT_VECTOR + VECTOR };

/* The values after three steps, the state, and what there is to see of the curvature. */
typedef struct {
    real x[ALL], *state;
    int64_t numbers; /* of state */
    ObservedCurvature seen;
} End;

static void upload(Backend *backend, Rng *rng, int64_t n, real *to)
{
    real host[MATRIX];
    for (int64_t k = 0; k < n; k++) host[k] = (real)rng_normal(rng);
    backend->upload(backend, (size_t)n * sizeof *host, host, to);
}

static End walk(Backend *backend, Shape shape, const char *text)
{
    End end;
    int64_t rows = shape.rows, cols = shape.cols;
    real *x = backend->alloc(backend, ALL * sizeof *x), *g = backend->alloc(backend, sizeof end.x);
    Parameter item[2] = {{.name = "weight",
                          .group = GROUP_MATRIX,
                          .value = matrix_of(x, rows, cols),
                          .gradient = matrix_of(g, rows, cols),
                          .axes = shape.axes},
                         {.name = "bias",
                          .group = GROUP_VECTOR,
                          .value = matrix_of(x + AT_VECTOR, 1, VECTOR),
                          .gradient = matrix_of(g + AT_VECTOR, 1, VECTOR)}};
    ParameterTable table = {2, item, ALL, 0, x, g};
    Rng rng = rng_stream(1, 0, RNG_INIT);
    upload(backend, &rng, rows * cols, x);
    upload(backend, &rng, VECTOR, x + AT_VECTOR);
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    for (int t = 0; t < 3; t++) {
        upload(backend, &rng, rows * cols, g);
        upload(backend, &rng, VECTOR, g + AT_VECTOR);
        optimizer_step(optimizer, 0.01);
    }
    backend->download(backend, sizeof end.x, x, end.x);
    const real *state = optimizer_state(optimizer, &end.numbers);
    size_t bytes = (size_t)end.numbers * sizeof *end.state;
    end.state = alloc_zeroed((size_t)end.numbers, sizeof *end.state);
    if (bytes) backend->download(backend, bytes, state, end.state);
    end.seen = optimizer_observe(optimizer, NULL, NULL);
    optimizer_free(optimizer);
    backend->release(backend, x);
    backend->release(backend, g);
    return end;
}

/* Element by element the formulas are the same; numbers below 4 round to 2.4e-7. Products are
 * summed in another order, and preconditioners and eigenvectors (soap) multiply their rounding by
 * some ten: 2e-5. Steps are some 0.05 long, and a number of bfloat16 may be rounded the other way:
 * 2^-8 of one. */
static void compare(Shape shape, double bound, const char *text)
{
    Pair pair = pair_open();
    End cpu = walk(pair.side[SIDE_CPU], shape, text),
        device = walk(pair.side[!SIDE_CPU], shape, text);
    double apart = 0.0;
    for (int k = 0; k < ALL; k++) apart = fmax(apart, fabs((double)cpu.x[k] - (double)device.x[k]));
    cr_expect(apart <= bound, "%s: %g apart", text, apart);
    cr_expect(cpu.seen.count == device.seen.count, "%s", text);
    if (cpu.seen.count) cr_expect(cpu.seen.moved == device.seen.moved, "%s", text);
    free(cpu.state);
    free(device.state);
    pair_close(&pair);
}

Test(cuda_optimizer, every_kind_ends_where_it_does_on_the_cpu)
{
    for (int kind = 0; kind < optimizer_kind_count(); kind++) {
        char *text = format_text("%s:decay=0.1,clip=20", optimizer_kind_name(kind));
        compare(square, 2e-5, text);
        free(text);
    }
}

Test(cuda_optimizer, every_variant_ends_where_it_does_on_the_cpu)
{
    static const char *const exact[] = {
        "rf_rmsprop:direction=shuffled,damping=0.1,decay=0.1",
        "rf_rmsprop:direction=norms,damping=0.1,decay=0.1,clip=20",
        "rf_rmsprop:state=stochastic,damping=0.1",
        "rf_rmsprop:state=bfloat16,damping=0.1",
        "rf_rmsprop:state=bfloat16,damping=0.1,decay=0.1,clip=20",
        "rf_rmsprop:state=frozen,damping=0.1,decay=0.1,clip=20",
        "sgd:momentum=0.9,nesterov=1",
        "rmsprop:momentum=0.9",
    };
    for (size_t k = 0; k < sizeof exact / sizeof *exact; k++) compare(square, 1e-6, exact[k]);
    static const char *const rounded[] = {
        "if_shampoo:damping=0.1",
        "shampoo:epsilon=0.1",
        "if_shampoo:state=bfloat16,damping=0.1",
        "if_shampoo:state=bfloat16,damping=0.1,interval=2,decay=0.1,clip=20",
        "shampoo:state=bfloat16,epsilon=0.1,interval=2,graft=1",
        "shampoo:state=bfloat16,epsilon=0.1",
        "rf_shampoo:state=bfloat16,damping=0.1",
        "kl_shampoo:state=bfloat16,epsilon=0.1",
    };
    for (size_t k = 0; k < sizeof rounded / sizeof *rounded; k++) compare(tall, 2e-4, rounded[k]);
    static const char *const of_tensors[] = {
        "if_shampoo:axes=all,damping=0.1",
        "if_shampoo:axes=all,damping=0.1,state=bfloat16",
        "if_shampoo:axes=all,damping=0.1,factors=diagonal",
        "if_shampoo:axes=all,damping=0.1,factors=blocks,block=3",
        "if_shampoo:axes=all,damping=0.1,factors=upper_toeplitz",
        "if_shampoo:axes=all,damping=0.1,factors=upper_toeplitz,state=bfloat16",
        "if_shampoo:axes=all,damping=0.1,factors=blocks,block=3,state=bfloat16",
        "if_shampoo:axes=all,damping=0.1,factors=lower_toeplitz",
    };
    for (size_t k = 0; k < sizeof of_tensors / sizeof *of_tensors; k++)
        compare(kernels, 2e-4, of_tensors[k]);
}

/* How many numbers have bits below a bfloat16's last. */
static int64_t finer(int64_t n, const real *x)
{
    int64_t count = 0;
    for (int64_t k = 0; k < n; k++) count += x[k] != rule_bfloat16(x[k]);
    return count;
}

/* Where all of the state is said to be. */
Test(cuda_optimizer, a_state_of_bfloat16_has_no_finer_number)
{
    static const char *const all[] = {
        "rf_rmsprop:state=bfloat16,damping=0.1",
        "rf_rmsprop:state=stochastic,damping=0.1",
        "if_shampoo:state=bfloat16,damping=0.1",
        "if_shampoo:state=bfloat16,axes=all,damping=0.1,factors=blocks,block=3",
    };
    Pair pair = pair_open();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (int side = 0; side < SIDES; side++) {
            End end = walk(pair.side[side], kernels, all[k]);
            cr_expect(end.numbers > 0 && finer(end.numbers, end.state) == 0, "%s: %s",
                      pair.side[side]->name, all[k]);
            free(end.state);
        }
    pair_close(&pair);
}

/* Element by element, and of the same gradients: the same bits, whichever way they are rounded. */
Test(cuda_optimizer, a_state_rounded_element_by_element_is_the_cpus)
{
    static const char *const states[] = {"float32", "bfloat16", "stochastic", "frozen"};
    Pair pair = pair_open();
    for (size_t k = 0; k < sizeof states / sizeof *states; k++) {
        char *text = format_text("rf_rmsprop:damping=0.1,decay=0.1,state=%s", states[k]);
        End cpu = walk(pair.side[SIDE_CPU], tall, text),
            device = walk(pair.side[!SIDE_CPU], tall, text);
        cr_assert(cpu.numbers == device.numbers);
        for (int64_t i = 0; i < cpu.numbers; i++)
            cr_expect(cpu.state[i] == device.state[i], "%s: number %d", text, (int)i);
        free(cpu.state);
        free(device.state);
        free(text);
    }
    pair_close(&pair);
}
