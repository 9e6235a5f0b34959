/* Lists of words in one option. */
#include "base/words.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

static void expect_word(const char *text, int64_t index, const char *expected)
{
    char *word = words_item(text, index);
    cr_expect(eq(str, word, (char *)expected));
    free(word);
}

Test(words, any_blanks_separate_them)
{
    const char text[] = "  hard \t pair:gamma=0.1\tsingle ";
    cr_expect(eq(i64, words_count(text), 3));
    expect_word(text, 0, "hard");
    expect_word(text, 1, "pair:gamma=0.1");
    expect_word(text, 2, "single");
}

Test(words, nothing_and_blanks_hold_none)
{
    cr_expect(eq(i64, words_count(""), 0));
    cr_expect(eq(i64, words_count(" \t "), 0));
    cr_expect(not(words_contain("", "a")));
    cr_expect(not(words_contain("  ", "")));
}

Test(words, are_contained_whole_only)
{
    cr_expect(words_contain("run scaling", "scaling"));
    cr_expect(words_contain("run\tscaling", "run"));
    cr_expect(not(words_contain("scaling_more other_scaling", "scaling")));
    cr_expect(not(words_contain("scaling", "scal")));
    cr_expect(not(words_contain("scal", "scaling")));
}
