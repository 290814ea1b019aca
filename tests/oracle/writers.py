"""Optimistic writers of one row (M. Brooker, Exponential backoff and jitter, 2015), event by event.

Prints calls and milliseconds until all have written, each with its standard error. Used by
tests/suite/simulation.rs. Run: python3 tests/oracle/writers.py
"""

import heapq
import random
import statistics
import sys

BASE, CAP = 5.0, 2000.0


def pause(kind, attempt, before, chance):
    most = min(CAP, BASE * 2.0 ** min(attempt, 60))
    if kind == "none":
        return 0.0
    if kind == "exponential":
        return most
    if kind == "full":
        return chance.uniform(0, most)
    if kind == "equal":
        return most / 2 + chance.uniform(0, most / 2)
    return min(CAP, chance.uniform(BASE, 3 * max(before, BASE)))


def run(clients, kind, seed):
    chance = random.Random(f"{clients} {kind} {seed}")
    hop = lambda: abs(chance.gauss(10, 2))
    # (time, order, client, version read or None for a read)
    events = [(hop(), client, client, None) for client in range(clients)]
    heapq.heapify(events)
    version, calls, last, order = 0, 0, 0.0, clients
    attempt, slept = [1] * clients, [0.0] * clients
    while events:
        now, _, client, seen = heapq.heappop(events)
        order += 1
        if seen is None:
            heapq.heappush(events, (now + hop() + hop(), order, client, version))
            continue
        calls += 1
        heard = now + hop()
        if seen == version:
            version += 1
            last = max(last, heard)
            continue
        slept[client] = pause(kind, attempt[client], slept[client], chance)
        attempt[client] += 1
        heapq.heappush(events, (heard + slept[client] + hop(), order, client, None))
    return calls, last


def main():
    for clients, repeats in [(10, 1000), (100, 200), (190, 100)]:
        for kind in ["none", "exponential", "equal", "full", "decorrelated"]:
            columns = zip(*[run(clients, kind, seed) for seed in range(repeats)])
            said = [f"{statistics.mean(c):.3f} +- {statistics.stdev(c) / len(c) ** 0.5:.3f}" for c in columns]
            print(clients, kind, *said, flush=True)


main()
