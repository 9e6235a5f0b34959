#include "attention.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <omp.h>
#include <string.h>

/* Below, at and beyond the tile of 64; odd ones; one head, groups; causal and full. */
static const AttentionShape shapes[] = {
    {1, 1, 1, 1, 1, true},    {1, 1, 1, 1, 8, false},    {3, 1, 4, 2, 5, true},
    {2, 7, 3, 3, 16, true},   {2, 64, 4, 4, 16, true},   {1, 65, 2, 1, 32, true},
    {2, 130, 6, 2, 8, true},  {1, 130, 4, 1, 12, false}, {1, 193, 1, 1, 64, true},
    {2, 63, 2, 2, 31, false}, {1, 256, 2, 2, 64, false},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Scores of n terms are off by (n + 2) u Σ|q k| / sqrt(n), an exponential by as much relatively
 * and 2 u more, sums of up to T of them by T u at most; y is an average of values. */
static double relative_bound(const Case *c, double scale)
{
    double u = 0.5 * FLT_EPSILON, n = (double)c->shape.head_size;
    double score = (n + 2.0) * u * scale * scale * sqrt(n) * 2.0;
    return 2.0 * score + ((double)c->shape.context + 8.0) * u;
}

static void expect_forward(const Case *c, double bound)
{
    const AttentionShape *s = &c->shape;
    double *p = alloc_zeroed((size_t)s->context, sizeof *p);
    for (int64_t b = 0; b < s->batch; b++)
        for (int64_t h = 0; h < s->heads; h++)
            for (int64_t t = 0; t < s->context; t++) {
                int64_t g = h / (s->heads / s->key_heads);
                double log_sum = case_probabilities(c, b, t, h, p);
                real found = c->log_sums[(b * s->heads + h) * s->context + t];
                cr_assert(epsilon_eq(dbl, found, log_sum, bound * (1.0 + fabs(log_sum))));
                for (int64_t j = 0; j < s->head_size; j++) {
                    double y = 0.0, size = 0.0;
                    for (int64_t k = 0; k < s->context; k++) {
                        double term = p[k] * c->qkv[case_value(c, b, k, g) + j];
                        y += term, size += fabs(term);
                    }
                    cr_assert(epsilon_eq(dbl, c->y[case_out(c, b, t, h) + j], y, bound * size));
                }
            }
    free(p);
}

Test(attention, forward_is_the_weighted_mean_of_the_definition)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 1.0);
        case_forward(backend, &c);
        expect_forward(&c, relative_bound(&c, 1.0));
        case_free(&c);
    }
    backend->close(backend);
}

/* dq, dk, dv by the definition, with the sizes of their terms. */
static void define_backward(const Case *c, double *d, double *size)
{
    const AttentionShape *s = &c->shape;
    double *p = alloc_zeroed((size_t)s->context, sizeof *p),
           *dp = alloc_zeroed((size_t)s->context, sizeof *dp);
    double scale = 1.0 / sqrt((double)s->head_size);
    for (int64_t b = 0; b < s->batch; b++)
        for (int64_t h = 0; h < s->heads; h++)
            for (int64_t t = 0; t < s->context; t++) {
                int64_t g = h / (s->heads / s->key_heads), q = case_query(c, b, t, h);
                const real *dy = c->dy + case_out(c, b, t, h);
                double mean = 0.0, mean_size = 0.0;
                case_probabilities(c, b, t, h, p);
                for (int64_t k = 0; k < s->context; k++) {
                    int64_t v = case_value(c, b, k, g);
                    dp[k] = 0.0;
                    for (int64_t j = 0; j < s->head_size; j++) {
                        dp[k] += (double)dy[j] * c->qkv[v + j];
                        mean_size += p[k] * fabs((double)dy[j] * c->qkv[v + j]);
                        d[v + j] += p[k] * dy[j];
                        size[v + j] += p[k] * fabs((double)dy[j]);
                    }
                    mean += p[k] * dp[k];
                }
                for (int64_t k = 0; k < s->context; k++)
                    for (int64_t j = 0; j < s->head_size; j++) {
                        int64_t key = case_key(c, b, k, g);
                        double ds = scale * p[k] * (dp[k] - mean);
                        double ds_size = scale * p[k] * (fabs(dp[k]) + mean_size);
                        d[q + j] += ds * c->qkv[key + j];
                        d[key + j] += ds * c->qkv[q + j];
                        size[q + j] += ds_size * fabs((double)c->qkv[key + j]);
                        size[key + j] += ds_size * fabs((double)c->qkv[q + j]);
                    }
            }
    free(p), free(dp);
}

Test(attention, backward_is_the_gradient_of_the_definition)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 1.0);
        int64_t n = c.rows * c.packed;
        double *d = alloc_zeroed((size_t)n, sizeof *d),
               *size = alloc_zeroed((size_t)n, sizeof *size);
        case_forward(backend, &c);
        for (int64_t i = 0; i < n; i++) c.dqkv[i] = NAN; /* it is overwritten */
        case_backward(backend, &c);
        define_backward(&c, d, size);
        /* P once more, then sums over heads of a group, positions and head_size. */
        double bound = 3.0 * relative_bound(&c, 1.0);
        for (int64_t i = 0; i < n; i++)
            cr_assert(epsilon_eq(dbl, c.dqkv[i], d[i], bound * size[i]), "shape %d, number %ld", k,
                      (long)i);
        free(d), free(size);
        case_free(&c);
    }
    backend->close(backend);
}

Test(attention, the_future_does_not_change_the_past)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 1.0), other = case_create(shapes[k], 1.0);
        for (int64_t t = 0; t + 1 < c.shape.context && c.shape.causal; t += 13) {
            for (int64_t b = 0; b < c.shape.batch; b++)
                for (int64_t j = 0; j < c.packed; j++)
                    other.qkv[(b * c.shape.context + t + 1) * c.packed + j] += 3;
            case_forward(backend, &c);
            case_forward(backend, &other);
            for (int64_t b = 0; b < c.shape.batch; b++)
                cr_assert(
                    zero(int, memcmp(c.y + case_out(&c, b, 0, 0), other.y + case_out(&c, b, 0, 0),
                                     (size_t)((t + 1) * c.width) * sizeof(real))));
            cr_assert(ne(int, memcmp(c.y, other.y, (size_t)(c.rows * c.width) * sizeof(real)), 0),
                      "and it does change the future");
            memcpy(other.qkv, c.qkv, (size_t)(c.rows * c.packed) * sizeof(real));
        }
        case_free(&c), case_free(&other);
    }
    backend->close(backend);
}

Test(attention, the_first_query_of_a_causal_head_copies_the_first_value)
{
    Backend *backend = backend_cpu();
    Case c = case_create((AttentionShape){2, 65, 2, 2, 16, true}, 1.0);
    case_forward(backend, &c);
    for (int64_t b = 0; b < 2; b++)
        for (int64_t j = 0; j < 32; j++)
            cr_expect(eq(flt, c.y[case_out(&c, b, 0, 0) + j], c.qkv[case_value(&c, b, 0, 0) + j]));
    case_free(&c);
    backend->close(backend);
}

Test(attention, equal_values_come_out_whatever_the_scores)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 3.0);
        for (int64_t b = 0; b < c.shape.batch; b++)
            for (int64_t t = 0; t < c.shape.context; t++)
                for (int64_t j = 0; j < c.shape.key_heads * c.shape.head_size; j++)
                    c.qkv[case_value(&c, b, t, 0) + j] = (real)0.75;
        case_forward(backend, &c);
        /* Both Σ p v and Σ p round T times at most. */
        double bound = (2.0 * (double)c.shape.context + 4.0) * 0.5 * FLT_EPSILON;
        for (int64_t i = 0; i < c.rows * c.width; i++)
            cr_assert(epsilon_eq(dbl, c.y[i], 0.75, 0.75 * bound));
        case_free(&c);
    }
    backend->close(backend);
}

Test(attention, a_shift_of_all_scores_of_a_query_changes_nothing_but_the_log_sum)
{
    /* A number added to one coordinate of all keys shifts the scores of query t by that times
     * the query's coordinate; Σ_k dS = 0 is the same fact backwards: the gradients of the keys
     * add up to 0. */
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 1.0);
        case_forward(backend, &c);
        case_backward(backend, &c);
        for (int64_t b = 0; b < c.shape.batch; b++)
            for (int64_t j = 0; j < c.shape.key_heads * c.shape.head_size; j++) {
                double sum = 0.0, size = 0.0;
                for (int64_t t = 0; t < c.shape.context; t++) {
                    double d = c.dqkv[case_key(&c, b, t, 0) + j];
                    sum += d, size += fabs(d);
                }
                double heads = (double)(c.shape.context * c.shape.heads);
                cr_assert(epsilon_eq(dbl, sum, 0.0, 1e-6 * (size + sqrt(heads)) * 4.0));
            }
        case_free(&c);
    }
    backend->close(backend);
}

Test(attention, scores_of_ten_thousand_stay_finite)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_create(shapes[k], 100.0);
        case_forward(backend, &c);
        case_backward(backend, &c);
        for (int64_t i = 0; i < c.rows * c.width; i++) cr_assert(isfinite(c.y[i]));
        for (int64_t i = 0; i < c.rows * c.packed; i++) cr_assert(isfinite(c.dqkv[i]));
        case_free(&c);
    }
    backend->close(backend);
}

Test(attention, a_nan_is_not_hidden)
{
    Backend *backend = backend_cpu();
    Case c = case_create((AttentionShape){1, 70, 1, 1, 8, true}, 1.0);
    c.qkv[case_key(&c, 0, 3, 0)] = NAN;
    case_forward(backend, &c);
    cr_expect(isfinite(c.y[case_out(&c, 0, 2, 0)]));
    cr_expect(isnan(c.y[case_out(&c, 0, 3, 0)]) && isnan(c.y[case_out(&c, 0, 69, 0)]));
    case_free(&c);
    backend->close(backend);
}

Test(attention, any_number_of_threads_gives_the_same_bytes)
{
    for (int k = 0; k < SHAPES; k++) {
        Case one = case_create(shapes[k], 1.0);
        for (int threads = 1; threads <= 8; threads *= 2) {
            omp_set_num_threads(threads);
            Backend *backend = backend_cpu();
            Case c = case_create(shapes[k], 1.0);
            case_forward(backend, &c);
            case_backward(backend, &c);
            if (threads == 1) {
                memcpy(one.y, c.y, (size_t)(c.rows * c.width) * sizeof(real));
                memcpy(one.dqkv, c.dqkv, (size_t)(c.rows * c.packed) * sizeof(real));
            }
            cr_assert(zero(int, memcmp(one.y, c.y, (size_t)(c.rows * c.width) * sizeof(real))));
            cr_assert(
                zero(int, memcmp(one.dqkv, c.dqkv, (size_t)(c.rows * c.packed) * sizeof(real))));
            case_free(&c);
            backend->close(backend);
        }
        case_free(&one);
    }
}
