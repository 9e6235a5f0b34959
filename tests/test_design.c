#include "compute/design.h"

#include "designs.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>

Test(design, a_new_matrix_is_zero_and_each_row_counts_once)
{
    Design *design = design_create(3, 5);
    double row[5];
    for (int64_t i = 0; i < 3; i++) {
        design_get_row(design, i, row);
        for (int j = 0; j < 5; j++) cr_expect(eq(dbl, row[j], 0.0));
        cr_expect(eq(dbl, design->factor[i], 1.0));
    }
    cr_expect(eq(dbl, design->total, 3.0));
    design_free(design);
}

Test(design, rows_start_aligned_and_end_in_zeros)
{
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_BYTES; storage++) {
        Design *design = design_of(7, 13, storage);
        design_narrow(design);
        cr_assert(eq(int, (int)design->storage, (int)storage));
        size_t size = storage == DESIGN_FLOAT64 ? 8 : storage == DESIGN_FLOAT32 ? 4 : 1;
        for (int64_t i = 0; i < 7; i++) {
            const char *row = (const char *)design->features + (size_t)(i * design->stride) * size;
            cr_expect(eq(u64, (uint64_t)(uintptr_t)row % 32, 0));
            for (size_t at = 13 * size; at < (size_t)design->stride * size; at++)
                cr_expect(eq(int, row[at], 0));
        }
        design_free(design);
    }
}

Test(design, narrowing_finds_the_smallest_exact_type_and_keeps_every_bit)
{
    for (DesignStorage storage = DESIGN_FLOAT64; storage <= DESIGN_BYTES; storage++) {
        Design *wide = design_of(9, 21, storage), *narrow = design_copy(wide);
        design_narrow(narrow);
        cr_expect(eq(int, (int)narrow->storage, (int)storage));
        double a[21], b[21];
        for (int64_t i = 0; i < 9; i++) {
            design_get_row(wide, i, a);
            design_get_row(narrow, i, b);
            cr_expect(eq(int, memcmp(a, b, sizeof a), 0));
            cr_expect(eq(dbl, design_row_norm(wide, i), design_row_norm(narrow, i)));
        }
        design_free(wide);
        design_free(narrow);
    }
}

Test(design, a_number_just_outside_a_type_keeps_the_wider_one)
{
    static const double outside_bytes[] = {-1.0, 256.0, 0.5, NAN, INFINITY};
    for (int k = 0; k < 5; k++) {
        Design *design = design_create(1, 2);
        design_row(design, 0)[1] = outside_bytes[k];
        design_narrow(design);
        cr_expect(ne(int, (int)design->storage, (int)DESIGN_BYTES));
        design_free(design);
    }
    Design *design = design_create(1, 2);
    design_row(design, 0)[1] = 1.0 + DBL_EPSILON;
    design_narrow(design);
    cr_expect(eq(int, (int)design->storage, (int)DESIGN_FLOAT64));
    design_free(design);
}

Test(design, scaling_makes_the_longest_row_as_long_as_asked_and_keeps_the_ratios)
{
    Design *design = design_create(2, 2);
    design_row(design, 0)[0] = 3.0, design_row(design, 0)[1] = 4.0;
    design_row(design, 1)[1] = 2.0;
    design->factor[1] = -1.0;
    design_scale_rows(design, 2.0);
    /* One division and one product: two roundings. */
    cr_expect(epsilon_eq(dbl, design_row_norm(design, 0), 2.0, 2.0 * DBL_EPSILON));
    cr_expect(epsilon_eq(dbl, design_row_norm(design, 1), 0.8, 2.0 * DBL_EPSILON));
    cr_expect(lt(dbl, design->factor[1], 0.0));
    design_free(design);
}

Test(design, the_total_is_the_sum_of_the_weights)
{
    Design *design = design_create(3, 1);
    design_set_weight(design, 1, 199.0);
    cr_expect(eq(dbl, design->total, 201.0));
    design_set_weight(design, 0, 0.5);
    cr_expect(eq(dbl, design->total, 200.5));
    design_free(design);
}

Test(design, a_sparse_row_comes_back_with_its_zeros)
{
    Design *design = design_create_sparse(2, 4, 3);
    design->row_start[1] = 1, design->row_start[2] = 3;
    design->column[0] = 2, design->column[1] = 0, design->column[2] = 3;
    double *value = design->features, row[4];
    value[0] = 5.0, value[1] = 3.0, value[2] = 4.0;
    design->factor[1] = -2.0;
    design_get_row(design, 1, row);
    cr_expect(eq(dbl, row[0], -6.0));
    cr_expect(eq(dbl, row[1], 0.0));
    cr_expect(eq(dbl, row[3], -8.0));
    cr_expect(eq(dbl, design_row_norm(design, 1), 10.0));
    design_free(design);
}

Test(design, bytes_take_an_eighth_of_the_memory)
{
    Design *wide = design_of(100, 64, DESIGN_BYTES), *narrow = design_copy(wide);
    design_narrow(narrow);
    int64_t factors = 100 * (int64_t)sizeof(double);
    cr_expect(eq(i64, design_bytes(wide), 100 * 64 * 8 + factors));
    cr_expect(eq(i64, design_bytes(narrow), 100 * 64 + factors));
    design_free(wide);
    design_free(narrow);
}
