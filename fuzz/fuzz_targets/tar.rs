//! Any bytes as an archive that a container sends.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::tar::check(bytes));
