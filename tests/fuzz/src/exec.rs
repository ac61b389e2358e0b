//! What credential plugins print: never a panic, and no secret of it in an error or `Debug`.

/// Checks bytes as the answer of a plugin of either version.
pub fn check(bytes: &[u8]) {
    kubesdk_runtime::check_exec_answer(bytes);
}
