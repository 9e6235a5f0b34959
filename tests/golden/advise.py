"""golden/advise.csv: the minimiser of iris, setosa against the rest, by scikit-learn.

    python3 tests/golden/advise.py data/cache/iris/iris.csv > tests/golden/advise.csv

Rows as they stand and a constant column of 7.9 (the largest feature); lambda = 1/n for rows
scaled by 1/longest, so longest² / n for these. Weights for these rows; the intercept is
7.9 times the constant column's weight. scikit-learn minimises sum loss + |w|²/(2C).
"""
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression

data = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
X = np.c_[data[:, :4], np.full(len(data), data[:, :4].max())]
y = np.where(data[:, 4] == 0, 1, -1)
n, longest = len(X), np.linalg.norm(X, axis=1).max()
own_lambda = longest**2 / n
fit = LogisticRegression(C=1 / (n * own_lambda), fit_intercept=False, solver="newton-cg",
                         tol=1e-14, max_iter=10000).fit(X, y)
w = fit.coef_[0]
optimum = np.logaddexp(0, -y * (X @ w)).mean() + own_lambda / 2 * w @ w
print("feature,weight")
for j in range(4):
    print(f"{j + 1},{w[j]:.17g}")
print(f"intercept,{w[4] * X[0, 4]:.17g}")
print(f"optimum,{optimum:.17g}")
