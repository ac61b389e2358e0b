//! Any bytes as the body of an answer that is no success.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::status::check(bytes));
