//! The same work on many inputs by several threads: the results keep the order of the inputs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many threads work; a constant, because the generator asks the machine for nothing.
const THREADS: usize = 4;

/// What `work` makes of each input, in the order of the inputs.
pub(crate) fn map<T: Sync, R: Send>(inputs: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(number) else { return made };
            made.push((number, work(input)));
        }
    };
    let mut numbered = thread::scope(|scope| {
        // A thread that the system does not give is no loss: this one works until nothing is left.
        let others: Vec<_> = (1..THREADS.min(inputs.len()))
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, worker).ok())
            .collect();
        let mut made = worker();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_inputs() {
        for count in [0, 1, 2, 1000] {
            let inputs: Vec<usize> = (0..count).collect();
            let expected: Vec<usize> = inputs.iter().map(|it| it * 2).collect();
            assert_eq!(map(&inputs, |it| it * 2), expected, "{count}");
        }
    }
}
