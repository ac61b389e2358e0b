//! The allocator of the system, with every byte that is asked for counted.

use benches_contenders::Heap;
use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTING: PeakAlloc = PeakAlloc;

struct Counts;

impl Heap for Counts {
    fn now(&self) -> usize {
        COUNTING.current_usage()
    }
    fn peak(&self) -> usize {
        COUNTING.peak_usage()
    }
    fn forget_peak(&self) {
        COUNTING.reset_peak_usage();
    }
}

fn main() -> anyhow::Result<()> {
    benches_contenders::run(Some(&Counts))
}
