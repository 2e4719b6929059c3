//! Rounds of work that is compared with other work.

use std::time::{Duration, Instant};

/// The quickest of several rounds of each, which take turns, so that a busy machine slows all alike.
pub(super) fn quickest<const N: usize>(work: [&dyn Fn(); N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..7 {
        for (work, best) in work.iter().zip(&mut best) {
            let start = Instant::now();
            work();
            *best = start.elapsed().min(*best);
        }
    }
    best
}
