//! The names that benchmark tools and published tables give their columns.
//!
//! Each list is one text, its names separated by a comma and a blank.

/// Whether a list holds a name.
pub(super) fn has(list: &str, name: &str) -> bool {
    list.split(", ").any(|known| known == name)
}

/// Words for what N counts, in the singular. Their plural is certain; alone they may also
/// name one thing (`cpu` can be a load, `server` an address).
pub(super) const COUNTED: &str = "thread, allthread, nthread, client, connection, conn, worker, process, proc, processor, \
    core, cpu, vcpu, ncpu, gpu, gomaxproc, node, server, replica, pod, instance, shard, vu, \
    vuser, user, goroutine, machine, host, container, broker, partition, executor, session, \
    task, rank, agent, consumer, producer, reader, writer, coroutine, fiber, actor, terminal, \
    warehouse, generator, socket, slave, follower, cluster, blade, vm, board, peer, caller, \
    engine, hog, stressor, lcore";

/// Words that may stand before or after a counted thing without changing what it is.
pub(super) const COUNT_WORDS: &str = "all, n, num, number, nr, no, of, count, total, active, concurrent, parallel, max, request, os, \
    db, database, virtual, hw, hardware, physical, logical, parameter, param, load, java, \
    posix, mpi, app, web, http, tcp, simulated, open, background, test, cluster, cpu, server, \
    client, worker, user, thread, benchmark, injector, used, running, in, the";

/// Names for N that do not say what is counted.
pub(super) const SIZE: &str = "n, concurrency, concurrency level, conc, parallelism, degree of parallelism, dop, mpl, \
    multiprogramming level, in flight, inflight, queue depth, queuedepth, iodepth, io depth, \
    pipeline depth, gomaxprocs, numjobs, num jobs, njobs, parallel requests, \
    concurrent requests, outstanding requests";

/// The same, where the word has other uses too.
pub(super) const MAYBE_SIZE: &str = "size, load, p, job, jobs, parallel, parameter, param, streams, depth, pipeline, \
    cluster size, pool size, units, procs used, level, resources, clones, copies, \
    devices, channels, tenants, vms, slots, queues, lanes, population, customers, batch size";

pub(super) const THROUGHPUT: &str = "throughput, tput, thruput, thrput, x, x n, xn, tps, qps, rps, iops, goodput, eps, fps, \
    mps, ops sec, requestspersec, transactions per second";

/// Words that say throughput beside any other.
pub(super) const RATES: &str = "throughput, tput, tps, qps, rps, iops";

/// Throughput, where the word has other uses too, or is relative.
pub(super) const MAYBE_THROUGHPUT: &str = "ops, rate, score, result, results, bandwidth, bw, speed, performance, perf, speedup, \
    speed up, scaleup, capacity, relative capacity, relative throughput, c, c n, y, flops, \
    mflops, gflops, tflops, mbps, gbps, bogomips, mips, arrival rate, \
    completion rate, transaction rate, request rate, vups, marks, rating, bogo ops, \
    gups, teps";

/// Per minute by definition.
pub(super) const PER_MINUTE: &str = "tpm, tpmc, nopm, opm, jpm, rpm, qpm";

pub(super) const LATENCY: &str = "latency, lat, response time, response, resp, resp time, restime, meanrestime, \
    mean res time, res time, rt, r, r n, rtt, round trip time, residence time, sojourn time, \
    request time, query time, transaction time, turnaround time, request latency, \
    operation latency, op latency, query latency, request duration, transaction latency, \
    time in system";

pub(super) const RUN_TIME: &str = "runtime, run time, wall, wall time, walltime, wall clock, wallclock, wall clock time, \
    real, makespan, execution time, exec time, exectime, parallel time, completion time, \
    total time, solve time, solution time, job time, build time, compile time, elapsed time, \
    time elapsed, running time, duration, compute time, computation time, processing time, \
    total runtime, time to completion, time to solution, simulation time, training time, \
    sort time, render time";

/// What was done in a run, counted: over the time of the run it is throughput.
pub(super) const DONE: &str = "requests, total requests, num requests, number of requests, request count, requests total, \
    completed, completed requests, requests completed, successful requests, operations, \
    total operations, num operations, operation count, completed operations, total ops, \
    num ops, ops total, transactions, total transactions, transactions total, queries, \
    total queries, messages, total messages, events, total events, items, total items, \
    items processed, records, total records, rows processed, jobs completed, tasks completed, \
    total count";

pub(super) const SOME_TIME: &str = "time, elapsed, real time, t, t n, mean, avg, average, seconds, timing, timings, cpu time, \
    mean time, measured time";

pub(super) const RUNS: &str = "runs, run count, n runs, num runs, number of runs, count, samples, sample count, \
    n samples, num samples, sample size, replicates, repetitions, observations";

pub(super) const SERIES: &str = "benchmark, bench, benchmark name, test name, workload, variant, scenario, implementation, \
    impl, name, label, series, method, algorithm, test, type, system, config, configuration, \
    engine, operation";

pub(super) const REPLICATE: &str = "run, rep, repeat, repetition, replicate, replication, trial, iteration, iterations, iter, \
    seed, timestamp, time stamp, date, datetime, id, index, idx, row, run id, test id, \
    sample, experiment, round, attempt, epoch, line, reps, repeats, no, nr, start time, \
    end time, start, end, when";

/// Words that mark failures, which are no throughput.
pub(super) const FAILURES: &str = "error, errors, failure, failures, failed, ko, fail, fails, timeouts, retries, aborts, \
    dropped, non";

/// What failed, counted; `error` alone may be that of the measurement.
pub(super) const FAILED: &str = "errors, errs, failures, failed, fails, ko, error count, errors count, err count, failure count, \
    num errors, n errors, total errors, number of errors, error rate, err rate, failure rate, \
    fail rate, error ratio, error %, err %, errors %, failed %, error pct, error percent, \
    error percentage, failed requests, requests failed, failed operations, failed ops, \
    failed transactions, request errors, http errors, errors per s, errors per sec, \
    errors per second, failures per s, failures per sec, failures per second";

/// Words that may stand after a counted thing: `thread count`, `vus max`.
pub(super) const AFTER_COUNTED: &str = "count, number, total, max, used, active, running, n";

/// Units of bytes: a rate of them is throughput too, but beside requests the lesser one.
pub(super) const BYTES: &str = "b, kb, mb, gb, kib, mib, gib, byte, bytes, mbit, gbit";

/// What a thousand may be put in front of: `kops`, `Mreq`.
pub(super) const PREFIXED: &str = "ops, op, iops, rps, tps, qps, req, reqs, requests, pps, events, \
    items, item, messages, msgs, txn, tx, queries";
