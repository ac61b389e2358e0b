//! Any bytes as a kubeconfig.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kubesdk_fuzz_checks::kubeconfig::check(bytes));
