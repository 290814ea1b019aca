"""A thundering herd, event by event: exponential backoff with full jitter.

Prints attempts a client and the time until the last is served, means of a few seeds. Used by
tests/suite/risk.rs.
"""

import heapq
import random
import statistics


def run(clients, places, service, base, cap, seed):
    chance = random.Random(seed)
    free, attempts, last, sequence = places, 0, 0.0, clients
    tries = [0] * clients
    # (time, end of a service before an attempt, order, client)
    events = [(0.0, 1, client, client) for client in range(clients)]
    while events:
        now, kind, _, client = heapq.heappop(events)
        if kind == 0:
            free, last = free + 1, now
            continue
        attempts += 1
        sequence += 1
        if free > 0:
            free -= 1
            heapq.heappush(events, (now + service, 0, sequence, client))
        else:
            window = min(cap, base * 2 ** tries[client])
            tries[client] += 1
            heapq.heappush(events, (now + chance.uniform(0, window), 1, sequence, client))
    return attempts / clients, last


for case in [
    (10_000, 100, 0.05, 0.05, 20),
    (2_000, 100, 0.05, 0.05, 3.2),
    (10_000, 100, 0.05, 0.1, 5),
    (50_000, 500, 0.02, 0.01, 60),
]:
    runs = [run(*case, seed=seed) for seed in range(8 if case[0] < 20_000 else 3)]
    print(case, [round(statistics.mean(column), 3) for column in zip(*runs)])
