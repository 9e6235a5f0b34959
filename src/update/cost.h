/* From tokens and parameters to GPU hours and money: arithmetic for the one who plans updates.
 *
 * Training takes 6 operations per parameter and token (Kaplan et al. 2020); a GPU does
 * peak_flops x utilisation of them a second. Prices and peak rates are the user's input: the
 * table's are round numbers to begin with, not facts, and change. */
#ifndef UPDATE_COST_H
#define UPDATE_COST_H

#include "update/paradigm.h"

typedef struct {
    const char *name;
    double peak_flops; /* a second, dense bfloat16 */
    double price;      /* of an hour */
} GpuDefault;

/* Exit 2 with the list of names on an unknown one. */
const GpuDefault *cost_gpu(const char *name);
int cost_gpu_count(void);
const GpuDefault *cost_gpu_at(int number);

typedef struct {
    double parameters;         /* of the model */
    double tokens_per_version; /* T in tokens */
    double peak_flops, price;  /* of one GPU: a second, an hour */
    double utilisation;        /* the share of peak_flops that training reaches (MFU) */
    double state_bytes;        /* of the optimizer per parameter; 8 for Adam's two moments */
    double parameter_bytes;    /* per parameter */
} CostSetting;

typedef struct {
    double units; /* of T: paradigm_cost() */
    double tokens, flops, gpu_hours, money;
} Cost;

Cost cost_of(const CostSetting *setting, double units);

/* The fewest versions, from 1 to `most`, for which a costs less than b; 0 where there are none. */
int cost_break_even(const Paradigm *a, const Paradigm *b, int most);

/* Of what it costs to train every version from scratch, N (N + 1) / 2: the share. */
double cost_ratio(const Paradigm *paradigm, int versions);

/* Units as a plan of that many versions counts them, to a thousandth of T: less than
 * paradigm_cost() where branches share the trunk for longer than alpha says (see paradigm.h). */
double cost_counted(const Paradigm *paradigm, int versions);

/* What a paradigm has to keep from one version to the next besides its releases. */
double cost_kept_bytes(const CostSetting *setting, const Paradigm *paradigm);

/* Of that many released models. */
double cost_released_bytes(const CostSetting *setting, int versions);

#endif
