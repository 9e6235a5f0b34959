/* Lists in one option: words separated by blanks, such as "hard pair:gamma=0.1". */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

int64_t words_count(const char *text);
char *words_item(const char *text, int64_t index); /* the caller frees */
bool words_contain(const char *text, const char *word);

#endif
