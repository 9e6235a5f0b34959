/* Methods by the short names that the tables, the figures and the claims use. */
#include "studies.h"

#include "base/die.h"
#include "base/named.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name, *text;
    bool adapts; /* takes safety= and filter= */
    bool tuned;  /* takes rate= */
} Arm;

static const Arm arms[] = {
    /* the paper's iteration, exact averages of the iterates; the rule for the step */
    {"uncoordinated", "dlas_ftc:rule=none", true, false},
    {"uncoordinated_constant", "dlas_ftc:rate=0.5,unit=local", false, false},
    {"mean", "dlas_ftc:rule=mean", true, false},
    {"harmonic", "dlas_ftc:rule=harmonic", true, false},
    {"average", "dlas_ftc:rule=average", true, false},
    {"least", "dlas_ftc:rule=least", true, false},
    {"global", "dlas_ftc:rule=global", true, false},
    /* its other readings */
    {"mixed", "dlas_ftc:rule=mean,reading=mixed", true, false},
    {"printed", "dlas_ftc:rule=mean,reading=printed", true, false},
    {"dlas", "dlas", true, false},
    /* with what the averages are formed */
    {"average_flood", "dlas_ftc:rule=average,by=flood,pass=fused", true, false},
    {"average_two_pass", "dlas_ftc:rule=average,by=flood,pass=two", true, false},
    {"average_field", "dlas_ftc:rule=average,by=finite_field,pass=two", true, false},
    {"average_stopping", "dlas_ftc:rule=average,by=stopping,pass=two", true, false},
    {"average_hankel", "dlas_ftc:rule=average,by=hankel,pass=two", true, false},
    {"mean_flood", "dlas_ftc:rule=mean,by=flood,pass=fused", true, false},
    {"global_flood", "dlas_ftc:rule=global,by=flood,pass=fused", true, false},
    /* gradient tracking with steps that nodes choose */
    {"push_pull_uncoordinated", "push_pull:rule=none", true, false},
    {"push_pull_harmonic", "push_pull:rule=harmonic", true, false},
    {"push_pull_least", "push_pull:rule=least", true, false},
    {"chen_wang", "chen_wang", true, false},
    /* constant steps */
    {"gd", "gd", false, true},
    {"dgd", "dgd", false, true},
    {"extra", "extra", false, true},
    {"diging", "diging", false, true},
    {"atc", "atc", false, true},
    {"subgradient_push", "subgradient_push", false, true},
    {"push_diging", "push_diging", false, true},
    {"ab", "ab", false, true},
    {"push_pull", "push_pull", false, true},
    {"frost", "frost", false, true},
    {"bb", "bb", false, false},
    {"adgd", "adgd", false, false},
};
enum { ARMS = sizeof arms / sizeof *arms };

static const Arm *find(const char *name)
{
    return named_row("method", name, ARMS, sizeof *arms, arms);
}

bool arm_is_tuned(const char *name) { return find(name)->tuned; }

bool arm_wants_undirected(const char *name)
{
    char *kind = format_text("%s", find(name)->text);
    for (char *c = kind; *c; c++)
        if (*c == ':') *c = '\0';
    bool wants = false;
    for (int k = 0; k < method_kind_count(); k++)
        if (!strcmp(method_kind_name(k), kind)) wants = method_kind_wants_undirected(k);
    free(kind);
    return wants;
}

static char *with_key(char *text, const char *key, double value)
{
    if (isnan(value)) return text;
    char *longer = format_text("%s%c%s=%.17g", text, strchr(text, ':') ? ',' : ':', key, value);
    free(text);
    return longer;
}

char *arm_text(const char *name, double safety, double filter, double rate)
{
    const Arm *arm = find(name);
    char *text = format_text("%s", arm->text);
    if (arm->adapts) text = with_key(with_key(text, "safety", safety), "filter", filter);
    return arm->tuned ? with_key(text, "rate", rate) : text;
}
