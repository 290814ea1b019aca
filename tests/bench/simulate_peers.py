"""M/M/10 at 85 % by Ciw or SimPy: customers, CPU seconds, mean wait, peak MiB."""

import random
import resource
import sys
import time

CUSTOMERS = 100_000


def by_ciw():
    import ciw

    ciw.seed(1)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=8.5)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[10],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(CUSTOMERS, method="Finish")
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return len(waits), sum(waits) / len(waits)


def by_simpy():
    import simpy

    random.seed(1)
    environment = simpy.Environment()
    servers = simpy.Resource(environment, capacity=10)
    waits = []

    def customer():
        arrived = environment.now
        with servers.request() as request:
            yield request
            waits.append(environment.now - arrived)
            yield environment.timeout(random.expovariate(1.0))

    def source():
        for _ in range(CUSTOMERS):
            yield environment.timeout(random.expovariate(8.5))
            environment.process(customer())

    environment.process(source())
    environment.run()
    return len(waits), sum(waits) / len(waits)


def main():
    start = time.process_time()
    customers, wait = {"ciw": by_ciw, "simpy": by_simpy}[sys.argv[1]]()
    seconds = time.process_time() - start
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(customers, seconds, wait, mib)


main()
