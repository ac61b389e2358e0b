//! The allocator of the system, as users have it.

fn main() -> anyhow::Result<()> {
    benches_contenders::run(None)
}
