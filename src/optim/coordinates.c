#include "optim/coordinates.h"

#include <stdbool.h>

enum { ROWS = COORDINATE_ROWS, COLS = COORDINATE_COLS };

#define UNIT                                                                                       \
    {                                                                                              \
        {                                                                                          \
            {1, 0, 0}, {0, 1, 0}, { 0, 0, 1 }                                                      \
        }                                                                                          \
    }

const Coordinates coordinates_unit = {.A = UNIT, .B = UNIT, .C = UNIT, .depth = 1};
const Coordinates coordinates_stretch = {.A = {{{2, 0, 0}, {0, 0.3, 0}, {0, 0, 5}}},
                                         .B = {{{0.7, 0, 0}, {0, 4, 0}, {0, 0, 1}}},
                                         .C = UNIT,
                                         .depth = 1};
const Coordinates coordinates_shear = {.A = {{{1.5, 0.5, 0}, {0, 0.75, -0.25}, {0, 0, 2}}},
                                       .B = {{{0.5, 0, 0}, {-0.5, 1.25, 0}, {0, 0, 1}}},
                                       .C = UNIT,
                                       .depth = 1};
const Coordinates coordinates_turn = {
    .A = {{{0.6, 0.8, 0}, {-0.8, 0.6, 0}, {0, 0, 1}}}, .B = UNIT, .C = UNIT, .depth = 1};
const Coordinates coordinates_tensor = {.A = UNIT, .B = UNIT, .C = UNIT, .depth = COORDINATE_DEPTH};
const Coordinates coordinates_tensor_shear = {.A = {{{1.5, 0.5, 0}, {0, 0.75, -0.25}, {0, 0, 2}}},
                                              .B = {{{0.5, 0, 0}, {-0.5, 1.25, 0}, {0, 0, 1}}},
                                              .C = {{{1.25, -0.75, 0}, {0, 0.5, 0}, {0, 0, 1}}},
                                              .depth = COORDINATE_DEPTH};

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

static double entry(const Square *A, bool transposed, int i, int j)
{
    return transposed ? A->at[j][i] : A->at[i][j];
}

/* X times A, B and C, or their transposes, on its axes: A X Bᵀ or Aᵀ X B where depth is 1. */
static void on_all_axes(const Coordinates *by, bool transposed, const double *X, double *out)
{
    int depth = by->depth, count = COORDINATE_COUNT * depth;
    for (int to = 0; to < count; to++) {
        double sum = 0.0;
        for (int from = 0; from < count; from++)
            sum += entry(&by->A, transposed, to / depth / COLS, from / depth / COLS) * X[from] *
                   entry(&by->B, transposed, to / depth % COLS, from / depth % COLS) *
                   entry(&by->C, transposed, to % depth, from % depth);
        out[to] = sum;
    }
}

void coordinates_back(const Coordinates *of, const double *V, double *W)
{
    on_all_axes(of, true, V, W);
}

void coordinates_into(const Coordinates *of, const double *W, double *V)
{
    Coordinates inverse = {square_inverse(&of->A), square_inverse(&of->B), square_inverse(&of->C),
                           of->depth};
    on_all_axes(&inverse, true, W, V);
}

void coordinates_gradient(const Coordinates *of, const double *G, double *out)
{
    on_all_axes(of, false, G, out);
}
