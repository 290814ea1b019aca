//! What is known about the machine, and what on it may disturb a measurement.

use crate::report::measure::MachinePart;
use std::fs;

/// The machine as far as it tells.
pub(super) type Machine = MachinePart;

impl Machine {
    /// Looks at this machine; `host` puts its name in.
    pub(super) fn look(host: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            host: host.then(host_name).flatten(),
            cores,
            cpu: cpu_model(),
            memory_bytes: memory(),
            os: std::env::consts::OS.into(),
            kernel: kernel(),
            load_average: load_average(),
            governor: governor(),
            turbo: turbo(),
        }
    }

    /// The same for the head of a file.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let mut add = |key, value: Option<String>| {
            if let Some(value) = value {
                lines.push((key, value));
            }
        };
        add("host", self.host.clone());
        add("cores", Some(self.cores.to_string()));
        add("cpu", self.cpu.clone());
        let memory = |bytes: u64| format!("{:.1} GiB", bytes as f64 / f64::from(1_u32 << 30));
        add("memory", self.memory_bytes.map(memory));
        let kernel = self.kernel.as_deref().unwrap_or_default();
        add(
            "kernel",
            Some(format!("{} {kernel}", self.os).trim().to_owned()),
        );
        add(
            "load average",
            self.load_average.map(|load| load.to_string()),
        );
        add("cpu governor", self.governor.clone());
        add(
            "turbo",
            self.turbo
                .map(|on| if on { "on" } else { "off" }.to_owned()),
        );
        lines
    }
}

/// The trimmed text of a small file of the system.
fn file(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// What a program of the system prints, where the system has no file for it.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    if !cfg!(target_os = "macos") {
        return None;
    }
    let output = std::process::Command::new(program)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn host_name() -> Option<String> {
    file("/proc/sys/kernel/hostname")
        .or_else(|| answer("hostname", &[]))
        .or_else(|| std::env::var("COMPUTERNAME").ok())
}

fn cpu_model() -> Option<String> {
    let known = file("/proc/cpuinfo").and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    known
        .or_else(|| answer("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .or_else(|| std::env::var("PROCESSOR_IDENTIFIER").ok())
}

fn memory() -> Option<u64> {
    let known = file("/proc/meminfo").and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        kib.checked_mul(1024)
    });
    known.or_else(|| answer("sysctl", &["-n", "hw.memsize"])?.parse().ok())
}

fn kernel() -> Option<String> {
    file("/proc/sys/kernel/osrelease").or_else(|| answer("uname", &["-r"]))
}

/// Processes that ran or waited for a core, over the last minute.
fn load_average() -> Option<f64> {
    let text = file("/proc/loadavg").or_else(|| answer("sysctl", &["-n", "vm.loadavg"]))?;
    let first = text
        .trim_start_matches(['{', ' '])
        .split_whitespace()
        .next()?;
    first.parse().ok().filter(|load: &f64| load.is_finite())
}

fn governor() -> Option<String> {
    file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
}

/// Whether the cores may run faster for a while than they can for long.
fn turbo() -> Option<bool> {
    let flag = |path: &str| file(path).map(|text| text == "1");
    flag("/sys/devices/system/cpu/intel_pstate/no_turbo")
        .map(|off| !off)
        .or_else(|| flag("/sys/devices/system/cpu/cpufreq/boost"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn linux_tells_its_cores_memory_and_kernel() {
        let machine = Machine::look(false);
        assert!(machine.cores >= 1 && machine.host.is_none());
        assert!(machine.memory_bytes.is_some_and(|bytes| bytes > 1 << 20));
        assert!(machine.kernel.is_some() && machine.load_average.is_some());
        assert!(machine.lines().iter().any(|(key, _)| *key == "cores"));
    }
}
