"""Writes ../data/queueing_edges.csv: queues where naive formulas fail, with mpmath at 60 digits.

Formulas here are the textbook ones, summed term by term at high precision; none is the
form that the library uses. Columns as in queueing.csv; rel_tol = max(1e-12, 16 x the
change of the value when one input changes by 2^-53). Run: python3 tests/oracle/queueing.py
"""

import csv
import json
import os

from mpmath import mp, mpf, exp, log, floor, factorial, gammainc

mp.dps = 60
EPS = mpf(2) ** -53
PERCENTILES = [("p50", mpf("0.5")), ("p95", mpf("0.95")), ("p99", mpf("0.99"))]


def falling_root(survival, target, scale):
    """t with survival(t) = target, survival falling."""
    low, high = mpf(0), mpf(scale)
    while survival(high) > target:
        low, high = high, 2 * high
    for _ in range(110):
        middle = (low + high) / 2
        low, high = (middle, high) if survival(middle) > target else (low, middle)
    return low


def md1(lam, s):
    rho = lam * s
    survival = lambda t: 1 - (1 - rho) * sum(
        (-lam * (t - k * s)) ** k / factorial(k) * exp(lam * (t - k * s))
        for k in range(int(floor(t / s)) + 1)
    )
    wq = rho * s / (2 * (1 - rho))
    out = {"rho": rho, "p_wait": rho, "Wq_s": wq, "W_s": wq + s, "Lq_jobs": lam * wq, "L_jobs": lam * (wq + s)}
    for name, p in PERCENTILES:
        q = 0 if rho <= 1 - p else falling_root(survival, 1 - p, s)
        out[f"wq_{name}_s"], out[f"w_{name}_s"] = q, q + s
    return out


def states(lam, s, c, k):
    a, p = lam * s, [mpf(1)]
    for n in range(1, k + 1):
        p.append(p[-1] * a / min(n, c))
    total = sum(p)
    return [value / total for value in p]


def mmck(lam, s, c, k, percentiles=False):
    p = states(lam, s, c, k)
    x = lam * (1 - p[k])
    lq = sum((n - c) * p[n] for n in range(c, k + 1))
    busy = sum(min(n, c) * p[n] for n in range(k + 1))
    out = {
        "offered_rho": lam * s / c, "p_block": p[k], "X_per_s": x, "rho": busy / c,
        "Lq_jobs": lq, "L_jobs": lq + busy, "Wq_s": lq / x, "W_s": (lq + busy) / x,
        "p_wait": sum(p[c:k]) / (1 - p[k]),
    }
    if percentiles:
        weights = [p[n] / (1 - p[k]) for n in range(c, k)]

        def wait(t):
            # sum of w_j P(Erlang(j+1) > t), Poisson sums shared
            total, cdf, term, x_ = mpf(0), mpf(0), exp(-c * t / s), c * t / s
            for j, w in enumerate(weights):
                cdf += term
                term *= x_ / (j + 1)
                total += w * cdf
            return total

        def response(t):
            # convolve each Erlang(j+1, c mu) with the exponential service
            mu, rate = 1 / s, c / s
            total = wait(t) + exp(-mu * t) * sum(p[:c]) / (1 - p[k])
            for j, w in enumerate(weights):
                if c == 1:
                    part = (mu * t) ** (j + 1) / factorial(j + 1) * exp(-mu * t)
                else:
                    part = exp(-mu * t) * (rate / (rate - mu)) ** (j + 1) * gammainc(j + 1, 0, (rate - mu) * t, regularized=True)
                total += w * part
            return total

        for name, q in PERCENTILES:
            out[f"wq_{name}_s"] = 0 if out["p_wait"] <= 1 - q else falling_root(wait, 1 - q, s)
            out[f"w_{name}_s"] = falling_root(response, 1 - q, s)
    return out


def mmc(lam, s, c):
    a = lam * s
    term, total = mpf(1), mpf(1)
    for k in range(1, c):
        term *= a / k
        total += term
    last = term * a / c / (1 - a / c)
    C = last / (total + last)
    wq = C * s / (c - a)
    theta, mu = c / s - lam, 1 / s
    out = {"rho": a / c, "p_wait": C, "Wq_s": wq, "W_s": wq + s, "Lq_jobs": lam * wq, "L_jobs": lam * wq + a}

    def response(t):
        if theta == mu:
            return exp(-mu * t) * (1 + C * mu * t)
        return (1 - C) * exp(-mu * t) + C * (theta * exp(-mu * t) - mu * exp(-theta * t)) / (theta - mu)

    for name, p in PERCENTILES:
        out[f"wq_{name}_s"] = 0 if C <= 1 - p else log(C / (1 - p)) / theta
        out[f"w_{name}_s"] = falling_root(response, 1 - p, s)
    return out


def closed(z, s, n, c):
    if z == 0:
        p = [mpf(0)] * n + [mpf(1)]
    else:
        p = [mpf(1)]
        for i in range(n):
            p.append(p[-1] * (n - i) * s / z / min(i + 1, c))
        total = sum(p)
        p = [value / total for value in p]
    busy = sum(min(i, c) * p[i] for i in range(n + 1))
    lq = sum((i - c) * p[i] for i in range(c, n + 1))
    x = busy / s
    return {
        "X_per_s": x, "W_s": lq / x + s, "Wq_s": lq / x, "L_jobs": lq + busy, "Lq_jobs": lq, "rho": busy / c,
        "X_max_per_s": min(n / (s + z), c / s), "N_star": c * (s + z) / s,
    }


def main():
    rows = []

    def add(model, params, names, call):
        real = [name for name in names if isinstance(params[name], str)]
        given = {name: mpf(params[name]) if name in real else params[name] for name in names}
        value = call(**{name: given[name] for name in names})
        moved = [call(**{**given, name: given[name] * (1 + EPS)}) for name in real if given[name] != 0]
        relative = mpf("1e-12")
        for key, exact in value.items():
            for other in moved:
                if exact != 0 and abs(exact) > mpf("1e-300"):
                    relative = max(relative, 16 * abs(other[key] / exact - 1))
        index = sum(row[1] == model for row in rows) + 1
        expected = {key: mp.nstr(number, 20) for key, number in value.items()}
        rows.append([f"{model}-edge-{index:02}", model, json.dumps(rename(params)), json.dumps(expected), mp.nstr(relative, 3), "1e-12"])

    def rename(params):
        words = {"lam": "lambda", "s": "mean_service", "c": "servers", "k": "capacity_K", "z": "think_Z", "n": "population_N"}
        return {words[key]: value for key, value in params.items()}

    for lam, s in [("0.05", "1"), ("0.02", "2.5"), ("0.5", "1"), ("12", "0.05"), ("0.95", "1"), ("0.051", "10"), ("0.995", "1"), ("1998", "0.0005")]:
        add("MD1", {"lam": lam, "s": s}, ["lam", "s"], md1)
    for lam, s, c in [("1", "1", 2), ("0.9999", "1", 2), ("1.0001", "1", 2), ("9.0000001", "1", 10), ("19", "1", 20), ("700", "1", 701),
                      ("750", "1", 760), ("800", "1", 830), ("169", "1", 170), ("170", "1", 171), ("1", "0.001", 1), ("0.003", "1", 1),
                      ("60", "0.1", 7), ("1234.5", "0.0731", 97), ("2500", "1", 2550), ("0.001", "1", 3)]:
        add("MMc", {"lam": lam, "s": s, "c": c}, ["lam", "s", "c"], mmc)
    for lam, s, c, k in [("20", "1", 10, 2000), ("10", "1", 10, 2000), ("1", "1", 1, 1), ("1", "1", 1, 3000), ("0.9999", "1", 1, 5000),
                         ("1.0001", "1", 1, 5000), ("1000000", "1", 2, 50), ("0.001", "1", 2, 6), ("750", "1", 740, 800), ("300", "0.1", 30, 31)]:
        add("MMcK", {"lam": lam, "s": s, "c": c, "k": k}, ["lam", "s", "c", "k"], mmck)
    for lam, s, c, k in [("600", "0.02", 10, 20), ("600", "0.02", 10, 60), ("400", "0.02", 10, 14), ("0.5", "1", 1, 4), ("1", "1", 1, 30),
                         ("4", "1", 2, 40), ("9", "1", 10, 40), ("3", "0.5", 4, 4)]:
        add("MMcK", {"lam": lam, "s": s, "c": c, "k": k}, ["lam", "s", "c", "k"], lambda lam, s, c, k: mmck(lam, s, c, k, True))
    for z, s, n, c in [("1", "0.01", 500, 4), ("10", "0.1", 1000, 10), ("0", "0.01", 7, 3), ("0", "1", 2, 5), ("1000000", "0.001", 1000, 1),
                       ("1", "1", 3000, 2900), ("0.000001", "1", 50, 4), ("5", "0.1", 40, 39), ("1", "0.5", 10, 20), ("0.01", "0.00002", 600, 1)]:
        add("CLOSED", {"z": z, "s": s, "n": n, "c": c}, ["z", "s", "n", "c"], closed)

    path = os.path.join(os.path.dirname(__file__), "..", "data", "queueing_edges.csv")
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["case_id", "model", "params", "expected", "rel_tol", "abs_tol"])
        writer.writerows(rows)


main()
