/* Other coordinates for a matrix parameter: W = Aᵀ V B, in which the gradient G becomes A G Bᵀ.
 *
 * W and V are 3 x 2 without gaps, in double; A is 3 x 3, B the upper left 2 x 2 of one. */
#ifndef OPTIM_COORDINATES_H
#define OPTIM_COORDINATES_H

enum { COORDINATE_ROWS = 3, COORDINATE_COLS = 2, COORDINATE_COUNT = 6 };

typedef struct {
    double at[COORDINATE_ROWS][COORDINATE_ROWS];
} Square;

typedef struct {
    Square A, B;
} Coordinates;

/* unit: W itself. stretch: A and B are diagonal. shear: they are triangular. turn: A is orthogonal,
 * B is 1. */
extern const Coordinates coordinates_unit, coordinates_stretch, coordinates_shear, coordinates_turn;

/* By elimination without a change of order: for matrices like those above, whose corners have
 * inverses. */
Square square_inverse(const Square *A);
Square square_outer(const Square *A); /* A Aᵀ */

/* W = Aᵀ V B, V from W, and A G Bᵀ from G; out is another array. */
void coordinates_back(const Coordinates *of, const double *V, double *W);
void coordinates_into(const Coordinates *of, const double *W, double *V);
void coordinates_gradient(const Coordinates *of, const double *G, double *out);

#endif
