/* Exact coordination modulo a prime: its arithmetic, its recurrences, its sums on every network. */
#include "graph/field.h"
#include "graph/fixed_point.h"
#include "graph/recurrence.h"
#include "dying.h"
#include "talk.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define P FIELD_P

Test(field, its_edges_are_those_of_arithmetic_modulo_p)
{
    cr_expect(eq(u64, P, UINT64_C(2305843009213693951)));
    cr_expect(eq(u64, field_add(P - 1, 1), 0));
    cr_expect(eq(u64, field_add(P - 1, P - 1), P - 2));
    cr_expect(eq(u64, field_minus(0, 1), P - 1));
    cr_expect(eq(u64, field_minus(P - 1, P - 1), 0));
    cr_expect(eq(u64, field_times(P - 1, P - 1), 1), "(-1)^2");
    cr_expect(eq(u64, field_times(P - 1, 0), 0));
    cr_expect(eq(u64, field_times(UINT64_C(1) << 60, 2), 1), "2^61 = 1");
    cr_expect(eq(u64, field_times(UINT64_C(1) << 60, UINT64_C(1) << 60), UINT64_C(1) << 59));
    cr_expect(eq(u64, field_power(3, P - 1), 1), "Fermat");
    cr_expect(not(field_holds(P)));
    cr_expect(field_holds(P - 1) && field_holds(0));
}

/* Python: 1234567890123456789 * 987654321098765432 % (2**61 - 1). */
Test(field, a_product_of_large_numbers_is_that_of_python)
{
    cr_expect(eq(u64, field_times(UINT64_C(1234567890123456789), UINT64_C(987654321098765432)),
                 UINT64_C(960075274131157676)));
}

Test(field, an_inverse_times_its_number_is_one)
{
    const uint64_t numbers[] = {1, 2, 3, 7, 1000, P - 1, P / 2, UINT64_C(1) << 60};
    for (int k = 0; k < 8; k++)
        cr_expect(eq(u64, field_times(numbers[k], field_inverse(numbers[k])), 1));
    cr_expect(eq(u64, field_inverse(2), UINT64_C(1) << 60), "half of 2^61");
}

Test(field, whole_numbers_come_back_with_their_sign)
{
    const int64_t numbers[] = {0, 1, -1, INT64_C(1) << 59, -(INT64_C(1) << 59), P / 2, -(P / 2)};
    for (int k = 0; k < 7; k++) cr_expect(eq(i64, field_whole(field_of(numbers[k])), numbers[k]));
    cr_expect(eq(u64, field_of(-1), P - 1));
}

static void expect_recurrence(int64_t count, const uint64_t *s, int64_t degree, const uint64_t *q)
{
    uint64_t found[64];
    cr_assert(eq(i64, recurrence_find(count, s, found), degree));
    for (int64_t i = 0; i <= degree; i++) cr_expect(eq(u64, found[i], q[i]), "q[%ld]", i);
}

Test(recurrence, known_sequences_obey_their_own)
{
    expect_recurrence(10, (uint64_t[]){1, 1, 2, 3, 5, 8, 13, 21, 34, 55}, 2,
                      (uint64_t[]){P - 1, P - 1, 1}); /* Fibonacci */
    expect_recurrence(6, (uint64_t[]){5, 5, 5, 5, 5, 5}, 1, (uint64_t[]){P - 1, 1});
    expect_recurrence(8, (uint64_t[]){0, 1, 4, 9, 16, 25, 36, 49}, 3,
                      (uint64_t[]){P - 1, 3, P - 3, 1}); /* squares: (t − 1)³ */
    expect_recurrence(6, (uint64_t[]){1, 2, 4, 8, 16, 32}, 1, (uint64_t[]){P - 2, 1});
    expect_recurrence(6, (uint64_t[]){0, 0, 1, 0, 0, 1}, 3, (uint64_t[]){P - 1, 0, 0, 1});
    expect_recurrence(4, (uint64_t[]){0, 0, 0, 0}, 0, (uint64_t[]){1});
}

/* 2 K terms determine a recurrence of K: a random one comes back. */
Test(recurrence, a_random_one_is_found_from_twice_as_many_terms)
{
    enum { K = 30 };
    uint64_t q[K + 1], s[2 * K], found[2 * K + 1];
    Rng rng = rng_stream(1, 0, RNG_DATA);
    for (int i = 0; i < K; i++) {
        q[i] = (uint64_t)rng_u32(&rng) << 29 ^ rng_u32(&rng);
        s[i] = (uint64_t)rng_u32(&rng) << 29 ^ rng_u32(&rng);
    }
    q[K] = 1;
    for (int k = K; k < 2 * K; k++) {
        s[k] = 0;
        for (int i = 0; i < K; i++) s[k] = field_minus(s[k], field_times(q[i], s[k - K + i]));
    }
    cr_assert(eq(i64, recurrence_find(2 * K, s, found), K));
    cr_expect(memcmp(found, q, sizeof q) == 0);
}

Test(recurrence, a_root_at_one_is_divided_out_and_its_absence_seen)
{
    const uint64_t cubed[] = {P - 1, 3, P - 3, 1}, squared[] = {1, P - 2, 1};
    uint64_t quotient[3];
    cr_expect(recurrence_divide(2, cubed, quotient));
    cr_expect(memcmp(quotient, squared, sizeof squared) == 0, "(t − 1)³ / (t − 1)");
    const uint64_t fibonacci[] = {P - 1, P - 1, 1};
    cr_expect(not(recurrence_divide(1, fibonacci, quotient)));
}

/* 64-bit long doubles do not hold the quotient; whole numbers that divide, halves between two
 * doubles and their neighbours do. */
Test(fixed_point, means_are_rounded_once_to_even)
{
    const int64_t odd = (INT64_C(1) << 53) + 1; /* half way between two doubles */
    cr_expect(eq(dbl, fixed_mean(6, 3, 0), 2.0));
    cr_expect(eq(dbl, fixed_mean(-6, 3, 1), -1.0));
    cr_expect(eq(dbl, fixed_mean(0, 7, 40), 0.0));
    cr_expect(eq(dbl, fixed_mean(1, 3, 0), 1.0 / 3.0));
    cr_expect(eq(dbl, fixed_mean(-2, 3, 60), -2.0 / 3.0 * 0x1p-60));
    cr_expect(eq(dbl, fixed_mean(odd, 1, 0), 0x1p53), "to even");
    cr_expect(eq(dbl, fixed_mean(odd + 2, 1, 0), 0x1p53 + 4), "to even");
    cr_expect(eq(dbl, fixed_mean(3 * odd, 3, 0), 0x1p53));
    cr_expect(eq(dbl, fixed_mean(3 * odd + 1, 3, 0), 0x1p53 + 2), "a third above half way");
    cr_expect(eq(dbl, fixed_mean(3 * odd - 1, 3, 0), 0x1p53), "a third below half way");
}

/* Division of two whole numbers below 2^53 is rounded once by the machine too. */
Test(fixed_point, small_means_are_those_of_the_machine)
{
    Rng rng = rng_stream(1, 0, RNG_DATA);
    for (int k = 0; k < 20000; k++) {
        int64_t sum = rng_below(&rng, INT64_C(1) << 53), n = 1 + rng_below(&rng, 1000);
        cr_assert(eq(dbl, fixed_mean(sum, n, 0), (double)sum / (double)n));
        cr_assert(eq(dbl, fixed_mean(-sum, n, 3), -(double)sum / (double)n / 8.0));
    }
}

Test(fixed_point, as_many_places_as_the_sum_has_room_for)
{
    cr_expect(eq(dbl, fixed_exponent(1.0), 1.0));
    cr_expect(eq(dbl, fixed_exponent(-0.75), 0.0));
    cr_expect(isnan(fixed_exponent(INFINITY)) && isnan(fixed_exponent(NAN)));
    for (int64_t n = 1; n <= 1000; n += 37) {
        double largest = nextafter(0x1p10, 0.0);
        int64_t places = fixed_bits(n, fixed_exponent(largest));
        double sum = (double)n * (double)fixed_encode(largest, places);
        cr_expect(sum <= 0x1p60 && sum > 0x1p57, "n = %ld", n);
    }
    cr_expect(eq(i64, fixed_encode(0x1p-1074, fixed_bits(2, fixed_exponent(0x1p-1074))),
                 INT64_C(1) << 57));
}

static const char *const networks[] = {
    "ring:nodes=5",
    "ring:nodes=20",
    "ring:nodes=50",
    "ring:nodes=100",
    "bidirectional_ring:nodes=20",
    "bidirectional_ring:nodes=50",
    "star:nodes=20",
    "star:nodes=50,ring=1",
    "grid:nodes=20",
    "grid:nodes=49",
    "grid:nodes=100",
    "random:nodes=5,share=0.15",
    "random:nodes=20,share=0.15",
    "random:nodes=50,share=0.15",
    "random:nodes=100,share=0.15",
    "sparse:nodes=20",
    "sparse:nodes=50",
    "sparse:nodes=100",
    "exponential:nodes=32",
    "exponential:nodes=100",
    "geometric:nodes=60",
    "geometric:nodes=60,directed=1",
    "unbalanced:nodes=30,pull=0.3",
    "unbalanced:nodes=100,pull=1,back=2",
    "complete:nodes=2",
    "complete:nodes=30",
};
enum { NETWORKS = sizeof networks / sizeof *networks };

/* Values rounded to 2^bits − th parts of the largest add up exactly in __int128. */
static double exact_mean(int64_t n, const double *values, int64_t width, int64_t k)
{
    double largest = 0.0;
    for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs(values[i * width + k]));
    int64_t places = fixed_bits(n, fixed_exponent(largest)), sum = 0;
    for (int64_t i = 0; i < n; i++) sum += fixed_encode(values[i * width + k], places);
    return fixed_mean(sum, n, places);
}

/* (a) bit for bit what whole numbers say; (b) within half a unit of each value's last place and
 * one rounding of the true mean; (c) rounds, messages and bytes as the theory says. */
Test(finite_field, is_exact_on_every_network_to_the_last_bit, .timeout = 60)
{
    enum { WIDTH = 3 };
    for (int g = 0; g < NETWORKS; g++) {
        Talk talk = talk_open("finite_field", networks[g], 1);
        int64_t n = talk.graph->nodes;
        double *values = talk_values(&talk, WIDTH, 99);
        for (int64_t i = 0; i < n; i++) values[i * WIDTH + 1] *= 1e-30 * exp(values[i * WIDTH]);
        double *result = alloc_zeroed((size_t)(n * WIDTH), sizeof *result);
        CoordinationReport report =
            coordination_run(talk.coordination, COORDINATE_MEAN, WIDTH, values, result);
        cr_expect(report.trusted && report.spread == 0.0, "%s", networks[g]);
        for (int64_t k = 0; k < n * WIDTH; k++)
            cr_assert(eq(dbl, result[k], exact_mean(n, values, WIDTH, k % WIDTH)), "%s",
                      networks[g]);
        cr_expect(talk_error(&talk, WIDTH, values, result) <= 0x1p-52, "%s", networks[g]);
        free(result);
        free(values);
        talk_close(&talk);
    }
}

static void expect_cost(const Talk *talk, int64_t width, const char *text)
{
    Traffic traffic = links_traffic(talk->links);
    CoordinationCost cost = coordination_cost(talk->coordination, width);
    cr_expect(eq(dbl, (double)traffic.rounds, cost.rounds), "%s", text);
    cr_expect(eq(dbl, (double)traffic.messages, cost.messages), "%s", text);
    cr_expect(eq(dbl, (double)traffic.bytes, cost.bytes), "%s", text);
    cr_expect(eq(dbl, (double)talk->learning.rounds, cost.learning_rounds), "%s", text);
    cr_expect(eq(dbl, (double)talk->learning.messages, cost.learning_messages), "%s", text);
    cr_expect(eq(dbl, (double)talk->learning.bytes, cost.learning_bytes), "%s", text);
}

Test(coordination, rounds_messages_and_bytes_are_those_of_the_theory)
{
    static const char *const kinds[] = {
        "finite_field", "finite_field:places=40", "finite_field:check=0",
        "hankel",       "hankel_checked",         "hankel_checked:fallback=none",
        "sundaram",     "sundaram:rounds=7",      "hankel_checked:tolerance=0",
        "flood",
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int g = 10; g < 13; g += 2) {
            Talk talk = talk_open(kinds[k], networks[g], 1);
            talk_mean_error(&talk);
            expect_cost(&talk, 3, kinds[k]);
            talk_close(&talk);
        }
}

/* On a star every leaf sees the hub's recurrence: P has the eigenvalues 1, 1/2 and one more that
 * values of a leaf or the hub depend on, so three terms and one for the check. */
Test(finite_field, needs_as_many_rounds_as_the_recurrence_is_long)
{
    Talk star = talk_open("finite_field:places=40", "star:nodes=30", 1);
    Talk ring = talk_open("finite_field:places=40", "ring:nodes=30", 1);
    Talk unchecked = talk_open("finite_field:places=40,check=0", "ring:nodes=30", 1);
    cr_expect(eq(dbl, coordination_cost(star.coordination, 1).rounds, 3.0));
    cr_expect(eq(dbl, coordination_cost(ring.coordination, 1).rounds, 30.0));
    cr_expect(eq(dbl, coordination_cost(unchecked.coordination, 1).rounds, 29.0));
    talk_close(&star), talk_close(&ring), talk_close(&unchecked);
}

Test(finite_field, finds_the_least_and_the_largest_too)
{
    Talk talk = talk_open("finite_field", "random:nodes=12", 1);
    double *values = talk_values(&talk, 1, 3), result[12], least = INFINITY, largest = -INFINITY;
    for (int i = 0; i < 12; i++) {
        least = fmin(least, values[i]);
        largest = fmax(largest, values[i]);
    }
    coordination_run(talk.coordination, COORDINATE_LEAST, 1, values, result);
    for (int i = 0; i < 12; i++) cr_expect(eq(dbl, result[i], least));
    coordination_run(talk.coordination, COORDINATE_LARGEST, 1, values, result);
    for (int i = 0; i < 12; i++) cr_expect(eq(dbl, result[i], largest));
    free(values);
    talk_close(&talk);
}

/* Eight values below 2^17 add up to less than 2^58 with 38 places; below 2^20, to 2^61. */
Test(finite_field, says_so_where_a_value_has_too_many_places)
{
    Talk talk = talk_open("finite_field:places=38", "ring:nodes=8", 1);
    double values[8] = {0, 0, 0, 1e5, 0, 0, 0, 0}, result[8];
    cr_expect(coordination_run(talk.coordination, COORDINATE_MEAN, 1, values, result).trusted);
    for (int i = 0; i < 8; i++) cr_expect(eq(dbl, result[i], 12500.0));
    values[3] = 1e6;
    cr_expect(not(coordination_run(talk.coordination, COORDINATE_MEAN, 1, values, result).trusted));
    for (int i = 0; i < 8; i++) cr_expect(isnan(result[i]));
    talk_close(&talk);
}

Test(finite_field, a_value_that_is_no_number_spoils_its_column_at_every_node_and_no_other)
{
    Talk talk = talk_open("finite_field", "random:nodes=8", 1);
    double values[16], result[16];
    for (int k = 0; k < 16; k++) values[k] = k;
    values[5] = NAN;
    CoordinationReport report =
        coordination_run(talk.coordination, COORDINATE_MEAN, 2, values, result);
    cr_expect(not(report.trusted));
    for (int i = 0; i < 8; i++) {
        cr_expect(eq(dbl, result[2 * i], 7.0));
        cr_expect(isnan(result[2 * i + 1]));
    }
    talk_close(&talk);
}

/* One message of one run: lost, or one unit of its last place wrong. */
typedef struct {
    int64_t round, edge;
    bool lost;
} Mishap;

static bool mishap(void *context, int64_t round, int64_t edge, int64_t width, double *words)
{
    const Mishap *one = context;
    (void)width;
    if (round != one->round || edge != one->edge) return true;
    if (one->lost) return false;
    uint64_t word;
    memcpy(&word, words, sizeof word);
    word ^= 1;
    memcpy(words, &word, sizeof word);
    return true;
}

/* Rounds are counted from the making of the links. What a node hears too
 * late to matter leaves it with the exact mean. */
Test(finite_field, one_lost_or_damaged_message_is_seen_wherever_it_changes_something)
{
    for (int lost = 0; lost < 2; lost++)
        for (int64_t round = 0; round < 20; round += 3) {
            Talk talk = talk_open("finite_field:places=30", "random:nodes=20", 1);
            double *values = talk_values(&talk, 1, 3), result[20];
            coordination_run(talk.coordination, COORDINATE_MEAN, 1, values, result);
            double mean = result[0];
            int64_t before = talk.learning.rounds + links_traffic(talk.links).rounds;
            Mishap one = {before + round, 4, lost};
            links_set_fault(talk.links, mishap, &one);
            CoordinationReport report =
                coordination_run(talk.coordination, COORDINATE_MEAN, 1, values, result);
            cr_expect(not(report.trusted), "lost %d, round %ld", lost, round);
            for (int i = 0; i < 20; i++) cr_expect(isnan(result[i]) || result[i] == mean);
            free(values);
            talk_close(&talk);
        }
}

static void open_talk(void *context)
{
    Talk talk = talk_open(context, "ring:nodes=5", 1);
    talk_close(&talk);
}

Test(coordination, wrong_keys_end_with_what_was_expected)
{
    static const char *const wrong[][2] = {
        {"finite_field:check=2", "finite_field: check is 2, expected a whole number from 0 to 1"},
        {"finite_field:rounds=3", "unknown key 'rounds'"},
        {"hankel:tolerance=-1", "hankel: tolerance is -1"},
        {"hankel_checked:channels=0", "hankel_checked: channels is 0"},
        {"hankel_checked:tolerance=0,fallback=nobody", "coordination 'nobody' is not one of"},
        {"sundaram:self=1", "sundaram: self is 1"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        Ending ending = dying_run(open_talk, (void *)wrong[k][0]);
        cr_expect(eq(int, ending.exit_code, 2), "%s", wrong[k][0]);
        cr_expect(strstr(ending.err, wrong[k][1]) != NULL, "heard: %s", ending.err);
    }
}
