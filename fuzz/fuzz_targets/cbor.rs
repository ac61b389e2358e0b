//! Any bytes as CBOR.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::cbor::check(bytes));
