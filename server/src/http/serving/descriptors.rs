//! How many file descriptors this process may hold: connections must leave some for database, files and Kafka.

/// What everything but connections needs.
const RESERVED: usize = 200;
/// A shop serves so many in any case.
const CONNECTIONS_MIN: usize = 16;

/// `wanted` connections, or fewer where the system allows fewer descriptors.
pub(super) fn within(wanted: usize) -> usize {
    // Only Linux tells it in a file; elsewhere an accept that fails makes room.
    let allowed = std::fs::read_to_string("/proc/self/limits").ok().and_then(|limits| soft_limit(&limits));
    let Some(allowed) = allowed else { return wanted };
    let connections_max = wanted.min(allowed.saturating_sub(RESERVED).max(CONNECTIONS_MIN));
    if connections_max < wanted {
        tracing::warn!(
            connections_max,
            file_descriptors = allowed,
            "the system's limit of file descriptors allows fewer connections than CONNECTIONS_MAX; raise it with ulimit -n"
        );
    }
    connections_max
}

fn soft_limit(limits: &str) -> Option<usize> {
    limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::soft_limit;

    #[test]
    fn the_soft_limit_is_read() {
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024       524288     files\n";
        assert_eq!(soft_limit(limits), Some(1_024));
        assert_eq!(soft_limit("Max open files  unlimited  unlimited  files"), None);
        assert_eq!(soft_limit(""), None);
    }
}
