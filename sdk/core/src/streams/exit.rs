//! How a command ended.

use std::fmt;

use crate::{Error, ErrorKind, Status};

/// How a command in a container ended.
///
/// The server tells an exit code alone. By the convention of shells and container runtimes, a program that a signal
/// killed has the code 128 and the signal's number, which [`signal`](Self::signal) takes apart; a program can as well
/// end with such a code by itself.
///
/// # Example
///
/// ```
/// use kubesdk_core::streams::Exit;
///
/// assert_eq!(Exit::from_code(137).signal(), Some(9));
/// assert_eq!(Exit::from_code(3).to_string(), "exit code 3");
/// assert!(Exit::from_code(0).success());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Exit {
    code: i32,
}

impl Exit {
    /// An exit with this code.
    pub fn from_code(code: i32) -> Self {
        Exit { code }
    }

    /// The exit code: 0 for success; shells give 126 for what cannot be run and 127 for what is not found.
    pub fn code(self) -> i32 {
        self.code
    }

    /// Whether the code is 0.
    pub fn success(self) -> bool {
        self.code == 0
    }

    /// The number of the signal (1 to 64) that killed the program, as the code has it.
    pub fn signal(self) -> Option<i32> {
        Some(self.code - 128).filter(|it| (1..=64).contains(it))
    }

    /// What the server's last word means: an exit, or why there was none.
    pub(super) fn from_status(status: Status) -> Result<Self, Error> {
        if status.status.as_deref() == Some("Success") {
            return Ok(Exit { code: 0 });
        }
        if status.reason.as_deref() != Some("NonZeroExitCode") {
            return Err(Error::from_status(status, None));
        }
        let causes = status.details.as_ref().map(|it| it.causes.as_slice()).unwrap_or_default();
        let cause = causes.iter().find(|it| it.reason.as_deref() == Some("ExitCode"));
        let code = cause.and_then(|it| it.message.as_deref()).unwrap_or("");
        code.parse().map(Exit::from_code).map_err(|_| {
            let message = format!(
                "the server said that the command failed, with the exit code {code:?}, which is no number"
            );
            Error::new(ErrorKind::Decode, message)
        })
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}", self.code)?;
        match self.signal() {
            Some(signal) => write!(f, " (signal {signal})"),
            None => Ok(()),
        }
    }
}
