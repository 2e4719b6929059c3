//! Durations and sizes as Compose reads them.

/// Seconds.
pub(super) fn seconds(count: u64) -> String {
    format!("{count}s")
}

/// Bytes, in the greatest binary unit that divides them: `4g`, `512m`, `1000000b`.
pub(super) fn bytes(count: u64) -> String {
    for (shift, unit) in [(30, 'g'), (20, 'm'), (10, 'k')] {
        if count > 0 && count.trailing_zeros() >= shift {
            return format!("{}{unit}", count >> shift);
        }
    }
    format!("{count}b")
}
