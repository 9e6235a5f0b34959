#include "optim/coordinates.h"

#include <stdbool.h>

enum { ROWS = COORDINATE_ROWS, COLS = COORDINATE_COLS };

const Coordinates coordinates_unit = {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
                                      {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
const Coordinates coordinates_stretch = {{{{2, 0, 0}, {0, 0.3, 0}, {0, 0, 5}}},
                                         {{{0.7, 0, 0}, {0, 4, 0}, {0, 0, 1}}}};
const Coordinates coordinates_shear = {{{{1.5, 0.5, 0}, {0, 0.75, -0.25}, {0, 0, 2}}},
                                       {{{0.5, 0, 0}, {-0.5, 1.25, 0}, {0, 0, 1}}}};
const Coordinates coordinates_turn = {{{{0.6, 0.8, 0}, {-0.8, 0.6, 0}, {0, 0, 1}}},
                                      {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};

Square square_inverse(const Square *A)
{
    double work[ROWS][2 * ROWS];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < ROWS; j++) work[i][j] = A->at[i][j], work[i][ROWS + j] = i == j;
    for (int k = 0; k < ROWS; k++) {
        double pivot = work[k][k];
        for (int j = 0; j < 2 * ROWS; j++) work[k][j] /= pivot;
        for (int i = 0; i < ROWS; i++) {
            double factor = i == k ? 0.0 : work[i][k];
            for (int j = 0; j < 2 * ROWS; j++) work[i][j] -= factor * work[k][j];
        }
    }
    Square out;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < ROWS; j++) out.at[i][j] = work[i][ROWS + j];
    return out;
}

Square square_outer(const Square *A)
{
    Square S = {{{0}}};
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < ROWS; j++)
            for (int k = 0; k < ROWS; k++) S.at[i][j] += A->at[i][k] * A->at[j][k];
    return S;
}

/* Aᵀ X B where `transposed`, else A X Bᵀ. */
static void two_sided(bool transposed, const Square *A, const double *X, const Square *B,
                      double *out)
{
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++) {
            double sum = 0.0;
            for (int k = 0; k < ROWS; k++)
                for (int l = 0; l < COLS; l++)
                    sum += (transposed ? A->at[k][i] : A->at[i][k]) * X[k * COLS + l] *
                           (transposed ? B->at[l][j] : B->at[j][l]);
            out[i * COLS + j] = sum;
        }
}

void coordinates_back(const Coordinates *of, const double *V, double *W)
{
    two_sided(true, &of->A, V, &of->B, W);
}

void coordinates_into(const Coordinates *of, const double *W, double *V)
{
    Square A = square_inverse(&of->A), B = square_inverse(&of->B);
    two_sided(true, &A, W, &B, V);
}

void coordinates_gradient(const Coordinates *of, const double *G, double *out)
{
    two_sided(false, &of->A, G, &of->B, out);
}
