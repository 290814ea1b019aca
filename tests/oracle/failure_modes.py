"""Writes ../data/failure_modes.csv: herds, retries, mixtures, hot keys, deadlocks, pools, batches
and cells at odd sizes, with mpmath at 60 digits and exact fractions.

Herds are counted attempt by attempt with fractions, fixed points are iterated from below,
cells are tried one by one: none is the form that the library uses. Columns as in
queueing.csv; rel_tol = max(1e-12, 16 x the change of the value when one input changes by
2^-53). Run: python3 tests/oracle/failure_modes.py
"""

import csv
import json
import os
from fractions import Fraction
from math import ceil, floor

from mpmath import mp, mpf, exp, findroot, log, polyroots, sqrt, zeta

mp.dps = 60
EPS = mpf(2) ** -53


def served_in_phase(clients, places, s, delay):
    """Attempts, drain and rounds when whoever is refused at the k-th time returns after delay(k).
    Places are given back before a retry at the same moment."""
    left, now, free_at, attempts, k, done = clients, Fraction(0), Fraction(0), 0, 0, Fraction(0)
    while left > 0:
        attempts += left
        if now >= free_at:
            left -= min(left, places)
            free_at = now + s
            done = free_at
        now += delay(k)
        k += 1
    return attempts, done, -(-clients // places)


def herd(clients_N, pool_P, service_s, mode, retry=None, cap_s=None):
    n, p, s = clients_N, pool_P, service_s
    once = {"attempts": n, "rejected": 0, "amplification": 1}
    if mode == "queue_det":
        waits, left, k = Fraction(0), n, 0
        while left > 0:
            now = min(left, p)
            waits += now * k * s
            left -= now
            k += 1
        return {"rounds": k, **once, "drain_s": k * s, "mean_wait_s": waits / n, "max_wait_s": (k - 1) * s}
    if mode == "queue_exp":
        # Completions one by one: min(left, P) servers at work.
        total, m = mpf(0), min(n, p)
        for busy in range(1, m + 1):
            total += mpf(1) / busy
        drain = (total + mpf(n - m) / p) * mpf(s.numerator) / s.denominator
        return {**once, "drain_mean_s": drain}
    if mode == "jitter_const":
        calm = min(Fraction(n), p * retry / (2 * s))
        return {"amplification": 1 + (n * n - calm * calm) * s / (p * retry * n) + calm / n}
    delay = (lambda k: retry) if mode == "fixed_sync" else (lambda k: min(cap_s, retry * 2**k))
    attempts, drain, rounds = served_in_phase(n, p, s, delay)
    return {"rounds": rounds, "attempts": attempts, "rejected": attempts - n, "amplification": Fraction(attempts, n), "drain_s": drain}


def erlang_b(c, a):
    inverse = mpf(1)
    for k in range(1, c + 1):
        inverse = 1 + inverse * k / a
    return 1 / inverse


def retry(lam, s, servers, max_retries):
    tries = max_retries + 1
    out = lambda x: lam * sum(erlang_b(servers, x * s) ** k for k in range(tries))
    # The smallest fixed point: from lambda upward, by bisection below the first crossing.
    low, high, step = lam, lam, lam / 200
    while out(high) > high:
        low, high = high, high + step
    for _ in range(180):
        middle = (low + high) / 2
        low, high = (middle, high) if out(middle) > middle else (low, middle)
    b = erlang_b(servers, low * s)
    return {"attempt_rate_per_s": low, "amplification": low / lam, "p_block_attempt": b, "p_fail_final": b**tries, "goodput_per_s": lam * (1 - b**tries)}


def mixture(lam, kinds):
    """Kinds as (fraction, mean, cs2), the small one first."""
    m1 = sum(f * m for f, m, _ in kinds)
    m2 = sum(f * m * m * (1 + v) for f, m, v in kinds)
    f, m, v = kinds[0]
    own = f * m * m * (1 + v)
    rho, rho_s = lam * m1, lam * f * m
    wq, alone = lam * m2 / 2 / (1 - rho), lam * own / 2 / (1 - rho_s)
    return {
        "rho": rho, "mean_service_s": m1, "cs2_mixture": m2 / m1**2 - 1, "Wq_s": wq, "slowdown_small": 1 + wq / m,
        "Wq_small_isolated_s": alone, "blame_large": 1 - own / m2, "Wq_small_if_priority_s": lam * m2 / 2 / (1 - rho_s),
        "wasted_wait_jobs_small": lam * f * (wq - alone),
    }


def shares(lam, s, p):
    hot, n = max(p), len(p)
    return {
        "max_share": hot, "effective_shards": 1 / hot, "max_throughput_per_s": 1 / (s * hot), "hottest_rho": lam * hot * s,
        "capacity_lost": 1 - 1 / hot / n, "W_mean_s": sum(q * s / (1 - lam * q * s) for q in p),
        "W_uniform_s": s / (1 - lam * s / n), "W_hottest_s": s / (1 - lam * hot * s),
    }


def zipf(keys, theta, shards):
    # Term by term to 20,000, Euler and Maclaurin by mpmath's zeta beyond.
    if keys <= 20_000 or theta == 1:
        total = sum(mpf(k) ** -theta for k in range(1, min(keys, 20_000) + 1))
        if keys > 20_000:
            total = mp.harmonic(keys)
    else:
        total = zeta(theta) - zeta(theta, keys + 1)
    p1 = 1 / total
    return {"p1": p1, "effective_shards_bound": 1 / max(p1, mpf(1) / shards), "hottest_share_mean_of_key1_shard": p1 + (1 - p1) / shards}


def locks(d, a, t, tps, n):
    running = tps * a * t * n * n
    out = {"concurrent_txns": running, "p_wait_txn": running * a**2 / (2 * d), "p_deadlock_txn": running * a**4 / (4 * d**2)}
    out["eager_deadlock_rate_per_s"] = tps**2 * t * a**5 * n**3 / (4 * d**2)
    out["lazy_group_reconcile_rate_per_s"] = tps**2 * t * (a * n) ** 3 / (2 * d)
    out["lazy_master_deadlock_rate_per_s"] = (tps * n) ** 2 * t * a**5 / (4 * d**2)
    out["refined_p_wait_txn"] = running * a * (a + 1) / (2 * d)
    out["refined_p_deadlock_txn"] = running * a * (a + 1) * (a - 1) ** 2 / (12 * d**2)
    out["refined_deadlock_rate_per_s"] = out["refined_p_deadlock_txn"] * tps * n
    return out


def pool(servers, rho, s):
    c, a = servers, rho * servers
    b = erlang_b(c, a)
    wait = c * b / (c - a * (1 - b))
    jsq, i = mpf(0), 1
    while True:
        term = rho ** (2**i - 2)
        jsq += term
        if term < mpf(10) ** -50:
            break
        i += 1
    second = ((1 + rho) - sqrt(1 + 2 * rho - 3 * rho**2)) / 2
    ratio = rho / (1 + rho - second)
    separate, pooled = s / (1 - rho), s + wait * s / (c - a)
    return {
        "W_separate_s": separate, "W_pooled_s": pooled, "W_jsq2_meanfield_s": s * jsq,
        "W_steal_meanfield_s": s * (rho + second / (1 - ratio)) / rho, "pooling_gain": separate / pooled,
    }


def batch(lam, fixed, item, size):
    tau = fixed + item * size
    rho = lam * tau / size
    kingman = rho / (1 - rho) / (2 * size) * tau
    klb = kingman * exp(-2 * (1 - rho) / (3 * rho) * (1 - mpf(1) / size) ** 2 * size)
    smallest = 1
    while lam * (fixed + item * smallest) >= smallest:
        smallest += max(1, smallest // 1000) if lam * (fixed + item * (smallest + max(1, smallest // 1000))) >= smallest + max(1, smallest // 1000) else 1
    fill = (size - 1) / (2 * lam)
    return {
        "batch_min_stable": smallest, "rho": rho, "fill_wait_mean_s": fill, "fill_wait_max_s": 2 * fill, "service_batch_s": tau,
        "Wq_kingman_s": kingman, "Wq_klb_s": klb, "latency_mean_klb_s": fill + klb + tau, "max_throughput_per_s": size / tau,
    }


def cells(gamma, alpha, beta, f, target):
    x = lambda n: gamma * n / (1 + alpha * (n - 1) + beta * n * (n - 1))
    worth = lambda n: x(n) / (n + f)
    real = [mp.re(root) for root in polyroots([2 * beta, alpha - beta + beta * f, 0, -f * (1 - alpha)], maxsteps=500, extraprec=400) if abs(mp.im(root)) < mpf(10) ** -40]
    best = max(range(1, 5001), key=worth)
    count = int(mp.ceil(target / x(best)))
    peak = sqrt((1 - alpha) / beta)
    top = max(range(1, int(peak) + 3), key=x)
    return {
        "n_opt_real": max(real), "n_opt_int": best, "X_cell_per_s": x(best), "cells": count, "nodes_total": count * (best + f),
        "n_peak": peak, "X_peak_per_s": x(top),
    }


def main():
    rows = []

    def keep(model, params, expected, tolerance):
        def text(value):
            if isinstance(value, Fraction):
                value = mpf(value.numerator) / value.denominator
            return str(value) if isinstance(value, int) else mp.nstr(value, 20)

        index = sum(row[1] == model for row in rows) + 1
        expected = {key: text(value) for key, value in expected.items()}
        rows.append([f"{model}-odd-{index:02}", model, json.dumps(params), json.dumps(expected), mp.nstr(tolerance, 3), "1e-300"])

    def add(model, params, call, given):
        """`given` are the arguments: texts are decimals and are moved, the rest stays."""
        exact = [mpf(value) if isinstance(value, str) else value for value in given]
        value = call(*exact)
        tolerance = mpf("1e-12")
        for at, text in enumerate(given):
            if isinstance(text, str) and exact[at] != 0:
                moved = call(*[v * (1 + EPS) if k == at else v for k, v in enumerate(exact)])
                for key in value:
                    if not isinstance(value[key], int) and abs(value[key]) > mpf("1e-300") and abs(moved[key] / value[key] - 1) < mpf("1e-6"):
                        tolerance = max(tolerance, 16 * abs(moved[key] / value[key] - 1))
        keep(model, params, value, tolerance)

    for mode, n, p, s, r, cap in [
        ("queue_det", 1, 1, "0.000003", None, None), ("queue_det", 1, 64, "3600", None, None), ("queue_det", 1000000, 7, "0.00025", None, None),
        ("queue_det", 101, 100, "0.1", None, None), ("queue_det", 999999, 1000, "0.0333", None, None),
        ("queue_exp", 1, 1, "7200", None, None), ("queue_exp", 3, 8, "0.4", None, None), ("queue_exp", 1000000, 333, "0.0007", None, None),
        ("queue_exp", 12345, 2345, "0.05", None, None), ("queue_exp", 100, 1, "0.01", None, None),
        ("fixed_sync", 1, 1, "0.2", "0.1", None), ("fixed_sync", 700, 50, "0.7", "0.1", None), ("fixed_sync", 333, 100, "0.29", "0.03", None),
        ("fixed_sync", 100000, 9, "0.000017", "0.000004", None), ("fixed_sync", 4999, 500, "30", "7.5", None), ("fixed_sync", 10, 3, "1.1", "0.1", None),
        ("fixed_sync", 250, 25, "0.05", "3600", None), ("fixed_sync", 2001, 100, "0.05", "0.05", None),
        ("expo_sync", 1000, 50, "0.1", "0.1", "0.1"), ("expo_sync", 5000, 40, "0.25", "0.1", "6.4"), ("expo_sync", 77, 10, "0.3", "0.05", "1"),
        ("expo_sync", 100000, 300, "0.012", "0.015", "20"), ("expo_sync", 9, 2, "3", "0.5", "2"), ("expo_sync", 1, 1, "1", "2", "60"),
        ("expo_sync", 20000, 100, "0.05", "1", "60"), ("expo_sync", 640, 64, "0.7", "0.1", "0.3"), ("expo_sync", 64, 1, "0.001", "0.004", "1000"),
        ("jitter_const", 10000, 100, "0.05", "0.5", None), ("jitter_const", 50000, 100, "0.002", "0.75", None),
        ("jitter_const", 3000, 20, "0.3", "45.5", None), ("jitter_const", 100000, 1000, "0.0004", "0.05", None),
    ]:
        given = {"clients_N": n, "pool_P": p, "service_s": s, "mode": mode}
        if r is not None:
            given["retry_interval_or_base_or_window_s"] = r
        if cap is not None:
            given["cap_s"] = cap
        fraction = lambda text: None if text is None else Fraction(text)
        keep("HERD", given, herd(n, p, Fraction(s), mode, fraction(r), fraction(cap)), mpf("1e-12"))

    for c, lam, s, most in [
        (1, "0.1", "1", 1), (1, "0.9", "1", 5), (1, "3", "2", 2), (2, "1000000", "0.0000013", 4), (10, "8", "1", 10), (10, "8", "1", 100), (16, "0.004", "3600", 3),
        (64, "59.5", "1", 3), (300, "275.25", "1", 2), (1000, "31250", "0.03", 1), (7, "0.5", "1", 6), (25, "1000", "0.06", 3), (40, "39.9", "1", 0),
    ]:
        add("RETRY", {"servers": c, "lambda": lam, "mean_service": s, "max_retries": most}, retry, [lam, s, c, most])

    for lam, kinds in [
        ("0.5", [("0.5", "0.5", "1"), ("0.5", "1.5", "1")]), ("900", [("0.999", "0.0009", "0"), ("0.001", "0.09", "4")]),
        ("0.0001", [("0.9", "60", "2.25"), ("0.1", "3600", "0.25")]), ("250000", [("0.95", "0.000001", "0"), ("0.05", "0.00004", "1")]),
        ("99.9", [("0.9", "0.005", "0.5"), ("0.1", "0.055", "0.5")]), ("1", [("0.75", "0.001", "9"), ("0.25", "3.9", "0")]),
        ("20", [("0.6", "0.01", "1"), ("0.3", "0.02", "1"), ("0.1", "0.2", "1")]), ("3", [("0.2", "0.1", "0"), ("0.8", "0.39", "0")]),
        ("1000", [("0.9999", "0.0005", "0"), ("0.0001", "4.5", "0")]), ("7", [("0.5", "0.1", "0"), ("0.25", "0.11", "3"), ("0.125", "0.2", "1"), ("0.125", "0.3", "20")]),
    ]:
        flat = [lam] + [part for kind in kinds for part in kind]

        def call(lam, *parts):
            return mixture(lam, [parts[k : k + 3] for k in range(0, len(parts), 3)])

        add("HOL", {"lambda": lam, "mixture": [{"fraction": f, "mean": m, "cs2": v} for f, m, v in kinds]}, call, flat)

    for lam, s, p in [
        ("1", "0.5", ["1"]), ("2.4999", "1", ["0.4", "0.2", "0.2", "0.1", "0.1"]), ("0.0001", "3600", ["0.7", "0.3"]), ("1000000", "0.0000015", ["0.4", "0.3", "0.2", "0.1"]),
        ("31", "0.02", ["0.9", "0.05", "0.03", "0.02"]), ("640", "0.0125", ["0.0625"] * 16), ("12", "0.1", ["0.1", "0.2", "0.3", "0.4"]), ("0.5", "1", ["0.999", "0.001"]),
    ]:
        call = lambda lam, s, *p: shares(lam, s, list(p))
        add("HOTKEY", {"lambda": lam, "mean_service": s, "shares": p}, call, [lam, s, *p])
    for keys, theta, n in [(1, "1", 4), (2, "3.5", 2), (10, "0.001", 3), (20000, "1", 64), (1000000, "0.99", 100), (1000000, "1", 1000), (10000000, "1.2", 256), (100000000, "0.75", 50), (5, "2", 1)]:
        add("HOTKEY", {"zipf_keys": keys, "zipf_theta": theta, "shards": n}, zipf, [keys, mpf(theta), n])

    for d, a, t, tps, n in [
        (100, 1, "0.001", "10", 1), (50, 2, "0.5", "0.1", 1), (1000000000, 100, "0.0002", "50000", 3), (123456, 7, "0.0123", "45.6", 5), (10000, 4, "3600", "0.0001", 2),
        (5000000, 25, "0.000004", "120000", 1), (1000000, 10, "0.01", "100", 100), (40000, 3, "0.02", "800.5", 8), (777777, 12, "0.0071", "333.3", 2), (2000, 5, "0.01", "0.001", 1), (300000, 50, "0.001", "12.5", 16),
    ]:
        call = lambda t, tps, d, a, n: locks(mpf(d), mpf(a), t, tps, mpf(n))
        add("DEADLOCK", {"db_size": d, "actions": a, "action_time_s": t, "tps_per_node": tps, "nodes": n}, call, [t, tps, d, a, n])

    for c, rho, s in [(1, "0.5", "1"), (1, "0.999", "0.000002"), (2, "0.01", "3600"), (3, "0.9", "0.05"), (8, "0.999", "1"), (16, "0.75", "0.0001"), (50, "0.9999", "1"), (100, "0.95", "0.02"), (500, "0.3", "7"), (10000, "0.999", "1"), (64, "0.85", "0.125")]:
        add("POOL", {"servers": c, "rho": rho, "mean_service": s}, lambda rho, s, c: pool(c, rho, s), [rho, s, c])

    for lam, fixed, item, size in [
        ("1", "0.5", "0.1", 1), ("1000", "0.005", "0.0002", 7), ("1000", "0.005", "0.0009", 51), ("0.01", "600", "20", 12), ("250000", "0.00005", "0.000001", 40), ("3", "0.1", "0", 1),
        ("40", "0", "0.02", 1), ("40", "0", "0.02", 10), ("9999", "0.01", "0.0001", 2000000), ("123.4", "0.0567", "0.0012", 33), ("1000000", "0.02", "0.0000005", 100000), ("7", "1", "0.02", 9),
    ]:
        add("BATCH", {"lambda": lam, "fixed_cost_s": fixed, "per_item_s": item, "batch_size": size}, batch, [lam, fixed, item, size])

    for g, a, b, f, target in [
        ("1000", "0.03", "0.0002", "5", "100000"), ("1000", "0.03", "0.0002", "2", "1000000"), ("0.5", "0.1", "0.01", "0.25", "12.5"), ("50000", "0.001", "0.000001", "10", "100000000"),
        ("7", "0.2", "0.0001", "1.5", "777"), ("995.64", "0.0267", "0.000769", "0.75", "40000"), ("100", "0", "0.01", "0.1", "9000"), ("36.5", "0.4", "0.02", "4", "5000"),
        ("1", "0.05", "0.00001", "1", "1000"), ("1234.5", "0.007", "0.00003", "3.3", "250000"), ("80", "0.5", "0.001", "20", "10000"),
    ]:
        params = {"gamma_per_s": g, "alpha": a, "beta": b, "overhead_nodes_per_cell": f, "target_per_s": target}
        add("CELLS", params, cells, [g, a, b, f, target])

    path = os.path.join(os.path.dirname(__file__), "..", "data", "failure_modes.csv")
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["case_id", "model", "params", "expected", "rel_tol", "abs_tol"])
        writer.writerows(rows)


main()
