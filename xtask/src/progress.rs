//! A spinner on what takes long; nothing when no terminal looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows `message` with the seconds that have passed, until the returned bar is dropped or cleared.
pub(crate) fn spinner(message: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
