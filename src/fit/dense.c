#include "fit/dense.h"

#include <math.h>

int dense_solve(int n, Dense S, double *b, double least)
{
    bool kept[LAW_MAX_PARAMETERS] = {false};
    int left_out = 0;
    for (int j = 0; j < n; j++) {
        double pivot = S[j][j];
        for (int k = 0; k < j; k++) pivot -= S[j][k] * S[j][k];
        kept[j] = pivot > least * fabs(S[j][j]);
        left_out += !kept[j];
        for (int i = j; i < n; i++) {
            double sum = S[i][j];
            for (int k = 0; k < j; k++) sum -= S[i][k] * S[j][k];
            S[i][j] = kept[j] ? sum / sqrt(pivot) : 0.0;
        }
    }
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) b[i] -= S[i][k] * b[k];
        b[i] = kept[i] ? b[i] / S[i][i] : 0.0;
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) b[i] -= S[k][i] * b[k];
        b[i] = kept[i] ? b[i] / S[i][i] : 0.0;
    }
    return left_out;
}
