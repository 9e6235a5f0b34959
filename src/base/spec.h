/* A kind with numbers, as one word: "hard:gamma=0.2" or
 * "wsd:warmup=2000,peak=6e-4,shape=1-sqrt".
 *
 * The grammar of every command-line value that names a row of a table. */
#ifndef BASE_SPEC_H
#define BASE_SPEC_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Spec Spec;

/* Ends the program with exit 2 and the text on a malformed spec; spec_free() frees. */
Spec *spec_parse(const char *text);
void spec_free(Spec *spec);

const char *spec_kind(const Spec *spec);
bool spec_has(const Spec *spec, const char *key);

/* The key's value, or `otherwise` where it is not given; exit 2 where it is not a number. */
double spec_real(const Spec *spec, const char *key, double otherwise);
int64_t spec_int(const Spec *spec, const char *key, int64_t otherwise);
const char *spec_text(const Spec *spec, const char *key, const char *otherwise);

/* Exit 2, naming the key and the known ones, when a key was given that nobody read. */
void spec_done(const Spec *spec);

/* "sgd,adamw:beta2=0.9,decay=0.1,muon" as words (base/words.h): a comma stands between two specs
 * unless key=value follows it, which belongs to the spec before. The caller frees. */
char *spec_words(const char *text);

#endif
