//! Any bytes as what a server sends to a client of exec.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::channel::check(bytes));
