/* Transformers whose activations the device keeps in bfloat16, against the CPU's in float32. */
#include "cuda_compare.h"
#include "model_runs.h"

/* Widths of whole and of broken pieces; heads of 3 to 64 numbers. */
static const Case cases[] = {
    {"transformer:layers=2,width=16,heads=2,context=11", &text},
    {"transformer:style=llama,layers=2,width=16,heads=4,key_heads=2,context=11", &text},
    {"transformer:layers=1,width=24,heads=3,context=11,tied=0,dropout=0.1", &kept},
    {"transformer:layers=1,width=6,heads=2,context=11,tied=0", &text},
    {"transformer:style=llama,layers=1,width=64,heads=1,context=11", &text},
};
enum { CASES = sizeof cases / sizeof *cases };

/* How far two lists of numbers are apart, in the length of the first. */
static double distance(int64_t count, const real *want, const real *have)
{
    double apart = 0.0, length = 0.0;
    for (int64_t k = 0; k < count; k++) {
        double difference = (double)have[k] - (double)want[k];
        apart += difference * difference;
        length += (double)want[k] * (double)want[k];
    }
    return sqrt(apart / length);
}

/* A number that is rounded to 8 bits is off by at most 2^-8 of its size, many of them by 2^-9 in
 * the mean square. Some ten numbers are rounded one after the other in a block on the way there, as
 * many on the way back, 40 in two blocks; such errors have no sign in common, so that they add in
 * squares. Twice that is for parameters of few numbers. Below a quarter of one rounding nothing
 * would have been rounded. */
static void check_gradients(const Case *c, const ParameterTable *table, real *gradient[SIDES])
{
    double bound = 2.0 * 0x1p-9 * sqrt(40.0);
    for (int p = 0; p < table->count; p++) {
        Matrix of = table->item[p].gradient;
        int64_t at = matrix_reals(of) - table->gradients;
        double apart =
            distance(matrix_count(of), gradient[SIDE_CPU] + at, gradient[SIDE_CUDA] + at);
        cr_expect(apart > 0x1p-11 && apart < bound, "%s: %s: %.3g apart, bound %.3g", c->model,
                  table->item[p].name, apart, bound);
    }
}

/* The loss at the start is ln(classes), to which logits of some 0.1 add 1 %; these are wrong by 1
 * %, each row's in its own direction. */
Test(cuda_model_half, loss_and_gradient_of_each_parameter_are_near_the_cpus)
{
    need_device();
    for (int c = 0; c < CASES; c++) {
        Run run[SIDES] = {open_run(&cases[c], "cpu", ""), open_run(&cases[c], "cuda", "bfloat16")};
        double sums[SIDES][HEAD_SUMS] = {{0.0}};
        real *gradient[SIDES];
        for (int s = 0; s < SIDES; s++) {
            begin(&run[s]);
            gradient[s] = gradient_of(&run[s], sums[s]);
        }
        double loss = sums[SIDE_CPU][HEAD_LOSS], rows = sums[SIDE_CPU][HEAD_ROWS];
        cr_expect(fabs(sums[SIDE_CUDA][HEAD_LOSS] - loss) <= 2e-4 * loss, "%s", cases[c].model);
        cr_expect(rows > 0.0 && rows == sums[SIDE_CUDA][HEAD_ROWS], "%s", cases[c].model);
        check_gradients(&cases[c], run->problem->parameters, gradient);
        for (int s = 0; s < SIDES; s++) {
            free(gradient[s]);
            close_run(&run[s]);
        }
    }
}

/* Gradients that are 0.5 % wrong make steps that are; the curvature makes a step's error grow in
 * those that follow. In float32, noise of 0.5 % in every gradient moves the losses of these models
 * by up to 0.7 %; here the loss itself is rounded on its way, too, and the gradients get worse as
 * they get small: four times that. */
Test(cuda_model_half, training_follows_the_cpus_trajectory)
{
    need_device();
    enum { STEPS = 50 };
    for (int c = 0; c < CASES; c++) {
        Run run[SIDES] = {open_run(&cases[c], "cpu", ""), open_run(&cases[c], "cuda", "bfloat16")};
        for (int s = 0; s < SIDES; s++) {
            begin(&run[s]);
            train(&run[s], STEPS);
        }
        for (int r = 1; r <= STEPS; r++) {
            double want = run[SIDE_CPU].loss[r], have = run[SIDE_CUDA].loss[r];
            cr_expect(fabs(want - have) <= 0.03 * want, "%s: loss of step %d: cpu %g, cuda %g",
                      cases[c].model, r, want, have);
            want = run[SIDE_CPU].validation[r], have = run[SIDE_CUDA].validation[r];
            cr_expect(isnan(want) || fabs(want - have) <= 0.03 * want,
                      "%s: validation at step %d: cpu %g, cuda %g", cases[c].model, r, want, have);
        }
        cr_expect(run[SIDE_CUDA].loss[STEPS] < 0.7 * run[SIDE_CUDA].loss[1], "%s", cases[c].model);
        for (int s = 0; s < SIDES; s++) close_run(&run[s]);
    }
}

/* Layers 0 and 1 are the embedding and what follows it; the gradient of 0 arrives. */
Test(cuda_model_half, transformers_keep_bfloat16_and_other_models_reals)
{
    need_device();
    static const Case other = {"vit:patch=2,layers=1,width=8,heads=2", &pictures};
    for (int c = 0; c <= CASES; c++) {
        Run run = open_run(c < CASES ? &cases[c] : &other, "cuda", "bfloat16");
        Dtype want = c < CASES ? DTYPE_BFLOAT16 : (Dtype)DTYPE_REAL;
        cr_expect(model_output(run.model, 1).dtype == want, "%s", run.of->model);
        cr_expect(model_gradient(run.model, 0).dtype == want, "%s", run.of->model);
        begin(&run);
        close_run(&run);
    }
}

Test(cuda_model_half, a_run_gives_the_same_bytes_twice_and_without_replaying_its_steps)
{
    need_device();
    for (int c = 0; c < CASES; c++) check_recordings(&cases[c], "bfloat16");
}
