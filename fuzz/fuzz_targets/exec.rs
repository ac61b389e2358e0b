//! Any bytes as what a credential plugin prints.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::exec::check(bytes));
