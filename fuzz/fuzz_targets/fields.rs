//! Single texts: tokens, e-mail addresses, quantities, money, times, for libFuzzer. What must hold is said in
//! `server::fuzzing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::fuzzing::fields(data));
