"""Percentage points of the best split of a normal sample into two groups (src/stats/modes.rs).

Simulated: share of the sum of squares that the best split leaves, with a fifth of the values
(two at least) on either side; the 0.1 % and 1 % points for each size of the sample.
"""

import random


def left_by_best_split(values):
    values = sorted(values)
    n = len(values)
    side = max(2, n // 5)
    sums, squares = [0.0], [0.0]
    for x in values:
        sums.append(sums[-1] + x)
        squares.append(squares[-1] + x * x)

    def within(a, b):
        return squares[b] - squares[a] - (sums[b] - sums[a]) ** 2 / (b - a)

    best = min(within(0, k) + within(k, n) for k in range(side, n - side + 1))
    return best / within(0, n)


if __name__ == "__main__":
    random.seed(1)
    for n in (6, 7, 8, 10, 12, 15, 20, 30, 50, 100):
        count = 60000 if n <= 20 else 20000
        found = sorted(left_by_best_split([random.gauss(0, 1) for _ in range(n)]) for _ in range(count))
        print(n, round(found[count // 1000], 4), round(found[count // 100], 4))
