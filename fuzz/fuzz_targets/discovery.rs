//! Any bytes as a document of discovery.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::discovery::check(bytes));
