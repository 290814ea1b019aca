"""Fewest runs with which the peak can be known to ±5 % and ±10 %, for tests/suite/measure_simulated.rs.

Truths and noise are the fits of the sweeps in data/ (`scalecalc usl FILE --json`; the program is the
first argument). For each, three numbers of runs at which t(n − 3) × the standard error of ln N* is
the width asked for: of the c-optimal design that knows the truth (linear program, Elfving 1952;
any whole N up to the largest), of one round of doublings followed by the best single runs, and of
whole rounds of the even sweeps. Needs numpy and scipy.
"""

import glob
import json
import os
import subprocess
import sys

import numpy as np
from scipy.optimize import linprog
from scipy.stats import t as student

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def truths(program):
    for folder in ("own", "published"):
        for path in sorted(glob.glob(os.path.join(ROOT, "data", folder, "*"))):
            done = subprocess.run([program, "usl", path, "--json"], capture_output=True, text=True)
            try:
                document = json.loads(done.stdout)
            except ValueError:
                continue
            fit = document.get("fit")
            if not fit or not document["derived"]["peak"]["established"]:
                continue
            alpha, beta, noise = fit["alpha"]["value"], fit["beta"]["value"], fit["relative_error"]
            most = document["input"]["n_max"]
            if noise and 0.005 <= noise < 0.08 and most >= 16 and alpha < 1:
                yield os.path.basename(path), alpha, beta, noise, most


def slopes(n, alpha, beta, constant):
    """Of ln X (relative noise) or of X (constant noise), in α, β and ln γ."""
    d = 1 + alpha * (n - 1) + beta * n * (n - 1)
    relative = np.c_[-(n - 1) / d, -n * (n - 1) / d, np.ones_like(n)]
    return relative * (n / d)[:, None] if constant else relative


def wide(n, variance, noise):
    return student.ppf(0.975, n - 3) * noise * np.sqrt(variance)


def runs(variance_of, noise, within, step):
    n = step
    while n <= 3 or wide(n, variance_of(n), noise) > within:
        n += step
    return n


def main():
    systems = list(truths(sys.argv[1]))
    for constant in (False, True):
        for within in (0.05, 0.1):
            shares = []
            print(f"\n{'constant' if constant else 'relative'} noise, ±{within:.0%}")
            for name, alpha, beta, noise, most in systems:
                gradient = np.array([-0.5 / (1 - alpha), -0.5 / beta, 0])
                sizes = np.arange(1, int(most) + 1.0)
                doublings = [1.0]
                while doublings[-1] * 2 < most:
                    doublings.append(doublings[-1] * 2)
                doublings = np.array(doublings + [most])
                spaced = np.round(1 + (most - 1) * np.arange(8) / 7)
                if constant:
                    noise *= np.mean(doublings / (1 + alpha * (doublings - 1) + beta * doublings * (doublings - 1)))
                every = slopes(sizes, alpha, beta, constant)
                scale = np.abs(every).max(0)
                both = np.c_[(every / scale).T, -(every / scale).T]
                optimum = linprog(np.ones(2 * len(sizes)), A_eq=both, b_eq=gradient / scale, method="highs").fun ** 2

                def even(levels):
                    j = slopes(levels, alpha, beta, constant)
                    one = gradient @ np.linalg.inv(j.T @ j) @ gradient
                    return runs(lambda n: one * len(levels) / n, noise, within, len(levels))

                j = slopes(doublings, alpha, beta, constant)
                covariance, n = np.linalg.inv(j.T @ j), len(doublings)
                while n <= 3 or wide(n, gradient @ covariance @ gradient, noise) > within:
                    along = every @ covariance
                    gain = (along @ gradient) ** 2 / (1 + np.einsum("ij,ij->i", along, every))
                    best = along[gain.argmax()]
                    covariance -= np.outer(best, best) / (1 + best @ every[gain.argmax()])
                    n += 1
                row = (runs(lambda n: optimum / n, noise, within, 1), n, even(doublings), even(spaced))
                shares.append([row[0] / row[2], row[0] / row[3], row[1] / row[2], row[1] / row[3]])
                print(f"  {name:32} optimal {row[0]}, after a round {row[1]}, doublings {row[2]}, spaced {row[3]}")
            medians = np.median(shares, axis=0)
            print("  median shares of doublings and spaced: optimal %.2f %.2f, after a round %.2f %.2f" % tuple(medians))


main()
