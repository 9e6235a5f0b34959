/* How model versions are made as data arrive: the table of paradigms.
 *
 * There are N versions; each brings new data for T updates. A paradigm says, for each version, its
 * path. Written "KIND:key=value,…" (Wang et al. 2024, arXiv 2410.04103, and its rivals):
 *
 *   ptfs            version k from scratch on the data of versions 1 … k mixed, k T updates under
 *                   one schedule: shape=cosine, knee, multistep, linear, 1-sqrt, exponential
 *   ptfs_wsd        the same, with a decay of alpha T updates only: it tells the schedule from
 *                   the paradigm
 *   cpt             version k goes on from version k − 1, T updates on the new data, warmed up
 *                   anew: shape, optimizer=keep or reset, replay=share of rows from old data
 *   cpt_floor       the same at the rate that version 1 ended with: floor > 0, replay, shape
 *   path_switching  a trunk at the peak on all versions' data in turn, never decayed; version k
 *                   branches off at (k − alpha) T and decays to its end: alpha, shape, replay
 *   wsd_s           one path (Wen et al. 2024, arXiv 2410.05192): the last alpha T updates of each
 *                   version decay, the next goes on from there at the peak: alpha, shape, replay
 *   trunk           the trunk itself, or an average along it: average=none, lawa, ema, wsm;
 *                   window=share of T, samples, decay (ema), replay
 *   infinite        Ibrahim et al. 2024 (arXiv 2403.08763): a cosine over cooldown T down to
 *                   `level` times the peak, held for ever; version k branches off that: alpha,
 *                   shape, replay
 *   schedule_free   the trunk under Schedule-Free AdamW (Defazio et al. 2024, arXiv 2405.15682),
 *                   which releases an average of its own: replay. The run's optimizer is to be of
 *                   adamw's keys, which are taken over
 *   two_stage       what the first stage's rate does to the second: version 1 is T updates of a
 *                   cosine of cycle T (cycle=0: held for ever), version k > 1 leaves it, gone on
 *                   to (k − 1) T, is warmed up anew and decays over T: cycle, shape, optimizer,
 *                   replay
 *
 * Keys of all: peak, a factor on the setting's peak, so that each can have the rate that suits it;
 * floor, the last rate as a share of the peak, in place of the setting's.
 *
 * cost(N, alpha), in units of T, with what a paradigm's own versions have in common trained once:
 *   N (N + 1) / 2     ptfs, ptfs_wsd
 *   N                 cpt, cpt_floor, wsd_s, trunk, schedule_free
 *   2 N − 2, N > 1    two_stage
 *   (1 + alpha) N − alpha   path_switching, infinite: a trunk of N − alpha, N branches of alpha
 *
 * A branch that begins at the rate of the trunk shares the trunk for longer than its name says: one
 * of shape=multistep for 80 % of alpha. A plan counts what is trained, (1 + alpha/5) N − alpha/5.
 */
#ifndef UPDATE_PARADIGM_H
#define UPDATE_PARADIGM_H

#include "update/path.h"

typedef struct {
    int versions;   /* N */
    int64_t steps;  /* T: updates that one version's data are for */
    int64_t warmup; /* updates, at the start of a path and wherever a paradigm warms up anew */
    double peak;    /* the largest rate */
    double floor;   /* the last one of a decay, as a share of the peak */
    /* For counting alone: where T has no room for what is asked, a branch is one update and an
     * average takes one sample. */
    bool sketches;
} UpdateSetting;

typedef struct Paradigm Paradigm;

/* Exit 2 with the list of kinds or keys on a wrong text. paradigm_free() frees. */
Paradigm *paradigm_create(const char *text);
void paradigm_free(Paradigm *paradigm);

/* The text with every key spelled out; its name. Valid until paradigm_free(). */
const char *paradigm_text(const Paradigm *paradigm);
const char *paradigm_name(const Paradigm *paradigm);

/* Exit 2 where two of --paradigms are the same, however they are spelled. */
void paradigms_require_apart(int count, Paradigm *const paradigm[]);

/* The path of version 1 … setting->versions. Exit 2 where T has no room for what is asked.
 * path_clear() frees. */
Path paradigm_path(const Paradigm *paradigm, const UpdateSetting *setting, int version);

/* Updates of a branch: alpha T, rounded; 0 for a paradigm without branches or decays of its own. */
int64_t paradigm_branch(const Paradigm *paradigm, int64_t steps);

/* The closed formula, in units of T. */
double paradigm_cost(const Paradigm *paradigm, int versions);

int paradigm_kind_count(void);
const char *paradigm_kind_name(int kind);
const char *paradigm_kind_help(int kind);

#endif
