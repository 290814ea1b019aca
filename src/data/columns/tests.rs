use super::*;

#[test]
fn a_column_of_n_says_what_it_counts() {
    for (unit, column) in [
        ("threads", "threads"),
        ("tenants", "n (tenants)"),
        ("worker pools", "n (worker pools)"),
        ("GOMAXPROCS", "n (GOMAXPROCS)"),
        ("units", "n"),
        ("", "n"),
        ("ms", "n"),
    ] {
        assert_eq!(size_column(unit), column);
        if column != "n" {
            assert_eq!(understand(column).counted.as_deref(), Some(unit));
        }
    }
}

fn per_second(name: &str) -> f64 {
    match understand(name).role {
        Role::Throughput { per_second } => per_second,
        role => panic!("{name}: {role:?}"),
    }
}

#[test]
fn names_for_n() {
    for (name, counted) in [
        ("n", ""),
        ("N", ""),
        (" Concurrency ", ""),
        ("clients", "clients"),
        ("num_clients", "clients"),
        ("numClients", "clients"),
        ("threads", "threads"),
        ("n_threads", "threads"),
        ("nthreads", "threads"),
        ("# threads", "threads"),
        ("Threads (count)", "threads"),
        ("thread_count", "threads"),
        ("Number of Threads", "threads"),
        ("request_threads", "threads"),
        ("allThreads", "threads"),
        ("conns", "connections"),
        ("processors", "processors"),
        ("processes", "processes"),
        ("procs", "processes"),
        ("GOMAXPROCS", ""),
        ("vus", "virtual users"),
        ("vus_max", "virtual users"),
        ("User Count", "users"),
        ("virtual users", "users"),
        ("parameter_threads", "threads"),
        ("cpu_cores", "cores"),
        ("numjobs", ""),
        ("ncores", "cores"),
        ("NNODES", "nodes"),
        ("CPUs", "cpus"),
        ("VUs", "virtual users"),
        ("Number of GPUs", "gpus"),
    ] {
        let meaning = understand(name);
        assert_eq!(
            (meaning.role, meaning.certain),
            (Role::Size, true),
            "{name}"
        );
        assert_eq!(meaning.counted.unwrap_or_default(), counted, "{name}");
    }
    for name in ["size", "load", "p", "jobs", "cpu", "parallel"] {
        let meaning = understand(name);
        assert_eq!(
            (meaning.role, meaning.certain),
            (Role::Size, false),
            "{name}"
        );
    }
    for name in [
        "threads_idle",
        "cpu %",
        "cpu_util",
        "user time",
        "bytes per node",
        "n_runs",
    ] {
        assert_ne!(understand(name).role, Role::Size, "{name}");
    }
}

#[test]
fn names_for_throughput_and_their_scale() {
    for name in [
        "throughput",
        "Tput",
        "thruput",
        "X",
        "X_N",
        "X(N)",
        "tps",
        "QPS",
        "rps",
        "ops/s",
        "ops/sec",
        "ops_per_sec",
        "opsPerSec",
        "requests/s",
        "Requests/sec",
        "requestspersec",
        "RequestsPerSec",
        "req/s",
        "iops",
        "events per second",
        "items_per_second",
        "msgs/s",
        "pages_per_s",
        "throughput (ops/s)",
        "throughput_mean",
        "mean_throughput",
        "avg tps",
        "throughput_ops_s",
        "tps (excluding connections establishing)",
        "Op rate per second",
        "before (tps)",
    ] {
        assert!((per_second(name) - 1.0).abs() < 1e-15, "{name}");
        assert!(understand(name).certain, "{name}");
    }
    for (name, factor) in [
        ("ops/ms", 1e3),
        ("throughput (ops/us)", 1e6),
        ("throughput [ops/min]", 1.0 / 60.0),
        ("jobs per hour", 1.0 / 3600.0),
        ("tx_per_min", 1.0 / 60.0),
        ("avg requests/min", 1.0 / 60.0),
        ("jobs/day", 1.0 / 86_400.0),
        ("ns/day", 1.0 / 86_400.0),
        ("performance (ns/day)", 1.0 / 86_400.0),
        ("NOPM", 1.0 / 60.0),
        ("kOPS", 1e3),
        ("krps", 1e3),
        ("Mops/s", 1e6),
        ("throughput (kops/s)", 1e3),
        ("Throughput [kOPS]", 1e3),
    ] {
        assert!((per_second(name) - factor).abs() < 1e-9 * factor, "{name}");
    }
    for name in [
        "score",
        "Result",
        "rate",
        "MB/s",
        "speedup",
        "throughput_median",
        "tps_v1",
    ] {
        per_second(name);
        assert!(!understand(name).certain, "{name}");
    }
}

#[test]
fn statistics_and_failures_are_no_throughput() {
    for name in [
        "throughput_stddev",
        "tps_min",
        "throughput_p95",
        "failures/s",
        "errors per second",
        "throughput error",
        "max_rps",
        "throughput_se",
    ] {
        let role = understand(name).role;
        assert!(
            matches!(role, Role::Other | Role::Stddev),
            "{name}: {role:?}"
        );
    }
}

#[test]
fn names_for_times_and_their_units() {
    for (name, role, unit) in [
        ("latency", Role::Latency, None),
        ("latency_ms", Role::Latency, Some("ms")),
        ("avg_latency_ms", Role::Latency, Some("ms")),
        ("Average Response Time", Role::Latency, None),
        ("response_s", Role::Latency, Some("s")),
        ("meanResTime", Role::Latency, None),
        ("Latency [µs]", Role::Latency, Some("us")),
        ("AverageLatency(us)", Role::Latency, Some("us")),
        ("ns/op", Role::TimePerOp, Some("ns")),
        ("ns_per_op", Role::TimePerOp, Some("ns")),
        ("time_per_op", Role::TimePerOp, None),
        ("time per op (us)", Role::TimePerOp, Some("us")),
        ("s/iter", Role::TimePerOp, Some("s")),
        ("runtime_s", Role::RunTime, Some("s")),
        ("parallel_time_us", Role::RunTime, Some("us")),
        ("Wall time (min)", Role::RunTime, Some("m")),
        ("time", Role::SomeTime, None),
        ("time_s", Role::SomeTime, Some("s")),
        ("elapsed", Role::SomeTime, None),
        ("mean", Role::SomeTime, None),
        ("real_time", Role::SomeTime, None),
        ("seconds", Role::SomeTime, Some("s")),
        ("p99", Role::Other, None),
        ("99%", Role::Other, None),
        ("p(95)", Role::Other, None),
        ("pct1ResTime", Role::Other, None),
        ("latency_p99_ms", Role::Other, Some("ms")),
        ("max_latency", Role::Other, None),
    ] {
        let meaning = understand(name);
        assert_eq!((meaning.role, meaning.time_unit), (role, unit), "{name}");
    }
}

#[test]
fn rows_and_series_are_not_measurements() {
    for name in [
        "run",
        "rep",
        "trial",
        "seed",
        "timestamp",
        "id",
        "Iteration",
    ] {
        assert_eq!(understand(name).role, Role::Replicate, "{name}");
    }
    for name in ["benchmark", "name", "workload", "Test", "variant", "engine"] {
        assert_eq!(understand(name).role, Role::Series, "{name}");
    }
    assert_eq!(understand("runs").role, Role::Runs);
    assert_eq!(understand("throughput_stddev").role, Role::Stddev);
    assert_eq!(understand("throughput_step_stddev").role, Role::StepStddev);
    assert_eq!(understand("log_mean").role, Role::LogMean);
    assert_eq!(understand("log_stddev").role, Role::LogStddev);
    for name in ["", "foo", "colour", "✓"] {
        assert_eq!(understand(name).role, Role::Unknown, "{name:?}");
    }
}
