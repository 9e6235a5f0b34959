/* Methods by the short names that the tables, the figures and the claims use. */
#include "studies.h"

#include "base/die.h"
#include "base/named.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ADAPTS = 1,    /* takes safety= and filter= */
    TUNED = 2,     /* takes rate= */
    UNDIRECTED = 4 /* by its authors, though its kind here runs on directed networks too */
};

typedef struct {
    const char *name, *text;
    int traits;
} Arm;

static const Arm arms[] = {
    /* the paper's iteration, exact averages of the iterates; the rule for the step */
    {"uncoordinated", "dlas_ftc:rule=none", ADAPTS},
    {"uncoordinated_constant", "dlas_ftc:rate=0.5,unit=local", 0},
    {"mean", "dlas_ftc:rule=mean", ADAPTS},
    {"harmonic", "dlas_ftc:rule=harmonic", ADAPTS},
    {"average", "dlas_ftc:rule=average", ADAPTS},
    {"least", "dlas_ftc:rule=least", ADAPTS},
    {"global", "dlas_ftc:rule=global", ADAPTS},
    /* its other readings */
    {"mixed", "dlas_ftc:rule=mean,reading=mixed", ADAPTS},
    {"printed", "dlas_ftc:rule=mean,reading=printed", ADAPTS},
    {"dlas", "dlas", ADAPTS | UNDIRECTED},
    /* with what the averages are formed */
    {"average_flood", "dlas_ftc:rule=average,by=flood,pass=fused", ADAPTS},
    {"average_two_pass", "dlas_ftc:rule=average,by=flood,pass=two", ADAPTS},
    {"average_field", "dlas_ftc:rule=average,by=finite_field,pass=two", ADAPTS},
    {"average_stopping", "dlas_ftc:rule=average,by=stopping,pass=two", ADAPTS},
    {"average_hankel", "dlas_ftc:rule=average,by=hankel,pass=two", ADAPTS},
    {"mean_flood", "dlas_ftc:rule=mean,by=flood,pass=fused", ADAPTS},
    {"global_flood", "dlas_ftc:rule=global,by=flood,pass=fused", ADAPTS},
    /* gradient tracking with steps that nodes choose */
    {"push_pull_uncoordinated", "push_pull:rule=none", ADAPTS},
    {"push_pull_harmonic", "push_pull:rule=harmonic", ADAPTS},
    {"push_pull_least", "push_pull:rule=least", ADAPTS},
    {"chen_wang", "chen_wang", ADAPTS},
    /* constant steps */
    {"gd", "gd", TUNED},
    {"dgd", "dgd", TUNED},
    {"extra", "extra", TUNED},
    {"diging", "diging", TUNED},
    {"atc", "atc", TUNED},
    {"subgradient_push", "subgradient_push", TUNED},
    {"push_diging", "push_diging", TUNED},
    {"ab", "ab", TUNED},
    {"push_pull", "push_pull", TUNED},
    {"frost", "frost", TUNED},
    {"bb", "bb", 0},
    {"adgd", "adgd", 0},
};
enum { ARMS = sizeof arms / sizeof *arms };

static const Arm *find(const char *name)
{
    return named_row("method", name, ARMS, sizeof *arms, arms);
}

bool arm_is_tuned(const char *name) { return find(name)->traits & TUNED; }

bool arm_wants_undirected(const char *name)
{
    char *kind = format_text("%s", find(name)->text);
    for (char *c = kind; *c; c++)
        if (*c == ':') *c = '\0';
    bool wants = find(name)->traits & UNDIRECTED;
    for (int k = 0; k < method_kind_count(); k++)
        if (!strcmp(method_kind_name(k), kind)) wants |= method_kind_wants_undirected(k);
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
    if (arm->traits & ADAPTS) text = with_key(with_key(text, "safety", safety), "filter", filter);
    return arm->traits & TUNED ? with_key(text, "rate", rate) : text;
}
