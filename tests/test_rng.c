#include "base/rng.h"

#include "io/csv.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

Test(rng, the_first_block_is_the_published_philox_answer)
{
    /* Random123, kat_vectors: philox4x32-10, counter 0, key 0. */
    static const uint32_t answer[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    Rng rng = rng_stream(0, 0, RNG_DATA);
    for (int i = 0; i < 4; i++) cr_expect(eq(u32, rng_u32(&rng), answer[i]));
}

Test(rng, seed_trial_use_and_index_are_key_and_counter_as_in_an_independent_philox)
{
    Csv *golden = csv_read("tests/golden/rng.csv");
    cr_assert(eq(i64, csv_rows(golden), 120));
    for (int64_t r = 0; r < csv_rows(golden); r++) {
        uint64_t seed = (uint64_t)csv_int(golden, r, 0) << 32 | (uint64_t)csv_int(golden, r, 1);
        Rng rng = rng_stream(seed, (uint32_t)csv_int(golden, r, 2), (RngUse)csv_int(golden, r, 3));
        rng.index = (uint64_t)csv_int(golden, r, 4);
        cr_expect(eq(u32, rng_u32(&rng), (uint32_t)csv_int(golden, r, 5)), "row %ld", (long)r);
    }
    csv_free(golden);
}

Test(rng, a_stream_does_not_depend_on_what_ran_before)
{
    Rng other = rng_stream(7, 0, RNG_INIT);
    for (int i = 0; i < 100; i++) rng_u32(&other);
    Rng a = rng_stream(7, 3, RNG_BATCH), b = rng_stream(7, 3, RNG_BATCH);
    for (int i = 0; i < 100; i++) cr_assert(eq(u32, rng_u32(&a), rng_u32(&b)));
}

Test(rng, numbers_do_not_depend_on_how_the_words_before_them_were_drawn)
{
    /* A uniform takes two words and a normal four, wherever a block of four begins. */
    for (int before = 0; before < 9; before++) {
        Rng a = rng_stream(5, 1, RNG_NOISE), b = a, c = a;
        for (int i = 0; i < before; i++) rng_u32(&a);
        b.index = (uint64_t)before;
        cr_expect(eq(dbl, rng_normal(&a), rng_normal(&b)));
        cr_expect(eq(u64, a.index, (uint64_t)before + 4));
        c.index = (uint64_t)before + 4;
        cr_expect(eq(dbl, rng_uniform(&a), rng_uniform(&c)));
        cr_expect(eq(u64, a.index, (uint64_t)before + 6));
    }
}

Test(rng, many_words_at_once_are_those_of_one_at_a_time)
{
    uint32_t words[300];
    for (int before = 0; before < 6; before++)
        for (int count = 0; count <= 300; count += count < 70 ? 1 : 23) {
            Rng a = rng_stream(7ULL << 32 | 3, 5, RNG_NOISE);
            a.index = (1ULL << 34) - 80 + (uint64_t)before; /* block numbers pass 2^32 */
            Rng b = a;
            rng_fill_u32(&a, count, words);
            for (int i = 0; i < count; i++) cr_assert(eq(u32, words[i], rng_u32(&b)));
            cr_assert(eq(u64, a.index, b.index));
        }
}

Test(rng, streams_of_other_seeds_trials_and_uses_differ)
{
    Rng streams[] = {rng_stream(1, 0, RNG_DATA), rng_stream(2, 0, RNG_DATA),
                     rng_stream(1ULL << 32, 0, RNG_DATA), rng_stream(1, 1, RNG_DATA),
                     rng_stream(1, 0, RNG_INIT)};
    double first[5];
    for (int i = 0; i < 5; i++) {
        first[i] = rng_uniform(&streams[i]);
        for (int j = 0; j < i; j++) cr_expect(ne(dbl, first[i], first[j]));
    }
}

/* The tests below are of fixed seeds, hence never flaky; the rates say how often a sound
 * generator would fail them under another seed. */

Test(rng, uniforms_lie_inside_the_unit_interval_and_fill_it_evenly)
{
    enum { N = 200000, BINS = 20 };
    int64_t count[BINS] = {0};
    double sum = 0.0, squares = 0.0;
    Rng rng = rng_stream(1, 0, RNG_DATA);
    for (int i = 0; i < N; i++) {
        double u = rng_uniform(&rng);
        cr_assert(gt(dbl, u, 0.0));
        cr_assert(lt(dbl, u, 1.0));
        count[(int)(u * BINS)]++;
        sum += u;
        squares += (u - 0.5) * (u - 0.5);
    }
    double five_sigma = 5.0 / sqrt(N); /* once in two million seeds, each */
    cr_expect(epsilon_eq(dbl, sum / N, 0.5, five_sigma * sqrt(1.0 / 12.0)));
    cr_expect(epsilon_eq(dbl, squares / N, 1.0 / 12.0, five_sigma * sqrt(1.0 / 180.0)));

    double chi_square = 0.0, expected = (double)N / BINS;
    for (int b = 0; b < BINS; b++)
        chi_square += ((double)count[b] - expected) * ((double)count[b] - expected) / expected;
    cr_expect(lt(dbl, chi_square, 64.0)); /* 19 degrees of freedom: once in a million seeds */
}

Test(rng, normals_have_the_moments_and_tails_of_the_normal_distribution)
{
    enum { N = 200000 };
    double sum = 0.0, squares = 0.0, cubes = 0.0, fourths = 0.0;
    int64_t beyond_two = 0;
    Rng rng = rng_stream(1, 0, RNG_NOISE);
    for (int i = 0; i < N; i++) {
        double z = rng_normal(&rng);
        sum += z;
        squares += z * z;
        cubes += z * z * z;
        fourths += z * z * z * z;
        beyond_two += fabs(z) > 2.0;
    }
    double five_sigma = 5.0 / sqrt(N); /* once in two million seeds, each */
    cr_expect(epsilon_eq(dbl, sum / N, 0.0, five_sigma));
    cr_expect(epsilon_eq(dbl, squares / N, 1.0, five_sigma * sqrt(2.0)));
    cr_expect(epsilon_eq(dbl, cubes / N, 0.0, five_sigma * sqrt(15.0)));
    cr_expect(epsilon_eq(dbl, fourths / N, 3.0, five_sigma * sqrt(96.0)));
    double share = erfc(2.0 / M_SQRT2);
    cr_expect(epsilon_eq(dbl, (double)beyond_two / N, share, five_sigma * sqrt(share)));
}

Test(rng, normals_are_made_of_uniforms_by_box_and_muller)
{
    Rng a = rng_stream(4, 0, RNG_NOISE), b = a;
    for (int i = 0; i < 100; i++) {
        double u = rng_uniform(&b), v = rng_uniform(&b);
        cr_expect(eq(dbl, rng_normal(&a), sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v)));
    }
}

/* Several blocks of lanes and a rest, from a place inside a block of Philox. */
Test(rng, filling_with_normals_is_drawing_them_one_by_one)
{
    enum { N = 200 };
    double filled[N];
    Rng a = rng_stream(3, 2, RNG_INIT);
    rng_u32(&a);
    Rng b = a;
    rng_fill_normal(&a, N, 0.25, filled);
    for (int i = 0; i < N; i++) cr_expect(filled[i] == 0.25 * rng_normal(&b), "number %d", i);
    cr_expect(a.index == b.index);
}

Test(rng, numbers_below_a_count_are_uniform_even_for_huge_counts)
{
    enum { N = 60000 };
    int64_t count[6] = {0};
    Rng rng = rng_stream(1, 0, RNG_BOOTSTRAP);
    for (int i = 0; i < N; i++) count[rng_below(&rng, 6)]++;
    double five_sigma = 5.0 * sqrt(N / 6.0 * 5.0 / 6.0); /* once in two million seeds, each */
    for (int k = 0; k < 6; k++) cr_expect(epsilon_eq(dbl, (double)count[k], N / 6.0, five_sigma));

    /* 2^64 = 2 2/3 times this count: words modulo it, without rejection, would fall into the
     * lowest third 3/8 of the time. */
    int64_t huge = 3LL << 61, lowest = 0;
    for (int i = 0; i < N; i++) {
        int64_t drawn = rng_below(&rng, huge);
        cr_assert(ge(i64, drawn, 0));
        cr_assert(lt(i64, drawn, huge));
        lowest += drawn < huge / 3;
    }
    cr_expect(epsilon_eq(dbl, (double)lowest, N / 3.0, 5.0 * sqrt(N * 2.0 / 9.0)));
    cr_expect(eq(i64, rng_below(&rng, 1), 0));
}

Test(rng, a_shuffle_keeps_the_items_and_reaches_every_order_equally)
{
    enum { N = 24000 };
    int64_t count[24] = {0};
    Rng rng = rng_stream(1, 0, RNG_SPLIT);
    for (int i = 0; i < N; i++) {
        int64_t items[4] = {0, 1, 2, 3};
        rng_shuffle(&rng, 4, items);
        int64_t seen = 0, order = 0;
        for (int k = 0; k < 4; k++) {
            seen |= 1LL << items[k];
            int64_t smaller = 0;
            for (int j = k + 1; j < 4; j++) smaller += items[j] < items[k];
            order = order * (4 - k) + smaller;
        }
        cr_assert(eq(i64, seen, 15));
        count[order]++;
    }
    double chi_square = 0.0;
    for (int k = 0; k < 24; k++)
        chi_square += ((double)count[k] - 1000.0) * ((double)count[k] - 1000.0) / 1000.0;
    cr_expect(lt(dbl, chi_square, 71.0)); /* 23 degrees of freedom: once in a million seeds */
}
