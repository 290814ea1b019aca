//! `scalecalc measure` on real load tools, on the loopback address, seconds each. A tool that is
//! not there is skipped by name; `.ci/run` installs what it can.
#![cfg(unix)]

use super::measure::{Folder, err};
use crate::support::skipped;
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Where a program is; says what is skipped where it is nowhere.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.push("/usr/sbin".into());
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        places.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let found = places
        .iter()
        .map(|place| place.join(name))
        .find(|path| path.is_file());
    if found.is_none() {
        skipped(&format!("measuring with {name}"), "it is not installed");
    }
    found
}

/// A port of the loopback address that nobody uses.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A process that ends with the test.
struct Server(Child);

impl Server {
    fn start(command: &mut Command, port: u16) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let server = Self(child.unwrap());
        let answers = (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        assert!(answers, "nobody listens on {port}");
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// A web server of a few lines: one thread a connection, keep-alive, a fixed answer.
struct Web {
    port: u16,
    stop: Arc<AtomicBool>,
}

impl Web {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                std::thread::spawn(move || answer(stream));
            }
        });
        Self { port, stop }
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn answer(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut request = Vec::new();
    let mut part = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut part) {
        request.extend_from_slice(&part[..count]);
        while let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let keep = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let keep = keep.contains("http/1.1") || keep.contains("keep-alive");
            request.drain(..end + 4);
            let connection = if keep { "keep-alive" } else { "close" };
            let reply = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: {connection}\r\n\r\nok\n"
            );
            if stream.write_all(reply.as_bytes()).is_err() || !keep {
                return;
            }
        }
    }
}

/// Measures at 1, 2 and 4, and checks what every tool must give: the format it was known by, a
/// throughput for each run, and a file that `usl` reads to the same fit.
fn check(format: &str, more: &[&str], command: &[&str]) {
    let folder = Folder::new(&format!("tool-{format}"));
    let args = [
        &[
            "measure",
            "--n",
            "1,2,4",
            "--runs",
            "1",
            "--timeout",
            "20s",
            "-o",
            "a.csv",
            "--json",
        ],
        more,
        &["--"],
        command,
    ]
    .concat();
    let done = folder.run(&args);
    assert!(done.status.success(), "{}", err(&done));
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    let reading = document["measurement"]["reading"].as_str().unwrap();
    assert!(reading.contains(&format!("({format})")), "{reading}");
    let runs = document["measurement"]["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    assert!(
        runs.iter()
            .all(|run| run["throughput"].as_f64().unwrap() > 0.0)
    );
    let read = folder.run(&["usl", "a.csv", "--json"]);
    let again: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(document["levels"], again["levels"]);
    let unit = document["input"]["n_unit"].as_str().unwrap();
    assert_eq!(again["input"]["n_unit"], unit);
}

#[test]
fn wrk_and_ab_load_a_web_server() {
    let web = Web::start();
    let url = format!("http://127.0.0.1:{}/", web.port);
    if let Some(wrk) = program("wrk") {
        check(
            "wrk",
            &[],
            &[wrk.to_str().unwrap(), "-t1", "-c{n}", "-d1s", &url],
        );
    }
    if let Some(ab) = program("ab") {
        check(
            "ab",
            &[],
            &[
                ab.to_str().unwrap(),
                "-q",
                "-k",
                "-c",
                "{n}",
                "-n",
                "500",
                &url,
            ],
        );
    }
}

#[test]
fn redis_benchmark_loads_a_redis() {
    let (Some(server), Some(client)) = (program("redis-server"), program("redis-benchmark")) else {
        return;
    };
    let port = free_port().to_string();
    let folder = Folder::new("redis");
    let _server = Server::start(
        Command::new(server).current_dir(folder.path()).args([
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]),
        port.parse().unwrap(),
    );
    let client = client.to_str().unwrap();
    let command = [
        client, "-p", &port, "-c", "{n}", "-n", "3000", "-t", "get", "--csv",
    ];
    check("redis-benchmark", &[], &command);
    // Two tests in one output: it says so, and how to choose.
    let two = [
        client, "-p", &port, "-c", "{n}", "-n", "1000", "-t", "get,set", "--csv",
    ];
    let args = [&["measure", "--n", "1,2,4", "-o", "b.csv", "--"], &two[..]].concat();
    let done = folder.run(&args);
    assert_eq!(done.status.code(), Some(3));
    assert!(
        err(&done).contains("--select (SET, GET)") || err(&done).contains("--select (GET, SET)"),
        "{}",
        err(&done)
    );
    check("redis-benchmark", &["--select", "SET"], &two);
}

#[test]
fn sysbench_and_stress_ng_load_the_processor() {
    if let Some(sysbench) = program("sysbench") {
        let command = [
            sysbench.to_str().unwrap(),
            "cpu",
            "--threads={n}",
            "--time=1",
            "run",
        ];
        check("sysbench", &[], &command);
    }
    if let Some(stress) = program("stress-ng") {
        let command = [
            stress.to_str().unwrap(),
            "--cpu",
            "{n}",
            "--cpu-method",
            "loop",
            "-t",
            "1s",
            "--metrics-brief",
        ];
        check("stress-ng", &[], &command);
    }
}

/// User and group that the database runs as, given its folder: whoever runs this, or for root
/// `postgres`, who becomes its owner.
fn database_user(folder: &Path) -> Option<(u32, u32)> {
    let owner = std::fs::metadata(folder).ok()?;
    if owner.uid() != 0 {
        return Some((owner.uid(), owner.gid()));
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut ids = line.split(':').skip(2).map(str::parse);
    let (Some(Ok(user)), Some(Ok(group))) = (ids.next(), ids.next()) else {
        return None;
    };
    std::os::unix::fs::chown(folder, Some(user), Some(group)).ok()?;
    Some((user, group))
}

fn as_user(mut command: Command, (user, group): (u32, u32)) -> Command {
    command.uid(user).gid(group);
    command
}

#[test]
fn pgbench_loads_a_postgres() {
    let (Some(initdb), Some(postgres), Some(pgbench)) =
        (program("initdb"), program("postgres"), program("pgbench"))
    else {
        return;
    };
    let folder = Folder::new("postgres");
    let data = folder.path().join("data");
    let sockets = folder.path().to_str().unwrap().to_owned();
    // PostgreSQL refuses to run as root: as its own user there, where there is one.
    let Some(user) = database_user(folder.path()) else {
        skipped(
            "measuring with pgbench",
            "this is root, and there is no user named postgres",
        );
        return;
    };
    let made = as_user(Command::new(initdb), user)
        .current_dir(folder.path())
        .args(["--no-sync", "--auth=trust", "--username=bench", "-D"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let port = free_port().to_string();
    let _server = Server::start(
        as_user(Command::new(postgres), user)
            .arg("-D")
            .arg(&data)
            .args([
                "-p",
                &port,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "fsync=off",
                "-k",
                &sockets,
            ]),
        port.parse().unwrap(),
    );
    let connect = ["-h", "127.0.0.1", "-p", &port, "-U", "bench"];
    let fill = [&["--initialize", "--quiet"], &connect[..], &["postgres"]].concat();
    assert!(
        Command::new(&pgbench)
            .args(fill)
            .output()
            .unwrap()
            .status
            .success()
    );
    let command = [
        &[pgbench.to_str().unwrap(), "-c", "{n}", "-T", "1", "-S"],
        &connect[..],
        &["postgres"],
    ]
    .concat();
    check("pgbench", &[], &command);
}
