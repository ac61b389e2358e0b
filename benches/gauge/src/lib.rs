//! What a process measures of itself: time, and what the kernel says that it holds.

mod clock;
mod median;
mod process;
mod work;

pub use clock::Times;
pub use median::median;
pub use process::{Resident, resident};
pub use work::Work;
