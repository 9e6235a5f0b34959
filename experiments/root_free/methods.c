#include "methods.h"

#include "base/die.h"
#include "base/named.h"

#include <inttypes.h>
#include <stdlib.h>

struct Ranges {
    const char *keys, *rates;
    bool has_batch; /* the factor of the size of a batch */
};

/* After the ranges of the authors' searches (their README, second stage), widened: to short runs,
 * so that a mean over a tenth of the steps lies inside, and around what they found best. Every rate
 * has three decades, that of the methods without root from where they are Newton's to where they
 * are gradient descent. */
static const Ranges sgd = {"momentum=0..0.95,decay=1e-5..1e-2", "1e-3..1", false};
static const Ranges sign = {"momentum=0..0.95,decay=1e-3..0.3", "3e-5..3e-2", false};
static const Ranges adamw = {"beta1=0..0.95,beta2=0.9..0.9995,epsilon=1e-12..1e-7,decay=1e-3..0.3",
                             "3e-5..3e-2", false};
static const Ranges rmsprop = {
    "momentum=0..0.95,beta2=0.9..0.9995,epsilon=1e-12..1e-7,decay=1e-5..1e-2", "3e-5..3e-2", false};
static const Ranges rf = {"momentum=0..0.95,beta2=0.9..0.9995,damping=5e-6..1e-3,decay=1e-5..0.1",
                          "3e-4..0.3", true};
static const Ranges rf_adamw = {
    "beta1=0..0.95,beta2=0.9..0.9995,epsilon=5e-6..1e-3,decay=1e-3..0.3", "3e-4..0.3", true};
static const Ranges shampoo = {
    "beta1=0..0.95,beta2=0.9..0.9995,epsilon=1e-10..1e-6,decay=1e-4..0.1", "3e-4..0.3", false};
static const Ranges if_shampoo = {
    "momentum=0..0.95,beta2=0.6..0.99,geodesic=0.1..0.9,damping=3e-5..1e-3,decay=1e-5..0.1",
    "1e-3..1", true};
static const Ranges kl_shampoo = {
    "beta1=0..0.95,beta2=0.9..0.9995,epsilon=1e-10..1e-6,decay=1e-3..0.3", "3e-5..3e-2", false};
static const Ranges soap = {"beta1=0..0.95,beta2=0.9..0.9995,epsilon=1e-12..1e-7,decay=1e-3..0.3",
                            "3e-5..3e-2", false};
static const Ranges muon = {"momentum=0.5..0.98,decay=1e-3..0.3", "1e-4..0.1", false};

static const MethodRow methods[] = {
    {"sgd", "sgd", &sgd, NULL, NULL},
    {"signsgd", "sign", &sign, NULL, NULL},
    {"adamw", "adamw", &adamw, NULL, "rf_adamw"},
    {"rmsprop", "rmsprop", &rmsprop, NULL, "rf"},
    {"rf", "rf_rmsprop", &rf, NULL, NULL},
    {"rf_bfloat16", "rf_rmsprop", &rf, "state=bfloat16", NULL},
    {"rf_stochastic", "rf_rmsprop", &rf, "state=stochastic", NULL},
    /* With the ranges of sgd, which it is: it shall not lose for want of a large rate. */
    {"rf_frozen", "rf_rmsprop", &sgd, "state=frozen", NULL},
    {"rf_shuffled", "rf_rmsprop", &rf, "direction=shuffled", NULL},
    {"rf_norms", "rf_rmsprop", &rf, "direction=norms", NULL},
    {"rf_adamw", "rf_adamw", &rf_adamw, NULL, NULL},
    /* Every second step, as in the authors' runs; what is no matrix at a tenth of the rate. */
    {"shampoo", "shampoo", &shampoo, "interval=2,adamw_rate=0.1", NULL},
    {"shampoo_bfloat16", "shampoo", &shampoo, "interval=2,adamw_rate=0.1,state=bfloat16", NULL},
    {"if_shampoo", "if_shampoo", &if_shampoo, "interval=2", NULL},
    {"if_shampoo_bfloat16", "if_shampoo", &if_shampoo, "interval=2,state=bfloat16", NULL},
    {"kl_shampoo", "kl_shampoo", &kl_shampoo, "interval=10", NULL},
    {"soap", "soap", &soap, "interval=10", NULL},
    {"muon", "muon", &muon, NULL, NULL},
};

enum { METHODS = sizeof methods / sizeof *methods };

const MethodRow *method_find(const char *name)
{
    return named_row("method", name, METHODS, sizeof *methods, methods);
}

int method_count(void) { return METHODS; }
const MethodRow *method_at(int number) { return &methods[number]; }

char *method_space(const MethodRow *method, int64_t batch)
{
    const Ranges *ranges = method->ranges;
    char *factor =
        ranges->has_batch ? format_text(",batch=%" PRId64, batch) : format_text("%s", "");
    char *text = format_text("%s:%s%s%s%s rate=%s", method->optimizer, ranges->keys,
                             method->fixed ? "," : "", method->fixed ? method->fixed : "", factor,
                             ranges->rates);
    free(factor);
    return text;
}
