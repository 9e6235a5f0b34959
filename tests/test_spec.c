#include "base/spec.h"

#include "base/nearest.h"
#include "base/number.h"
#include "base/rng.h"
#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Test(spec, a_kind_alone_has_no_keys)
{
    Spec *spec = spec_parse("toy");
    cr_expect(eq(str, (char *)spec_kind(spec), "toy"));
    cr_expect(not(spec_has(spec, "gamma")));
    cr_expect(eq(dbl, spec_real(spec, "gamma", 0.25), 0.25));
    cr_expect(eq(i64, spec_int(spec, "n", 7), 7));
    cr_expect(eq(ptr, (void *)spec_text(spec, "path", NULL), NULL));
    spec_done(spec);
    spec_free(spec);
}

Test(spec, keys_have_numbers_and_texts)
{
    Spec *spec = spec_parse("wsd:warmup=2e3,peak=6e-4,shape=1-sqrt,path=a:b=c,empty=");
    cr_expect(eq(str, (char *)spec_kind(spec), "wsd"));
    cr_expect(eq(i64, spec_int(spec, "warmup", 0), 2000));
    cr_expect(eq(dbl, spec_real(spec, "peak", 0.0), 6e-4));
    cr_expect(eq(str, (char *)spec_text(spec, "shape", ""), "1-sqrt"));
    cr_expect(eq(str, (char *)spec_text(spec, "path", ""), "a:b=c"));
    cr_expect(eq(str, (char *)spec_text(spec, "empty", "x"), ""));
    cr_expect(spec_has(spec, "peak"));
    spec_done(spec);
    spec_free(spec);
}

static void read_spec(void *text)
{
    Spec *spec = spec_parse(text);
    spec_real(spec, "gamma", 1.0);
    spec_int(spec, "count", 1);
    spec_done(spec);
}

/* A spec that must be refused with exit 2 and these words. */
static void refuses(const char *text, const char *words)
{
    Ending ending = dying_run(read_spec, (void *)text);
    cr_expect(eq(int, ending.exit_code, 2), "%s", text);
    cr_expect(strstr(ending.err, words) != NULL, "'%s' is not in: %s", words, ending.err);
}

Test(spec, malformed_texts_end_the_program_in_words)
{
    refuses("", "expected a kind");
    refuses(":gamma=1", "expected a kind");
    refuses("hard:", "expected key=value");
    refuses("hard:gamma", "found 'gamma'");
    refuses("hard:=1", "expected key=value");
    refuses("hard:gamma=1,", "expected key=value");
    refuses("hard:gamma=1,gamma=2", "gamma is given twice");
    refuses("hard:gamma=x", "gamma: expected a number, found 'x'");
    refuses("hard:gamma=nan", "expected a number");
    refuses("hard:count=1.5", "count: expected a whole number, found '1.5'");
}

Test(spec, a_key_nobody_reads_is_named_with_the_known_ones)
{
    refuses("hard:gama=1", "unknown key 'gama'; the keys of hard are: gamma, count");
}

Test(number, the_whole_text_is_the_number)
{
    double real;
    int64_t whole;
    cr_expect(number_real(" 1.5e3 ", &real) && real == 1500.0);
    cr_expect(number_real("-inf", &real) && real == -INFINITY);
    cr_expect(number_real("1e-320", &real) && real > 0.0, "below the normal range, and kept");
    cr_expect(not(number_real("1e400", &real)));
    cr_expect(not(number_real("1,5", &real)));
    cr_expect(not(number_real("", &real)));
    cr_expect(not(number_real(" ", &real)));
    cr_expect(number_int("9223372036854775807", &whole) && whole == INT64_MAX);
    cr_expect(not(number_int("9223372036854775808", &whole)));
    cr_expect(number_int("1e6", &whole) && whole == 1000000);
    cr_expect(not(number_int("1e17", &whole)));
    cr_expect(not(number_int("0.5", &whole)));
    cr_expect(not(number_int("nan", &whole)));
}

Test(number, short_texts_are_read_to_the_same_bits_as_by_strtod)
{
    static const char *const formats[] = {"%.3f", "%.9e", "%.15g", "%.17g",
                                          "%.0f", "%g",   "%.25f", "%.18e"};
    Rng rng = rng_stream(1, 0, RNG_DATA);
    for (int i = 0; i < 200000; i++) {
        char text[512];
        double original = rng_normal(&rng) * pow(10.0, 60.0 * rng_uniform(&rng) - 30.0), value;
        snprintf(text, sizeof text, formats[i % 8], original);
        double expected = strtod(text, NULL);
        cr_assert(number_real(text, &value), "%s", text);
        cr_assert(memcmp(&value, &expected, sizeof value) == 0, "%s", text);
    }
}

Test(number, odd_spellings_are_read_or_refused_as_by_strtod)
{
    static const char *const texts[] = {"-0",
                                        "0.0",
                                        ".5",
                                        "5.",
                                        ".",
                                        "-",
                                        "+1",
                                        "-.e1",
                                        "1e",
                                        "1e+",
                                        "1e-",
                                        "1e5",
                                        "1E-05",
                                        "9007199254740993",
                                        "9007199254740992e22",
                                        "1e22",
                                        "1e23",
                                        "1e0000000000000000005",
                                        "999999999999999999",
                                        "0x10",
                                        "1234567890123456789",
                                        "1.5.5",
                                        "1e5e5",
                                        "--1",
                                        "0.000000000000000001"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *end;
        double value, expected = strtod(texts[i], &end);
        bool whole = end != texts[i] && *end == '\0';
        cr_expect(eq(int, number_real(texts[i], &value), whole), "%s", texts[i]);
        if (whole) cr_expect(memcmp(&value, &expected, sizeof value) == 0, "%s", texts[i]);
    }
}

Test(nearest, a_slip_is_mended_and_another_word_is_not)
{
    static const char *const names[] = {"jobs", "seed", "profile"};
    cr_expect(eq(str, (char *)nearest_name("jbos", 3, names), "jobs"));
    cr_expect(eq(str, (char *)nearest_name("profil", 3, names), "profile"));
    cr_expect(eq(str, (char *)nearest_name("sed", 3, names), "seed"));
    cr_expect(eq(ptr, (void *)nearest_name("verbose", 3, names), NULL));
    cr_expect(eq(ptr, (void *)nearest_name("x", 3, names), NULL));
}

Test(spec, a_comma_between_specs_is_told_from_one_between_keys)
{
    static const char *const pairs[][2] = {
        {"sgd,adamw", "sgd adamw"},
        {"sgd,adamw:beta2=0.9,decay=0.1,muon", "sgd adamw:beta2=0.9,decay=0.1 muon"},
        {"adamw:beta2=0.9,rf:decay=0", "adamw:beta2=0.9 rf:decay=0"},
        {"sgd, adamw:rate=1e-3..1", "sgd  adamw:rate=1e-3..1"},
        {"one", "one"},
        {"", ""}};
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        char *words = spec_words(pairs[k][0]);
        cr_expect(eq(str, words, (char *)pairs[k][1]));
        free(words);
    }
}
