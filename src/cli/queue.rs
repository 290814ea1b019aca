//! `scalecalc queue`: depth and wait against utilization, servers for a promise.

use super::failure::MODEL;
use super::slo::{self, ServiceLevel};
use super::value::{self, Sizes};
use super::{Failure, Outcome};
use crate::cli::spelling;
use crate::domain;
use crate::error::Error;
use crate::queueing::{Backlog, Load, Open, PriorityClass};
use crate::report::queue::{self, Question, Slo, Unknown};
use crate::units;
use clap::{Args, Subcommand, ValueEnum};

/// Exit code of a promise that nothing keeps; its document is printed all the same.
const UNREACHABLE: u8 = 6;

const HELP: &str = "\
Utilizations are percentages: 50 and 50% are the same. --cv-service 0 is services of equal length;
one server with Poisson arrivals is exact, anything else with cv other than 1 is approximate.

Examples:
  scalecalc queue --arrivals 1000/s --service 100ms --utilization 50,80,90,95,99,99.9
  scalecalc queue --arrivals 1000/s --service 100ms --servers 101,105,110
  scalecalc queue --arrivals 1000/s --service 50ms --slo 'p99<=10ms' --of wait --solve servers
  scalecalc queue --clients 500 --think 1s --service 10ms --servers 4
  scalecalc queue --priority 40/s:10ms,70/s:10ms";

/// Arguments of `queue`.
#[derive(Debug, Args)]
#[command(after_help = HELP, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct QueueArgs {
    #[command(subcommand)]
    side: Option<Side>,
    /// Arrivals: 1000/s, 5k/s
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    arrivals: Option<f64>,
    /// Mean service time of one job on one server
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    service: Option<f64>,
    /// Numbers of servers on one shared queue (inf: one for everyone)
    #[arg(long, value_name = "LIST", value_parser = servers)]
    servers: Option<Sizes>,
    /// Utilizations in percent: 50,80,99.9 or 50..95:5
    #[arg(long, value_name = "LIST", value_parser = percentages)]
    utilization: Option<Sizes>,
    /// Places in all, those in service included; whoever finds them taken is lost
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    capacity: Option<f64>,
    /// Coefficient of variation of the times between arrivals (1: Poisson)
    #[arg(long, value_name = "NUM", value_parser = value::number, default_value = "1")]
    cv_arrivals: f64,
    /// Coefficient of variation of the service times (1: exponential, 0: all the same)
    #[arg(long, value_name = "NUM", value_parser = value::number, default_value = "1")]
    cv_service: f64,
    /// Clients of a closed loop: each waits for its answer before it asks again
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    clients: Option<Sizes>,
    /// Mean pause of a client between an answer and its next request (0 unless given)
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires = "clients")]
    think: Option<f64>,
    /// Priority classes on one server, highest first: RATE:SERVICE or RATE:SERVICE:CV
    #[arg(long, value_name = "LIST", value_parser = class, value_delimiter = ',')]
    priority: Vec<PriorityClass>,
    /// A promise: p99<=50ms, mean<=20ms, waiting<=20%, blocked<=0.1%, utilization<=70%
    #[arg(long, value_name = "SLO", value_parser = slo::promise)]
    slo: Option<ServiceLevel>,
    /// What to find so that the promise is kept; the one of arrivals and servers that is not given
    #[arg(long, value_enum, requires = "slo")]
    solve: Option<Solve>,
    /// Whether times in the promise are of the wait or of the response (wait and service)
    #[arg(long, value_enum, requires = "slo", default_value = "response")]
    of: Of,
}

#[derive(Debug, Subcommand)]
enum Side {
    /// How long a backlog takes to drain
    Drain(DrainArgs),
    /// How long a queue may be for a deadline, or what a closed loop cannot exceed
    Bound(BoundArgs),
}

#[derive(Debug, Args)]
struct DrainArgs {
    /// Jobs waiting now
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    backlog: f64,
    /// Jobs a second that all servers together complete
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    capacity: f64,
    /// Jobs a second that keep arriving
    #[arg(long, value_name = "RATE", value_parser = value::rate, default_value = "0")]
    arrivals: f64,
}

#[derive(Debug, Args)]
struct BoundArgs {
    /// Servers
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires_all = ["service", "deadline"])]
    servers: Option<f64>,
    /// Mean service time
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "deadline")]
    service: Option<f64>,
    /// Longest wait that is still of use
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires_all = ["servers", "service"])]
    deadline: Option<f64>,
    /// Clients of a closed loop
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "demands", conflicts_with = "deadline")]
    clients: Option<f64>,
    /// Mean pause of a client between an answer and its next request
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires = "clients")]
    think: Option<f64>,
    /// Service time a request needs at each station
    #[arg(long, value_name = "TIME,…", value_parser = positive_duration, value_delimiter = ',', requires = "clients")]
    demands: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Solve {
    /// The fewest servers
    Servers,
    /// The most arrivals
    Arrivals,
    /// The highest utilization
    Utilization,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Before service
    Wait,
    /// Wait and service
    Response,
}

pub(super) fn positive_duration(text: &str) -> Result<f64, String> {
    let value = value::duration(text)?;
    domain::positive("time", value).map_err(|error| spelling::told(&error))
}

fn servers(text: &str) -> Result<Sizes, String> {
    let item = |item: &str| match item {
        "inf" | "∞" => Ok(f64::INFINITY),
        other => units::quantity(other),
    };
    let list = units::list_of(text, item).map_err(|error| spelling::told(&error))?;
    for &servers in list.iter().filter(|servers| servers.is_finite()) {
        domain::count("servers", servers).map_err(|error| spelling::told(&error))?;
    }
    Ok(Sizes(list))
}

/// Percentages as numbers or with the sign, as ratios.
fn percentages(text: &str) -> Result<Sizes, String> {
    let item = |item: &str| {
        let bare = item.trim().strip_suffix('%');
        let value = units::number(bare.unwrap_or(item))?;
        if bare.is_none() && value > 0.0 && value < 1.0 {
            return Err(Error::Parse {
                what: "a percentage",
                text: item.to_owned(),
                hint: format!("write {} or {item}%", units::plain(value * 100.0)).into(),
            });
        }
        domain::non_negative("utilization", value / 100.0)
    };
    units::list_of(text, item)
        .map(Sizes)
        .map_err(|error| spelling::told(&error))
}

pub(super) fn class(text: &str) -> Result<PriorityClass, String> {
    let mut parts = text.split(':');
    let (Some(rate), Some(service), cv, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(
            "write a class as RATE:SERVICE or RATE:SERVICE:CV, such as 40/s:10ms".to_owned(),
        );
    };
    let cv = cv.map_or(Ok(1.0), value::number)?;
    let cv = domain::non_negative("cv", cv).map_err(|error| spelling::told(&error))?;
    Ok(PriorityClass {
        load: Load {
            arrival_rate: value::rate(rate)?,
            mean_service: positive_duration(service)?,
        },
        service_variability: cv * cv,
    })
}

/// Answers the one question that the flags ask.
pub(super) fn run(args: &QueueArgs) -> Result<Outcome, Failure> {
    match &args.side {
        Some(Side::Drain(side)) => return drain(side),
        Some(Side::Bound(side)) => return bound(side),
        None => {}
    }
    args.refuse_what_does_not_go_together()?;
    if !args.priority.is_empty() {
        return Ok(Outcome::done(queue::priority(&args.priority)?));
    }
    let service = args.service.ok_or_else(|| {
        Failure::usage(
            "queue needs the service time",
            "scalecalc queue --arrivals 1000/s --service 100ms",
        )
    })?;
    if let Some(clients) = &args.clients {
        let servers = args.one_server_count()?;
        let think = args.think.unwrap_or(0.0);
        return Ok(Outcome::done(queue::closed(
            &clients.0, think, service, servers,
        )?));
    }
    if let Some(slo) = &args.slo {
        return args.solve(slo, args.unknown()?, service);
    }
    args.open_queue(service)
}

impl QueueArgs {
    fn open_queue(&self, service: f64) -> Result<Outcome, Failure> {
        const ARTICLE: [f64; 6] = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999];
        let open = Open {
            capacity: self.capacity,
            cv_arrivals: domain::non_negative("--cv-arrivals", self.cv_arrivals)?,
            cv_service: domain::non_negative("--cv-service", self.cv_service)?,
        };
        let at = |arrival_rate| Load {
            arrival_rate,
            mean_service: service,
        };
        let report = match (self.arrivals, &self.servers, &self.utilization) {
            (Some(arrivals), Some(servers), None) => {
                let loads: Vec<_> = servers.0.iter().map(|&c| (at(arrivals), c)).collect();
                queue::servers(&loads, &open)?
            }
            (None, Some(servers), Some(utilizations)) => {
                let loads: Vec<_> = (servers.0.iter().filter(|c| c.is_finite()))
                    .flat_map(|&c| {
                        utilizations
                            .0
                            .iter()
                            .map(move |rho| (at(rho * c / service), c))
                    })
                    .collect();
                queue::servers(&loads, &open)?
            }
            (Some(_), None, _) if self.capacity.is_some() => {
                return Err(Failure::usage(
                    "--capacity needs the number of servers",
                    "--servers 10 --capacity 20",
                ));
            }
            (Some(arrivals), None, Some(utilizations)) => {
                queue::depth(at(arrivals), &utilizations.0, &open)?
            }
            (Some(arrivals), None, None) => queue::depth(at(arrivals), &ARTICLE, &open)?,
            (Some(_), Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "--arrivals, --servers and --utilization say the same thing three times",
                    "leave one out: the other two give it",
                ));
            }
            (None, _, _) => {
                return Err(Failure::usage(
                    "queue needs --arrivals, or --servers with --utilization",
                    "scalecalc queue --arrivals 1000/s --service 100ms",
                ));
            }
        };
        Ok(Outcome::done(report))
    }

    /// What a promise is to be kept by: what the user says, or what is not given.
    fn unknown(&self) -> Result<Solve, Failure> {
        match (self.solve, self.arrivals, &self.servers) {
            (Some(solve), _, _) => Ok(solve),
            (None, Some(_), None) => Ok(Solve::Servers),
            (None, None, Some(_)) => Ok(Solve::Arrivals),
            (None, Some(_), Some(_)) => Err(Failure::usage(
                "--arrivals and --servers leave nothing to find for --slo",
                "leave out --servers for the fewest servers, or --arrivals for the most arrivals",
            )),
            (None, None, None) => Err(Failure::usage(
                "--slo needs the arrivals or the servers",
                "--arrivals 1000/s finds the servers, --servers 20 the most arrivals",
            )),
        }
    }

    /// A utilization needs no queue: c servers keep ρ at or below its limit where λS/c does.
    fn for_utilization(&self, limit: f64, solve: Solve, service: f64) -> Result<Outcome, Failure> {
        let limit = domain::positive("utilization", limit)?;
        let (arrival_rate, servers) = match (solve, self.arrivals) {
            (Solve::Servers, Some(rate)) => {
                // Whole servers, where rounding puts 70 at 70.00000000000001.
                let exact = rate * service / limit;
                (rate, (exact - 1e-9 * exact).ceil().max(1.0))
            }
            (Solve::Servers, None) => {
                return Err(Failure::usage(
                    "--solve servers needs the arrivals",
                    "--arrivals 1000/s",
                ));
            }
            _ => {
                let servers = self.one_server_count()?;
                (limit * servers / service, servers)
            }
        };
        let load = Load {
            arrival_rate,
            mean_service: service,
        };
        let open = Open {
            capacity: None,
            cv_arrivals: 1.0,
            cv_service: 1.0,
        };
        Ok(Outcome::done(queue::servers(&[(load, servers)], &open)?))
    }

    fn solve(&self, slo: &ServiceLevel, solve: Solve, service: f64) -> Result<Outcome, Failure> {
        let Some(goal) = slo.goal(self.of == Of::Wait) else {
            let limit = slo.utilization_limit().unwrap_or(1.0);
            return self.for_utilization(limit, solve, service);
        };
        let unknown = match solve {
            Solve::Servers => Unknown::Servers,
            Solve::Arrivals => Unknown::Arrivals,
            Solve::Utilization => Unknown::Utilization,
        };
        let arrival_rate = match (solve, self.arrivals) {
            (Solve::Servers, Some(rate)) => rate,
            (Solve::Servers, None) => {
                return Err(Failure::usage(
                    "--solve servers needs the arrivals",
                    "--arrivals 1000/s",
                ));
            }
            _ => 0.0,
        };
        let question = Question {
            unknown,
            mean_service: service,
            arrival_rate,
            servers: self.one_server_count()?,
        };
        let slo = Slo {
            text: slo.text.clone(),
            goal,
        };
        let (report, reachable) = queue::solve(question, &slo)?;
        Ok(Outcome {
            report,
            code: if reachable { 0 } else { UNREACHABLE },
        })
    }

    /// The number of servers where only one makes sense; 1 unless given.
    fn one_server_count(&self) -> Result<f64, Failure> {
        match self.servers.as_ref().map(|servers| servers.0.as_slice()) {
            None => Ok(1.0),
            Some([servers]) => Ok(*servers),
            Some(_) => Err(Failure::usage(
                "one number of servers is enough here",
                "--servers 4",
            )),
        }
    }

    fn refuse_what_does_not_go_together(&self) -> Result<(), Failure> {
        let variable = |cv: f64| (cv - 1.0).abs() > f64::EPSILON;
        let with_cv = variable(self.cv_arrivals) || variable(self.cv_service);
        let open = self.arrivals.is_some() || self.utilization.is_some();
        let priority = !self.priority.is_empty();
        let closed = self.clients.is_some();
        let solve = self.solve;
        let clashes = [
            (
                priority
                    && (open
                        || closed
                        || self.service.is_some()
                        || self.servers.is_some()
                        || with_cv
                        || self.capacity.is_some()
                        || solve.is_some()),
                "--priority has rates and services of its own, on one server",
                "--priority 40/s:10ms,70/s:10ms:2 (the third is the cv)",
            ),
            (
                closed && (open || with_cv || self.capacity.is_some() || solve.is_some()),
                "a closed loop (--clients) takes --think, --service and --servers alone",
                "leave out the flags of the open queue",
            ),
            (
                self.capacity.is_some() && with_cv,
                "a limited queue (--capacity) is known for cv 1 alone",
                "leave out --cv-arrivals and --cv-service",
            ),
            (
                solve.is_some()
                    && (with_cv || self.capacity.is_some() || self.utilization.is_some()),
                "--solve is for Poisson arrivals, exponential service and an unlimited queue",
                "leave out --cv-arrivals, --cv-service, --capacity and --utilization",
            ),
            (
                solve == Some(Solve::Servers) && self.servers.is_some(),
                "--solve servers finds the servers",
                "leave out --servers",
            ),
            (
                matches!(solve, Some(Solve::Arrivals | Solve::Utilization))
                    && self.arrivals.is_some(),
                "--solve arrivals and --solve utilization find the arrivals",
                "leave out --arrivals, give --servers",
            ),
        ];
        match clashes.into_iter().find(|(clash, _, _)| *clash) {
            Some((_, message, hint)) => Err(Failure::usage(message, hint)),
            None => Ok(()),
        }
    }
}

fn drain(args: &DrainArgs) -> Result<Outcome, Failure> {
    let (report, drains) = queue::drain(Backlog {
        jobs: args.backlog,
        capacity: args.capacity,
        arrival_rate: args.arrivals,
    })?;
    Ok(Outcome {
        report,
        code: if drains { 0 } else { MODEL },
    })
}

fn bound(args: &BoundArgs) -> Result<Outcome, Failure> {
    let report = match (args.servers, args.service, args.deadline, args.clients) {
        (Some(servers), Some(service), Some(deadline), _) => {
            queue::deadline(servers, service, deadline)?
        }
        (_, _, _, Some(clients)) => {
            queue::loop_bounds(clients, args.think.unwrap_or(0.0), &args.demands)?
        }
        _ => {
            return Err(Failure::usage(
                "queue bound needs --servers, --service and --deadline, or --clients and --demands",
                "scalecalc queue bound --servers 64 --service 20ms --deadline 250ms",
            ));
        }
    };
    Ok(Outcome::done(report))
}
