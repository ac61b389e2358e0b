//! Any bytes as what is called through the API server.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::proxy_path::check(bytes));
