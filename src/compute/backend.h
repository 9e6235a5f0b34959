/* What a device can do for a network: a table of operations on its own memory.
 *
 * The CPU's table is complete and the reference; another device is another table.
 * Rules of use: no operation returns a number (reductions write into the backend's
 * memory and are read once per logging interval); nothing allocates inside a step;
 * operations run in the order of the calls; outputs never overlap inputs unless a
 * comment says that they may. "Adds" means +=. Matrices hold reals, except in copy() and
 * where the backend wants activations in another dtype (`activations`): then those of a call
 * and their gradients may all be in that one (x, y, pre, skip, qkv, dx, dy …), but neither
 * parameters and their gradients nor stats, log_sums and sums.
 *
 * Shapes: N rows of a batch (tokens, or pixels of images), C columns (width,
 * channels). Weights stand as (outputs x inputs), so y = x Wᵀ. */
#ifndef COMPUTE_BACKEND_H
#define COMPUTE_BACKEND_H

#include "base/rng.h"
#include "compute/view.h"

typedef enum { PLAIN, TRANSPOSED } Transpose;

/* phi(x), element by element; the formulas are in rules.h. GELU is the tanh form. */
typedef enum { ACT_NONE, ACT_RELU, ACT_RELU2, ACT_GELU, ACT_SILU, ACT_KINDS } Activation;

/* Rows to mean 0 and variance 1 (LayerNorm, epsilon 1e-5), or to mean square 1 (RMSNorm). */
typedef enum { NORM_LAYER, NORM_RMS } NormKind;

typedef enum { POOL_MAX, POOL_MEAN } PoolKind;

/* Labelled images in backend memory, a byte for a number, one image after the other. */
typedef struct {
    const uint8_t *bytes;
    const int32_t *labels;
    const real *levels; /* channels x 256: what a byte becomes */
} ByteImages;

/* Keys and values may have fewer heads than queries (heads % key_heads == 0). Row b * context + t
 * of the packed matrix is (heads queries | key_heads keys | key_heads values), head_size each. */
typedef struct {
    int64_t batch, context, heads, key_heads, head_size;
    bool causal;
} AttentionShape;

/* A square kernel; pixels outside the image are 0. The output has
 * (height + 2 padding − kernel) / stride + 1 lines, and columns likewise. */
typedef struct {
    int64_t batch, height, width, inputs, outputs, kernel, stride, padding;
} ConvShape;

/* Lines or columns of the output for a side of the input. */
static inline int64_t conv_side(const ConvShape *shape, int64_t side)
{
    return (side + 2 * shape->padding - shape->kernel) / shape->stride + 1;
}

/* Windows without overlap; height % size_y == 0 and width % size_x == 0. */
typedef struct {
    PoolKind kind;
    int64_t batch, height, width, size_y, size_x;
} PoolShape;

/* Statistics of a batch by columns. mean and unscale (1 / standard deviation) are kept for the
 * backward pass; running ones follow as r += share (batch − r), the variance with n / (n − 1). */
typedef struct {
    Matrix weight, bias, mean, unscale, running_mean, running_variance; /* 1 x C each */
    real share, epsilon;
    Activation activation; /* applied to the result, after skip is added: NONE or RELU */
} BatchNorm;

/* Linear head and softmax cross entropy in one: logits = x Wᵀ + bias, loss of a row =
 * −Σ_k q_k ln softmax(logits)_k with q = (1 − smoothing) one-hot + smoothing / V.
 * The logits of all rows are never stored at once. Rows with a negative label do not count. */
typedef struct {
    Matrix x, weight, bias; /* N x C, V x C, 1 x V; bias may be absent */
    const int32_t *labels;  /* N, in backend memory */
    real smoothing;
    double *sums;              /* HEAD_SUMS numbers in backend memory: adds */
    Matrix dx, dweight, dbias; /* of the mean loss over the rows that count. dx: overwritten; */
                               /* the others: adds. dx absent: only the sums */
} Head;

enum { HEAD_LOSS, HEAD_CORRECT, HEAD_ROWS, HEAD_SUMS };

/* What stays the same for all parameters during one step; lives in backend memory. */
typedef struct {
    real rate, beta1, beta2, epsilon, momentum;
    real share;            /* of the gradient in the momentum: 1 − dampening; of the newest point
                            * in an average */
    real rest1, rest2;     /* 1 − beta, rounded once */
    real unbias1, unbias2; /* 1 / (1 − beta^t) */
    real clip;             /* factor on gradients, 1 where they are not clipped */
    real batch, power;     /* factor on mean squares of gradients, and their exponent */
    uint32_t noise;        /* differs from step to step: for stochastic rounding */
} StepConstants;

/* Element-wise updates x, slots ← rule(x, g, slots): the formulas are in rules_update.h. */
typedef enum {
    UPDATE_SGD,
    UPDATE_MOMENTUM,
    UPDATE_MOMENTUM_HALF, /* all in bfloat16 but x */
    UPDATE_NESTEROV,
    UPDATE_SIGN,
    UPDATE_RMSPROP,
    UPDATE_ADAM,  /* decay added to the gradient */
    UPDATE_ADAMW, /* decay decoupled, times the rate */
    UPDATE_RF_RMSPROP,
    UPDATE_RF_RMSPROP_GIVEN,    /* the first slot is read only */
    UPDATE_RF_RMSPROP_HALF,     /* all in bfloat16 but x */
    UPDATE_RF_RMSPROP_DITHERED, /* states in bfloat16, rounded at random */
    UPDATE_RF_ADAMW,
    UPDATE_ADAM_POWER,
    UPDATE_SCHEDULE_FREE,
    UPDATE_KINDS
} UpdateKind;

enum { UPDATE_SLOTS = 2 };

typedef struct Backend Backend;
typedef struct RowDevice RowDevice; /* compute/rowdevice.h */

struct Backend {
    const char *name;  /* "cpu" */
    bool is_host;      /* its memory is the program's own: nothing is gained by a copy there */
    void *context;     /* the device's own: handles, streams, scratch */
    Dtype activations; /* in which a model that can keeps its activations and their gradients; all
                        * else is in reals. Only a device's operations take the other dtype. */
    void (*close)(Backend *);

    /* ---- memory: zero-filled, 64-byte aligned; never NULL. download() waits for the result. */
    void *(*alloc)(Backend *, size_t bytes);
    void (*release)(Backend *, void *memory);
    void (*upload)(Backend *, size_t bytes, const void *host, void *memory);
    void (*download)(Backend *, size_t bytes, const void *memory, void *host);

    /* ---- recordings, NULL on a device without them: the calls between record() and recorded()
     * are kept, not run; replay() runs them all, with the same arguments, at the price of one. No
     * memory, upload or download in between; the same calls have been run once before. */
    void (*record)(Backend *);
    void *(*recorded)(Backend *); /* the caller forgets it before close() */
    void (*replay)(Backend *, void *recording);
    void (*forget)(Backend *, void *recording);

    /* ---- batches of data that are in the backend's memory: the row b at places[b]. Places are in
     * backend memory too; −1 is behind the end: all 0, with the label −1. */
    /* tokens_bt = bytes[places_b + t], labels_bt = the byte behind it: windows x context each */
    void (*gather_windows)(Backend *, const uint8_t *bytes, int64_t windows, int64_t context,
                           const int64_t *places, int32_t *tokens, int32_t *labels);
    /* Places are numbers of images. pixels without gaps, pixels.rows / images of them an image. */
    void (*gather_images)(Backend *, const ByteImages *from, int64_t images, const int64_t *places,
                          Matrix pixels, int32_t *labels);

    void (*fill)(Backend *, Matrix x, real value);
    void (*copy)(Backend *, Matrix from, Matrix to); /* converts dtypes; bfloat16 to nearest even */

    /* ---- products */
    /* C = alpha op(A) op(B) + beta C */
    void (*gemm)(Backend *, Transpose a, Transpose b, real alpha, Matrix A, Matrix B, real beta,
                 Matrix C);
    /* C = alpha op(A) op(A)ᵀ + beta C for a symmetric C, which it stays, at little more than half
     * the price of a product where the device can. */
    void (*gram)(Backend *, Transpose a, real alpha, Matrix A, real beta, Matrix C);
    /* y = phi(x Wᵀ + bias) + skip. pre gets what phi was applied to. bias, pre, skip may be
     * absent; skip may be y. */
    void (*linear)(Backend *, Matrix x, Matrix W, Matrix bias, Activation phi, Matrix pre,
                   Matrix skip, Matrix y);

    /* A = Q diag(w) Qᵀ for symmetric A (n x n, both sides filled): w (1 x n) ascending, the columns
     * of Q (n x n; may be A) orthonormal, each with the sign that makes its first entry of the
     * largest size positive. All NaN where A is not finite or no decomposition is found. It may
     * wait for the device: not for a step that is recorded as a graph. */
    void (*eigen)(Backend *, Matrix A, Matrix Q, Matrix w);

    /* ---- element by element */
    void (*axpy)(Backend *, real a, Matrix x, Matrix y);             /* y += a x */
    void (*activate)(Backend *, Activation phi, Matrix x, Matrix y); /* y may be x */
    /* dx = or += phi'(x) dy; dx may be dy when not adding */
    void (*activate_backward)(Backend *, Activation phi, Matrix x, Matrix dy, Matrix dx, bool adds);
    /* SwiGLU: x is (gate | up), N x 2H; y = silu(gate) up, N x H */
    void (*gate)(Backend *, Matrix x, Matrix y);
    void (*gate_backward)(Backend *, Matrix x, Matrix dy, Matrix dx);
    /* y = x / (1 − share) where number i * cols + j of the stream, uniform, is at least `share`,
     * else 0. y may be x; with the same stream it is its own backward pass. *step, in backend
     * memory, is put for the stream's trial, so that the call may be recorded; NULL: as it is. */
    void (*dropout)(Backend *, Rng stream, const int64_t *step, real share, Matrix x, Matrix y);
    /* Row r gets row r % table.rows of the table added: y = x + table; y may be x. */
    void (*add_rows)(Backend *, Matrix x, Matrix table, Matrix y);
    void (*add_rows_backward)(Backend *, Matrix dy, Matrix dtable); /* adds */

    /* ---- reductions, in a fixed order, in double */
    void (*sum_columns)(Backend *, Matrix x, Matrix sums); /* 1 x C: adds */
    void (*sum_squares)(Backend *, Matrix x, double *sum); /* adds */
    void (*clip)(Backend *, const double *sum_squares, real limit, StepConstants *k);
    /* y = x / max(sqrt(*sum_squares), tiny); y may be x */
    void (*normalise)(Backend *, const double *sum_squares, Matrix x, Matrix y);
    /* y = x sqrt(*sum_squares); y may be x */
    void (*scale_by_norm)(Backend *, const double *sum_squares, Matrix x, Matrix y);
    /* y_ij = x_ij (max(w_j, 0) + shift)^power: functions of a matrix from its eigenvalues. w: 1 x
     * C; y may be x */
    void (*scale_columns)(Backend *, Matrix x, Matrix w, real shift, real power, Matrix y);

    /* ---- rows */
    /* stats: N x 2 (mean, 1 / deviation). bias is absent for RMSNorm. */
    void (*norm)(Backend *, NormKind, Matrix x, Matrix weight, Matrix bias, Matrix y, Matrix stats);
    /* dweight, dbias: add; dx: = or += */
    void (*norm_backward)(Backend *, NormKind, Matrix x, Matrix weight, Matrix stats, Matrix dy,
                          Matrix dx, bool adds, Matrix dweight, Matrix dbias);
    void (*embed)(Backend *, const int32_t *ids, Matrix table, Matrix y);
    void (*embed_backward)(Backend *, const int32_t *ids, Matrix dy, Matrix dtable); /* adds */
    /* Turns queries and keys in place by position (pairs (j, j + head_size/2), base 10000);
     * sign −1 turns back. */
    void (*rotate)(Backend *, const AttentionShape *, Matrix qkv, int sign);

    /* ---- attention: y (N x heads*head_size) = softmax(q kᵀ / sqrt(head_size)) v for each head;
     * log_sums (batch*heads x context) is kept for the backward pass; dqkv is overwritten. */
    void (*attention)(Backend *, const AttentionShape *, Matrix qkv, Matrix y, Matrix log_sums);
    void (*attention_backward)(Backend *, const AttentionShape *, Matrix qkv, Matrix y,
                               Matrix log_sums, Matrix dy, Matrix dqkv);

    /* ---- images. W: outputs x (kernel*kernel*inputs), input channels fastest */
    void (*convolve)(Backend *, const ConvShape *, Matrix x, Matrix W, Matrix bias, Matrix y);
    void (*convolve_backward)(Backend *, const ConvShape *, Matrix dy, Matrix W, Matrix dx,
                              bool adds);
    void (*convolve_weights)(Backend *, const ConvShape *, Matrix x, Matrix dy,
                             Matrix dW); /* adds */
    void (*batchnorm)(Backend *, const BatchNorm *, Matrix x, Matrix skip, Matrix y);
    void (*batchnorm_eval)(Backend *, const BatchNorm *, Matrix x, Matrix skip, Matrix y);
    /* dy becomes the gradient of skip (dy through the activation); dx = or +=, may be dy when not
     * adding, may be absent */
    void (*batchnorm_backward)(Backend *, const BatchNorm *, Matrix x, Matrix y, Matrix dy,
                               Matrix dx, bool adds, Matrix dweight, Matrix dbias);
    void (*pool)(Backend *, const PoolShape *, Matrix x, Matrix y);
    void (*pool_backward)(Backend *, const PoolShape *, Matrix x, Matrix y, Matrix dy, Matrix dx,
                          bool adds); /* POOL_MAX: to the first largest of a window */

    /* ---- loss. head_work: how many reals of scratch the call needs for these sizes */
    int64_t (*head_work)(Backend *, int64_t rows, int64_t width, int64_t classes);
    void (*head)(Backend *, const Head *, real *work);

    /* ---- optimizers: x, slot ← rule(k, decay, x, g, slot), n numbers each; absent slots NULL */
    void (*update)(Backend *, UpdateKind, const StepConstants *k, real decay, int64_t n,
                   const real *g, real *x, real *slot[UPDATE_SLOTS]);

    /* ---- designs in double precision; NULL: their passes run on the host */
    const RowDevice *rows;
};

/* The reference: OpenMP over blocks whose borders depend on the shapes alone; one thread does a
 * block. Free with backend->close(backend). */
Backend *backend_cpu(void);

/* How products multiply numbers of float32: in full, or with the factors rounded to TF32 (10 bits
 * behind the point) or bfloat16 (7); sums are in float32. With bfloat16 the backend wants
 * activations in it, too. */
typedef enum { PRECISION_FLOAT32, PRECISION_TF32, PRECISION_BFLOAT16 } Precision;

/* "cpu" (or "cuda" in a build with it), in full precision. Exit 2 on another name and on a device
 * that is not there: never a silent fall-back. */
Backend *backend_open(const char *device);

/* The same; precision: "float32" (also ""), "tf32", "bfloat16". The CPU knows only the first: exit
 * 2 on others. */
Backend *backend_open_with(const char *device, const char *precision);

/* NULL where backend_open(device) would succeed, else one sentence that says why not. It leaves
 * the device untouched: the caller may fork() afterwards. */
const char *backend_missing(const char *device);

/* What backend_open_with() would say of these names, without opening: exit 2. */
Precision backend_precision(const char *device, const char *precision);

#endif
