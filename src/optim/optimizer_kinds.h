/* What a kind of optimizer is made of: private to the optimizers.
 *
 * A new kind is one file and one row of the table in optimizer_table.c. Most kinds are an
 * element-wise update: they read their keys and name the update, nothing else. A kind
 * that works on whole matrices adds matrix_state, matrix_work and matrix_step; its
 * other parameters get the element-wise update.
 *
 * optimizer.c does what all kinds share: runs of parameters treated alike, decay by
 * group, clipping, bias corrections, and one stretch of memory for all state. */
#ifndef OPTIM_OPTIMIZER_KINDS_H
#define OPTIM_OPTIMIZER_KINDS_H

#include "optim/optimizer.h"
#include "optim/spelled.h"

/* The constants of one step, some times in backend memory. */
enum {
    CONSTANTS_ELEMENTS,  /* for element-wise parameters: their own rate, clipped */
    CONSTANTS_DIRECTION, /* rate −1, clipped: on x = 0 and without decay, an update leaves the */
                         /* direction itself in x */
    CONSTANTS_APPLY,     /* the rate, not clipped: UPDATE_SGD applies a direction, with decay */
    CONSTANTS_FACTOR,    /* rate 1 − beta2, for factors of preconditioners; clip: theirs to use */
    CONSTANTS
};

/* Numbers first … first + count − 1 of the table's values and gradients. */
typedef struct {
    int64_t first, count;
    int64_t rows, cols; /* of the matrix, where the kind takes it as one; else 0 */
    Axes axes;          /* of the tensor that such a kind takes it for: rows and cols, or more */
    real decay;
    int64_t state;  /* where its state begins in the optimizer's */
    double *square; /* backend memory, 0 at the start of a step: for norms */
} Run;

typedef struct FactorClass FactorClass;
typedef struct Direction Direction;

typedef struct {
    const char *help;

    /* Reads the kind's keys into optimizer->base, sets update, slots and the like. */
    void (*read)(Optimizer *optimizer, Spelled *keys);

    /* Changes what is special in this step's constants. NULL: nothing. */
    void (*constants)(const Optimizer *optimizer, StepConstants *k);

    /* The same where they depend on the rates so far. NULL: nothing. */
    void (*weigh)(Optimizer *optimizer, double rate, StepConstants *k);
    int64_t own_state; /* reals of state that belong to no parameter, behind all others */

    /* Puts the average into the table, from `point`, a copy of its values. NULL: there is none. */
    void (*average)(Optimizer *optimizer, const real *point);

    /* For GROUP_MATRIX, one by one; NULL: they are updated element by element. How many reals of
     * state and of scratch (shared by all, not kept) a matrix needs, whose state has no place yet;
     * one update. */
    int64_t (*matrix_state)(const Optimizer *optimizer, const Run *run);
    int64_t (*matrix_work)(const Optimizer *optimizer, const Run *run);
    void (*matrix_step)(Optimizer *optimizer, const Run *run);

    /* Puts what does not start at 0 into the state. NULL: nothing. */
    void (*matrix_start)(Optimizer *optimizer, const Run *run);
    int squares; /* how many of them a matrix needs */
} OptimizerKind;

struct Optimizer {
    const OptimizerKind *kind;
    Backend *backend;
    const ParameterTable *table;
    char *text;

    /* What the keys said */
    StepConstants base;         /* without what changes from step to step */
    UpdateKind update;          /* of element-wise parameters … */
    int slots;                  /* … with so much state per number */
    double elements;            /* their rate as a share of the step's */
    double start[UPDATE_SLOTS]; /* … that begins here */
    double beta1, beta2, decay, clip;
    int iterations;           /* of a matrix function */
    int64_t interval;         /* steps from one preconditioner to the next */
    int64_t block;            /* longest block on the diagonal of its factors: kronecker.h */
    double damping, geodesic; /* of a preconditioner: damping, and momentum along its group */
    bool is_unsteady;         /* see optimizer_is_steady() */
    double initial;           /* of its diagonal */
    bool is_grafted;
    bool is_late;               /* a matrix's Adam has not seen the first gradient */
    bool is_half;               /* factors are in bfloat16 … */
    bool rounds_products;       /* … and so is all that is made with them */
    bool takes_axes;            /* a factor for each axis of a tensor, not of a matrix */
    const FactorClass *factors; /* factor_class.h */
    const Direction *direction; /* direction.h; not NULL: each parameter is a run of its own */
    uint64_t shuffle;           /* seed of its order */
    bool nesterov, is_biased;   /* is_biased: unbias1 = unbias2 = 1 */

    double weights;     /* Σ of the weights of an average … */
    bool knows_weights; /* … unless the state was loaded: then they stand in it */

    int64_t steps_done;
    int run_count;
    Run *run;
    int64_t state_size, work_size; /* in reals */

    /* Backend memory */
    real *state, *work;
    real *point; /* the values that the average takes the place of; NULL until the first time */
    StepConstants *constants; /* CONSTANTS of them */
    double *sums;             /* the gradient's square, then those of the runs */
    int32_t *order;           /* direction_order() */
    double *zeros;            /* on the host: what the sums start from */
    int sum_count;
};

/* State of different runs, and different slots of one, begin at 64-byte borders. */
static inline int64_t optimizer_rounded(int64_t numbers) { return (numbers + 15) / 16 * 16; }

/* Finds the runs of the table and what memory they need; the table may be without memory. */
void optimizer_plan(Optimizer *optimizer);

/* How many sums of squares a run needs. */
int optimizer_squares(const Optimizer *optimizer, const Run *run);

/* The element-wise update of a run. */
void optimizer_update_elements(Optimizer *optimizer, const Run *run);

/* Reads beta1, beta2 and epsilon, with these defaults. */
void optimizer_read_moments(Optimizer *optimizer, Spelled *keys, double beta1, double beta2);

/* Reads batch, and where the mean square of the gradients starts (by default 1 / batch, or 0). */
void optimizer_read_batch(Optimizer *optimizer, Spelled *keys, int slot, bool starts_at_zero);

/* optimizer_table.c */
typedef struct {
    const char *name;
    const OptimizerKind *kind;
} OptimizerRow;

extern const OptimizerRow optimizer_rows[];
extern const int optimizer_row_count;

extern const OptimizerKind optimizer_sgd, optimizer_sign, optimizer_rmsprop, optimizer_adam,
    optimizer_adamw, optimizer_muon, optimizer_rf_rmsprop, optimizer_rf_adamw, optimizer_adam_p,
    optimizer_shampoo, optimizer_rf_shampoo, optimizer_if_shampoo, optimizer_kl_shampoo,
    optimizer_soap, optimizer_schedule_free;

#endif
