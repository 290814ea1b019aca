//! Whether what was read is the run time of a fixed amount of work.
//!
//! Such a job is spread over all N, one job at a time: its time is 1/X. Little's law with N
//! operations under way, R = N/X, is for loads that have them.

use crate::data::columns::{Role, understand};
use crate::data::{ReadOptions, Reading, Value};

/// Whether a reading is of times that a fixed job took: the user says so, the name of the
/// column does, or the tool times nothing else.
pub(super) fn is_fixed(reading: &Reading, options: &ReadOptions) -> bool {
    if reading.format == "hyperfine" {
        return true;
    }
    let Some(column) = &reading.throughput_column else {
        return false;
    };
    // A count over its time and N/latency have other words.
    let inverse = format!("throughput is 1/\"{column}\"");
    if !reading.remarks.contains(&inverse) {
        return false;
    }
    match (options.value_is, understand(column).role) {
        (Some(value), _) => value == Value::Time,
        (None, Role::RunTime) => true,
        (None, Role::TimePerOp) => false,
        (None, _) => options.time_is == Some(Value::Time),
    }
}

#[cfg(test)]
mod tests {
    use crate::data::{ReadOptions, Value};
    use crate::sweep::Sweeps;

    fn fixed(text: &str, options: &ReadOptions) -> bool {
        Sweeps::read(text.as_bytes(), options).unwrap().fixed_job
    }

    #[test]
    fn a_time_is_that_of_a_job_where_flag_column_or_tool_say_so() {
        let plain = ReadOptions::default();
        let said = |value| ReadOptions::default().with_value_is(value);
        let times = "cores,seconds\n1,3600\n2,1836\n4,954\n8,522\n";
        assert!(fixed(times, &said(Value::Time)));
        assert!(!fixed(times, &said(Value::TimePerOp)));
        assert!(!fixed(times, &said(Value::Latency)));
        assert!(fixed(&times.replace("seconds", "runtime_s"), &plain));
        let rates = times.replace("seconds", "throughput");
        assert!(!fixed(&rates, &plain));
        let scan = "command,mean,stddev,median,user,system,min,max,parameter_threads\n\
            make -j1,8,0.1,8,8,0,7.9,8.1,1\nmake -j2,4.2,0.1,4.2,8,0,4.1,4.3,2\n\
            make -j4,2.3,0.1,2.3,8,0,2.2,2.4,4\n";
        assert!(fixed(scan, &plain));
    }
}
