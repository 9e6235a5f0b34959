#include "cuda_compare.h"
#include "model_runs.h"

#include <float.h>

static const Case cases[] = {
    {"mlp:layers=2,width=16", &pictures},
    {"cnn:widths=4-5-6,pools=0-1-1", &pictures},
    {"cnn:style=resnet,widths=4-6,blocks=2", &pictures},
    {"vit:patch=2,layers=2,width=8,heads=2", &pictures},
    {"transformer:layers=2,width=16,heads=2,context=11", &text},
    {"transformer:style=llama,layers=2,width=16,heads=4,key_heads=2,context=11", &text},
    {"transformer:layers=1,width=16,heads=2,context=11,dropout=0.1", &text},
    {"transformer:layers=1,width=16,heads=2,context=11,dropout=0.1", &kept},
};
enum { CASES = sizeof cases / sizeof *cases };

static double largest(int64_t count, const real *x)
{
    double most = 0.0;
    for (int64_t k = 0; k < count; k++) most = fmax(most, fabs((double)x[k]));
    return most;
}

/* A gradient is a sum over up to a few thousand products, itself through some twenty layers: its
 * rounding is some hundred units in the last place of the largest. */
Test(cuda_model, loss_and_gradient_of_every_model_are_the_cpus)
{
    need_device();
    for (int c = 0; c < CASES; c++) {
        Run run[SIDES] = {open_run(&cases[c], "cpu", ""), open_run(&cases[c], "cuda", "")};
        real *gradient[SIDES];
        double sums[SIDES][HEAD_SUMS] = {{0.0}};
        for (int s = 0; s < SIDES; s++) {
            begin(&run[s]);
            gradient[s] = gradient_of(&run[s], sums[s]);
        }
        double loss = sums[SIDE_CPU][HEAD_LOSS], rows = sums[SIDE_CPU][HEAD_ROWS];
        cr_expect(fabs(sums[SIDE_CUDA][HEAD_LOSS] - loss) <= 64.0 * FLT_EPSILON * loss, "%s",
                  cases[c].model);
        cr_expect(rows > 0.0 && rows == sums[SIDE_CUDA][HEAD_ROWS], "%s", cases[c].model);
        double bound = 256.0 * FLT_EPSILON * largest(run->size, gradient[SIDE_CPU]);
        for (int64_t k = 0; k < run->size; k++)
            cr_assert(fabs((double)(gradient[0][k] - gradient[1][k])) <= bound,
                      "%s: number %lld: cpu %g, cuda %g, bound %g", cases[c].model, (long long)k,
                      (double)gradient[0][k], (double)gradient[1][k], bound);
        for (int s = 0; s < SIDES; s++) {
            free(gradient[s]);
            close_run(&run[s]);
        }
    }
}

/* A step moves a number by the rate, 0.01, times at most |m| / (sqrt(v) + 1e-3), whose error is at
 * most that of the gradient (1e-6, above) over 1e-3; a step's error grows with the curvature in
 * those that follow. 1e-3 of the way that a number may go, and 1e-4 of the loss, hold both. */
Test(cuda_model, training_follows_the_cpus_trajectory)
{
    need_device();
    int64_t steps = steps_asked_for();
    for (int c = 0; c < CASES; c++) {
        Run run[SIDES] = {open_run(&cases[c], "cpu", ""), open_run(&cases[c], "cuda", "")};
        for (int s = 0; s < SIDES; s++) {
            begin(&run[s]);
            train(&run[s], steps);
        }
        for (int r = 1; r <= steps; r++) {
            double want = run[SIDE_CPU].loss[r], have = run[SIDE_CUDA].loss[r];
            cr_assert(fabs(want - have) <= 1e-4 * want, "%s: loss of step %d: cpu %g, cuda %g",
                      cases[c].model, r, want, have);
            want = run[SIDE_CPU].validation[r], have = run[SIDE_CUDA].validation[r];
            cr_assert(isnan(want) || fabs(want - have) <= 1e-4 * want,
                      "%s: validation at step %d: cpu %g, cuda %g", cases[c].model, r, want, have);
        }
        for (int64_t k = 0; k < run->size; k++) {
            double want = (double)run[SIDE_CPU].parameters[k];
            double have = (double)run[SIDE_CUDA].parameters[k];
            cr_assert(fabs(want - have) <= 1e-3 * 0.01 * (double)steps,
                      "%s: number %lld: cpu %g, cuda %g", cases[c].model, (long long)k, want, have);
        }
        for (int s = 0; s < SIDES; s++) close_run(&run[s]);
    }
}

Test(cuda_model, a_run_gives_the_same_bytes_twice_and_without_replaying_its_steps)
{
    need_device();
    for (int c = 0; c < CASES; c++) check_recordings(&cases[c], "");
}
