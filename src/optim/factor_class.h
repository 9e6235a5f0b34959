/* Classes of square matrices that are closed under products, for the factors of IF-Shampoo (Lin et
 * al. 2024; the classes are those of its authors' packages), and the numbers they are kept as.
 *
 * A class has a linear projection of symmetric matrices, which leaves its own as they are: diagonal
 * and block-diagonal keep these entries; a triangular Toeplitz matrix gets, on its j-th diagonal,
 * the mean of the entries of the j-th diagonals on both sides of the main one, which are added (the
 * main one once).
 *
 * What is kept of an n x n matrix is n x b (kronecker_at()): all of a dense one, b = n; the blocks
 * one below the other, b their length, the last one's rows filled up with 0; the diagonal, or a
 * Toeplitz matrix's first row or column, b = 1. Products are made with whole matrices, in scratch.
 */
#ifndef OPTIM_FACTOR_CLASS_H
#define OPTIM_FACTOR_CLASS_H

#include "optim/kronecker.h"

struct FactorClass {
    const char *name;
    int64_t block; /* b, where n is longer; 0: the optimizer's key says it */
    int triangle;  /* 1 upper, −1 lower; 0: the projection is symmetric */

    /* A from what is kept of it, and what is kept of A in the class. NULL: all is kept, in place.
     */
    void (*unpack)(Optimizer *optimizer, Matrix kept, Matrix A);
    void (*pack)(Optimizer *optimizer, Matrix A, Matrix kept);

    /* What is kept of the projection of A; ones: a row of n. NULL: the same as pack. */
    void (*project)(Optimizer *optimizer, Matrix A, Matrix ones, Matrix kept);
};

/* The class called so, or exit 2 with the list of classes. */
const FactorClass *factor_class_find(const char *name);

/* The whole matrix: `kept` itself where all is kept, else A, filled. */
Matrix factor_class_open(Optimizer *optimizer, Matrix kept, Matrix A);

/* kept ← A, from factor_class_open() and still in the class, or its projection. */
void factor_class_keep(Optimizer *optimizer, Matrix A, Matrix kept);
void factor_class_project(Optimizer *optimizer, Matrix A, Matrix ones, Matrix kept);

#endif
