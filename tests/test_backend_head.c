#include "head.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <omp.h>
#include <string.h>

/* rows, width, classes: around blocks of 64 rows, tiles of 512 classes and parts of 8 tiles; the
 * last has two chunks of rows. */
static const int64_t shapes[][3] = {{1, 1, 1},      {1, 5, 2},      {7, 3, 10},    {64, 16, 256},
                                    {65, 8, 511},   {130, 9, 513},  {70, 4, 1025}, {66, 7, 4097},
                                    {200, 2, 9000}, {150, 1, 50257}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static Case create(Backend *backend, int k, double scale)
{
    return case_create(backend, shapes[k][0], shapes[k][1], shapes[k][2], scale);
}

/* A logit of w terms is off by (w + 1) u Σ|terms|; Σ|terms| of a row is below 4 scale sqrt(w) + 4
 * scale here (normal numbers). An exponential is relatively as much off, and 4 u. A sum in lanes
 * over a tile adds less than 64 u. */
static double relative_bound(const Case *c, double scale)
{
    double u = 0.5 * FLT_EPSILON, w = (double)c->width;
    return (w + 1.0) * u * scale * (4.0 * sqrt(w) + 4.0) + 70.0 * u;
}

static void expect_sums(const Case *c, double bound)
{
    double *p = alloc_zeroed((size_t)c->classes, sizeof *p);
    double loss = 0.0, correct = 0.0, rows = 0.0;
    for (int64_t r = 0; r < c->rows; r++) {
        if (c->labels[r] < 0) continue;
        loss += case_loss(c, r, p);
        bool is_largest = true;
        for (int64_t k = 0; k < c->classes; k++) is_largest &= p[k] <= p[c->labels[r]];
        correct += is_largest, rows += 1.0;
    }
    cr_expect(epsilon_eq(dbl, c->sums[HEAD_LOSS], loss, 3.0 * bound * rows + 1e-12 * loss));
    cr_expect(eq(dbl, c->sums[HEAD_CORRECT], correct));
    cr_expect(eq(dbl, c->sums[HEAD_ROWS], rows));
    free(p);
}

Test(head, loss_and_counts_are_those_of_the_definition)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = create(backend, k, 1.0);
        for (int smooth = 0; smooth < 2; smooth++) {
            memset(c.sums, 0, sizeof c.sums);
            c.head.smoothing = smooth ? (real)0.25 : 0;
            case_run(backend, &c);
            expect_sums(&c, relative_bound(&c, 1.0));
        }
        case_free(&c);
    }
    backend->close(backend);
}

/* Slopes (p − q) / rows, one row after the other; sizes of the sums' terms beside. */
static void define_gradients(const Case *c, double *dx, double *dw, double *db, double *sizes[3])
{
    double *p = alloc_zeroed((size_t)c->classes, sizeof *p), rows = 0.0;
    for (int64_t r = 0; r < c->rows; r++) rows += c->labels[r] >= 0;
    for (int64_t r = 0; r < c->rows; r++) {
        if (c->labels[r] < 0) continue;
        case_loss(c, r, p);
        for (int64_t k = 0; k < c->classes; k++) {
            double slope = (p[k] - case_target(c, r, k)) / rows;
            double size = (p[k] + case_target(c, r, k)) / rows;
            db[k] += slope, sizes[2][k] += size;
            for (int64_t j = 0; j < c->width; j++) {
                double x = c->x[r * c->width + j], w = c->weight[k * c->width + j];
                dx[r * c->width + j] += slope * w, sizes[0][r * c->width + j] += size * fabs(w);
                dw[k * c->width + j] += slope * x, sizes[1][k * c->width + j] += size * fabs(x);
            }
        }
    }
    free(p);
}

static void expect_near(int64_t n, const real *found, const double *expected, const double *size,
                        double bound, const char *what)
{
    for (int64_t i = 0; i < n; i++)
        cr_assert(epsilon_eq(dbl, found[i], expected[i], bound * size[i]), "%s %ld", what, (long)i);
}

static void expect_gradients(const Case *c, double bound)
{
    int64_t n[] = {c->rows * c->width, c->classes * c->width, c->classes};
    double *d[3], *size[3];
    for (int k = 0; k < 3; k++) {
        d[k] = alloc_zeroed((size_t)n[k], sizeof(double));
        size[k] = alloc_zeroed((size_t)n[k], sizeof(double));
    }
    define_gradients(c, d[0], d[1], d[2], size);
    /* Sums over classes and over rows round once a term, in lanes and tiles. */
    double u = 0.5 * FLT_EPSILON;
    expect_near(n[0], c->dx, d[0], size[0], bound + 600.0 * u, "dx");
    expect_near(n[1], c->dweight, d[1], size[1], bound + (double)c->rows * u, "dweight");
    expect_near(n[2], c->dbias, d[2], size[2], bound + (double)c->rows * u, "dbias");
    for (int k = 0; k < 3; k++) free(d[k]), free(size[k]);
}

Test(head, gradients_are_those_of_the_mean_loss_over_the_rows_that_count)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++)
        for (int smooth = 0; smooth < 2; smooth++) {
            Case c = create(backend, k, 1.0);
            c.head.smoothing = smooth ? (real)0.25 : 0;
            case_run(backend, &c);
            expect_gradients(&c, 3.0 * relative_bound(&c, 1.0));
            case_free(&c);
        }
    backend->close(backend);
}

Test(head, gradients_of_parameters_add_and_that_of_x_is_overwritten)
{
    Backend *backend = backend_cpu();
    Case once = case_create(backend, 130, 9, 513, 1.0),
         twice = case_create(backend, 130, 9, 513, 1.0);
    case_run(backend, &once);
    case_run(backend, &twice);
    case_run(backend, &twice);
    double loss = 2.0 * once.sums[HEAD_LOSS]; /* two sums of doubles in another order */
    cr_expect(epsilon_eq(dbl, twice.sums[HEAD_LOSS], loss, 1e-12 * loss));
    cr_expect(eq(dbl, twice.sums[HEAD_ROWS], 2.0 * once.sums[HEAD_ROWS]));
    for (int64_t i = 0; i < 513 * 9; i++)
        cr_assert(epsilon_eq(dbl, twice.dweight[i], 2.0 * once.dweight[i], 1e-6));
    for (int64_t i = 0; i < 513; i++)
        cr_assert(epsilon_eq(dbl, twice.dbias[i], 2.0 * once.dbias[i], 1e-6));
    cr_expect(zero(int, memcmp(once.dx, twice.dx, 130 * 9 * sizeof(real))));
    case_free(&once), case_free(&twice);
    backend->close(backend);
}

Test(head, zero_weights_lose_the_logarithm_of_the_number_of_classes)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++)
        for (int smooth = 0; smooth < 2; smooth++) {
            Case c = create(backend, k, 0.0);
            c.head.smoothing = smooth ? (real)0.5 : 0;
            case_run(backend, &c);
            double loss = c.sums[HEAD_LOSS] / c.sums[HEAD_ROWS];
            cr_expect(epsilon_eq(dbl, loss, log((double)c.classes), 1e-12 * loss + 1e-15));
            case_free(&c);
        }
    backend->close(backend);
}

Test(head, among_equal_logits_the_first_class_is_the_answer)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = create(backend, k, 0.0);
        double zeros = 0.0;
        for (int64_t r = 0; r < c.rows; r++) zeros += c.labels[r] == 0;
        case_run(backend, &c);
        cr_expect(eq(dbl, c.sums[HEAD_CORRECT], zeros));
        case_free(&c);
    }
    backend->close(backend);
}

Test(head, smoothing_blends_the_losses_of_one_label_and_of_all)
{
    /* loss(s) = (1 − s) loss(0) + s loss(1): linear in the smoothing, and so are the gradients. */
    Backend *backend = backend_cpu();
    Case c[3];
    const real smoothing[] = {0, 1, (real)0.125};
    for (int k = 0; k < 3; k++) {
        c[k] = case_create(backend, 66, 7, 4097, 2.0);
        c[k].head.smoothing = smoothing[k];
        case_run(backend, &c[k]);
    }
    double blend = 0.875 * c[0].sums[HEAD_LOSS] + 0.125 * c[1].sums[HEAD_LOSS];
    double u = 0.5 * FLT_EPSILON;
    cr_expect(epsilon_eq(dbl, c[2].sums[HEAD_LOSS], blend, 64.0 * u * blend));
    for (int64_t i = 0; i < 66 * 7; i++) {
        double slope = 0.875 * c[0].dx[i] + 0.125 * c[1].dx[i];
        cr_assert(epsilon_eq(dbl, c[2].dx[i], slope, 1e-6));
    }
    for (int k = 0; k < 3; k++) case_free(&c[k]);
    backend->close(backend);
}

Test(head, gradients_of_the_logits_add_up_to_nothing)
{
    /* Σ_k (p_k − q_k) = 0 for each row, hence Σ dbias = 0 up to rounding of terms that sum to 2. */
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = create(backend, k, 2.0);
        case_run(backend, &c);
        double sum = 0.0;
        for (int64_t i = 0; i < c.classes; i++) sum += c.dbias[i];
        cr_expect(epsilon_eq(dbl, sum, 0.0, 2.0 * relative_bound(&c, 2.0)));
        case_free(&c);
    }
    backend->close(backend);
}

Test(head, rows_without_a_label_have_no_gradient_and_do_not_matter)
{
    Backend *backend = backend_cpu();
    Case c = case_create(backend, 130, 9, 513, 1.0), other = case_create(backend, 130, 9, 513, 1.0);
    for (int64_t r = 0; r < 130; r++)
        for (int64_t j = 0; j < 9 && c.labels[r] < 0; j++) other.x[r * 9 + j] = 1e30f;
    case_run(backend, &c);
    case_run(backend, &other);
    for (int64_t r = 0; r < 130; r++)
        for (int64_t j = 0; j < 9 && c.labels[r] < 0; j++)
            cr_assert(eq(flt, other.dx[r * 9 + j], 0));
    cr_expect(eq(dbl, other.sums[HEAD_LOSS], c.sums[HEAD_LOSS]));
    cr_expect(zero(int, memcmp(c.dweight, other.dweight, 513 * 9 * sizeof(real))));
    cr_expect(zero(int, memcmp(c.dbias, other.dbias, 513 * sizeof(real))));
    case_free(&c), case_free(&other);
    backend->close(backend);
}

Test(head, a_batch_without_labels_leaves_everything_as_it_is)
{
    Backend *backend = backend_cpu();
    Case c = case_create(backend, 66, 7, 4097, 1.0);
    for (int64_t r = 0; r < c.rows; r++) c.labels[r] = -1;
    case_run(backend, &c);
    for (int k = 0; k < HEAD_SUMS; k++) cr_expect(eq(dbl, c.sums[k], 0.0));
    for (int64_t i = 0; i < 66 * 7; i++) cr_assert(eq(flt, c.dx[i], 0));
    for (int64_t i = 0; i < 4097 * 7; i++) cr_assert(eq(flt, c.dweight[i], 0));
    case_free(&c);
    backend->close(backend);
}

Test(head, without_dx_only_the_sums_are_found_and_they_are_the_same)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = create(backend, k, 1.0), only = create(backend, k, 1.0);
        only.head.dx = only.head.dweight = only.head.dbias = (Matrix){0};
        case_run(backend, &c);
        case_run(backend, &only);
        cr_expect(zero(int, memcmp(c.sums, only.sums, sizeof c.sums)));
        case_free(&c), case_free(&only);
    }
    backend->close(backend);
}

Test(head, logits_of_ten_thousand_stay_finite_and_a_nan_is_not_hidden)
{
    Backend *backend = backend_cpu();
    Case c = case_create(backend, 66, 7, 1025, 1e4);
    case_run(backend, &c);
    cr_expect(isfinite(c.sums[HEAD_LOSS]) && c.sums[HEAD_LOSS] > 0.0);
    for (int64_t i = 0; i < 1025 * 7; i++) cr_assert(isfinite(c.dweight[i]));
    c.x[0] = NAN;
    case_run(backend, &c);
    cr_expect(isnan(c.sums[HEAD_LOSS]) && isnan(c.dx[0]) && isnan(c.dweight[0]));
    case_free(&c);
    backend->close(backend);
}

Test(head, any_number_of_threads_gives_the_same_bytes)
{
    for (int k = 0; k < SHAPES; k++) {
        Backend *backend = backend_cpu();
        Case one = create(backend, k, 1.0);
        omp_set_num_threads(1);
        case_run(backend, &one);
        for (int threads = 2; threads <= 8; threads *= 2) {
            Case c = create(backend, k, 1.0);
            omp_set_num_threads(threads);
            case_run(backend, &c);
            cr_assert(zero(int, memcmp(one.sums, c.sums, sizeof c.sums)));
            cr_assert(zero(int, memcmp(one.dx, c.dx, (size_t)(c.rows * c.width) * sizeof(real))));
            cr_assert(zero(
                int, memcmp(one.dweight, c.dweight, (size_t)(c.classes * c.width) * sizeof(real))));
            cr_assert(zero(int, memcmp(one.dbias, c.dbias, (size_t)c.classes * sizeof(real))));
            case_free(&c);
        }
        case_free(&one);
        backend->close(backend);
    }
}
