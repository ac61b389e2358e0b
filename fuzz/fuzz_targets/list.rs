//! Any bytes as a list in pieces.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::list::check(bytes));
