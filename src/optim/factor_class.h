/* Classes of square matrices that are closed under products, for the factors of IF-Shampoo (Lin et
 * al. 2024; the classes are those of its authors' packages).
 *
 * A class is a linear projection onto it, in place, of a symmetric matrix: diagonal and
 * block-diagonal keep these entries; a triangular Toeplitz matrix gets, on its j-th diagonal, the
 * mean of the entries of the j-th diagonals on both sides of the main one, which are added (the
 * main one once). Factors are stored dense: a class says what is learnt, it saves no memory. */
#ifndef OPTIM_FACTOR_CLASS_H
#define OPTIM_FACTOR_CLASS_H

#include "optim/kronecker.h"

struct FactorClass {
    const char *name;

    /* block: length of a block on the diagonal; other: scratch of A's size; the scratch's line is
     * all 1. NULL: dense. */
    void (*project)(Backend *backend, int64_t block, Matrix A, const Scratch *scratch,
                    Matrix other);
    bool is_triangular; /* else what is projected is symmetric */
};

/* The class called so, or exit 2 with the list of classes. */
const FactorClass *factor_class_find(const char *name);

#endif
