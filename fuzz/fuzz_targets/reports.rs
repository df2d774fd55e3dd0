//! The query of the address of a report, for libFuzzer. What must hold is said in `server::fuzzing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::fuzzing::reports(data));
