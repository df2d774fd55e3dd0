//! What operators read: log lines on standard error.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts log lines on standard error. `filter` is what `RUST_LOG` holds, in the form of tracing's directives.
pub fn start_logging(filter: Option<&str>) {
    let filter = filter.and_then(|directives| EnvFilter::try_new(directives).ok());
    // Libraries chatter; what matters of it, Pantry says itself.
    let default =
        || EnvFilter::new("error,server=info,store=info,app=info,rdkafka=off,librdkafka=off,nisshi_broker=off");
    // Fails only when logging was started before, as tests do.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(default))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}
