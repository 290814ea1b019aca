"""Makes data/gate: simulated sweeps, 8 sizes with 5 runs each and 3 % normal noise.

python3 tests/oracle/gate_sweeps.py, from the root of the repository.
"""

import random

SIZES = [1, 2, 4, 8, 12, 16, 24, 32]


def throughput(n, alpha, beta, gamma):
    return gamma * n / (1 + alpha * (n - 1) + beta * n * (n - 1))


def write(name, alpha, beta, gamma):
    with open(f"data/gate/{name}.csv", "w", encoding="utf-8") as file:
        file.write("threads,throughput\n")
        for n in SIZES:
            for _ in range(5):
                run = throughput(n, alpha, beta, gamma) * (1 + random.gauss(0, 0.03))
                file.write(f"{n},{run:.1f}\n")


random.seed(20)
write("baseline", 0.03, 0.0005, 1000)
write("unchanged", 0.03, 0.0005, 1000)
write("slower", 0.03, 0.0005, 850)
# The true curves of baseline and rewrite cross at N = 13.04.
write("rewrite", 0.01, 0.0002, 800)
