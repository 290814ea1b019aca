//! Which flags a number out of range comes from.

use super::Subject;

/// Numbers as the library names them, and the flags they are given or computed by.
const FLAGS: &[(&str, &str)] = &[
    ("Zipf exponent", "--zipf"),
    ("action time", "--lock-time"),
    ("arrival rate", "--arrivals"),
    ("attempts", "--clients, --retry-every"),
    ("attempts a client", "--attempts"),
    ("attempts a second", "--arrivals, --retries"),
    ("attempts through all layers", "--retries, --layers"),
    ("backoff base", "--base"),
    ("backoff cap", "--cap"),
    ("batch size", "--size"),
    ("calls", "--calls"),
    ("capacity", "--servers, --service"),
    ("capacity left", "--capacity-left"),
    ("clients", "--clients"),
    ("clients a herd", "--clients"),
    ("connections", "--pool"),
    ("connections a thread", "--connections"),
    ("connections held at once", "--threads, --connections"),
    ("cores", "--cores"),
    ("cost of a batch of one", "--fixed, --per-item"),
    ("cost per item", "--per-item"),
    ("cv of service", "--cv-service"),
    ("deadline", "--deadline"),
    ("drain", "--clients, --window"),
    ("fixed cost", "--fixed"),
    ("flush timer", "--flush"),
    ("hedging delay", "--hedge-after"),
    ("jitter window", "--window"),
    ("keys", "--keys"),
    ("latency", "--mean, --p50, --p99"),
    ("layers", "--layers"),
    ("length of a trigger", "--blip"),
    ("length of the blip", "--blip"),
    ("load factor", "--load-factor"),
    ("load of a trigger", "--load-factor"),
    ("load of one timeout", "--arrivals, --timeout"),
    ("locks a transaction", "--locks"),
    ("mean service time", "--service"),
    ("mean time to deadlock", "--last"),
    ("median", "--p50"),
    ("nodes", "--nodes"),
    ("objects", "--objects"),
    ("offered load", "--arrivals, --service"),
    ("places", "--places"),
    ("places to wait", "--waiting"),
    ("pool", "--pool"),
    ("retries", "--retries"),
    ("retry budget", "--budget"),
    ("retry interval", "--retry-every"),
    ("servers", "--servers"),
    ("share of slow calls", "--slow"),
    ("share of the rate of a lone worker", "--share"),
    ("share put back", "--put-back"),
    ("share that joins again", "--put-back"),
    ("share turned away", "--refused"),
    ("shards", "--shards"),
    ("think time", "--think"),
    ("threads", "--threads"),
    ("time to compute", "--compute"),
    ("time to fill", "--size, --arrivals"),
    ("time to serve all", "--clients, --service"),
    ("timeout", "--timeout"),
    ("transaction rate", "--rate"),
    ("workers", "--workers"),
];

/// The flags behind a number of a subject; `None` where it is not one number.
pub(super) fn flags(subject: &Subject, number: &str) -> Option<&'static str> {
    match subject {
        Subject::Starvation(_) => Some(match number {
            "longest mean wait" | "longest wait" => "--longest-wait",
            _ => "--priority",
        }),
        Subject::HeadOfLine(_) if number != "arrival rate" => Some("--jobs"),
        Subject::Batch(_) if number == "utilization" => Some("--busy"),
        Subject::FanOut(_) if matches!(number, "utilization" | "arrival rate") => {
            Some("--utilization")
        }
        Subject::FanOut(_) if number == "percentile" => Some("--in-time"),
        Subject::Affinity(_) if matches!(number, "servers" | "tasks") => Some("--shards"),
        Subject::Affinity(_) if number == "share" => Some("--shares"),
        Subject::Ceiling(_) if number == "clients" => Some("--workers, --think"),
        Subject::Concurrency(_) if number == "capacity" => {
            Some("--capacity, --deadline, --arrivals")
        }
        Subject::Concurrency(_) if number == "servers" => Some("--servers, --service"),
        _ => usual_flags(number),
    }
}

/// The flags behind a number in most subjects.
pub(super) fn usual_flags(number: &str) -> Option<&'static str> {
    FLAGS
        .iter()
        .find(|(name, _)| *name == number)
        .map(|(_, flags)| *flags)
}
