"""Reference values for src/schedule/drift.rs: analysis of covariance by plain linear algebra.

ln X = one level for each N + slope × position, by least squares on the whole design matrix (the
program uses sums within levels instead); t interval and p from Student's distribution by
numerical integration. Standard library only.
"""

import math

RUNS = [(4, 342.5), (1, 101.8), (2, 186.4), (1, 99.3), (4, 335.0), (2, 183.1), (2, 181.9), (4, 330.2), (1, 97.9)]


def solve(a, b):
    n = len(a)
    m = [row[:] + [b[i]] for i, row in enumerate(a)]
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(m[r][i]))
        m[i], m[p] = m[p], m[i]
        for r in range(n):
            if r != i:
                f = m[r][i] / m[i][i]
                m[r] = [x - f * y for x, y in zip(m[r], m[i])]
    return [m[i][n] / m[i][i] for i in range(n)]


def t_two_sided(t, df):
    c = math.gamma((df + 1) / 2) / (math.sqrt(df * math.pi) * math.gamma(df / 2))
    n = 20000
    h = abs(t) / n
    f = lambda x: c * (1 + x * x / df) ** (-(df + 1) / 2)
    s = f(0) + f(abs(t)) + sum((4 if k % 2 else 2) * f(k * h) for k in range(1, n))
    return 1 - 2 * s * h / 3


def quantile(p, df):
    low, high = 0.0, 100.0
    for _ in range(40):
        mid = (low + high) / 2
        low, high = (mid, high) if t_two_sided(mid, df) > 2 * (1 - p) else (low, mid)
    return low


sizes = sorted({n for n, _ in RUNS})
x = [[float(n == s) for s in sizes] + [float(i)] for i, (n, _) in enumerate(RUNS)]
y = [math.log(v) for _, v in RUNS]
k = len(x[0])
xtx = [[sum(r[i] * r[j] for r in x) for j in range(k)] for i in range(k)]
beta = solve(xtx, [sum(r[i] * v for r, v in zip(x, y)) for i in range(k)])
rss = sum((v - sum(b * c for b, c in zip(beta, r))) ** 2 for r, v in zip(x, y))
df = len(RUNS) - k
unit = solve(xtx, [0.0] * (k - 1) + [1.0])
se = math.sqrt(rss / df * unit[-1])
span = len(RUNS) - 1
q = quantile(0.975, df)
print("change", math.expm1(beta[-1] * span))
print("low", math.expm1((beta[-1] - q * se) * span), "high", math.expm1((beta[-1] + q * se) * span))
print("p", t_two_sided(beta[-1] / se, df))
