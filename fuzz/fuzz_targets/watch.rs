//! Any bytes as the body of a watch in pieces.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::watch::check(bytes));
