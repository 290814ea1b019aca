#![no_main]

#[path = "../readings.rs"]
#[allow(dead_code, reason = "every target uses one of them")]
mod readings;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| readings::text(bytes));
