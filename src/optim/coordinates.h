/* Other coordinates for a matrix parameter: W = Aᵀ V B, in which the gradient G becomes A G Bᵀ; or
 * for a tensor, with C on a third axis: W_ijk = Σ A_ai B_bj C_ck V_abc, and A G Bᵀ with C_kc.
 *
 * W and V are 3 x 2 x depth without gaps, in double; A is 3 x 3, B the upper left 2 x 2 of one, C
 * the upper left depth x depth. */
#ifndef OPTIM_COORDINATES_H
#define OPTIM_COORDINATES_H

enum { COORDINATE_ROWS = 3, COORDINATE_COLS = 2, COORDINATE_COUNT = 6 }; /* of a matrix */
enum { COORDINATE_DEPTH = 2, COORDINATE_MOST = COORDINATE_COUNT * COORDINATE_DEPTH };

typedef struct {
    double at[COORDINATE_ROWS][COORDINATE_ROWS];
} Square;

typedef struct {
    Square A, B, C;
    int depth; /* 1: a matrix */
} Coordinates;

/* unit: W itself. stretch: A and B are diagonal. shear: they are triangular. turn: A is orthogonal,
 * B is 1. */
extern const Coordinates coordinates_unit, coordinates_stretch, coordinates_shear, coordinates_turn;
/* Of a tensor: W itself, and triangular A, B and C. */
extern const Coordinates coordinates_tensor, coordinates_tensor_shear;

/* By elimination without a change of order: for matrices like those above, whose corners have
 * inverses. */
Square square_inverse(const Square *A);
Square square_outer(const Square *A); /* A Aᵀ */

/* W = Aᵀ V B, V from W, and A G Bᵀ from G; out is another array. */
void coordinates_back(const Coordinates *of, const double *V, double *W);
void coordinates_into(const Coordinates *of, const double *W, double *V);
void coordinates_gradient(const Coordinates *of, const double *G, double *out);

#endif
