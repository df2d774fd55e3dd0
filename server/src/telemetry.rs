//! What operators read: log lines on standard error.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts log lines on standard error, as text or as one JSON object a line. `filter` is what `RUST_LOG` holds, in the
/// form of tracing's directives.
pub fn start_logging(filter: Option<&str>, is_json: bool) {
    let filter = filter.and_then(|directives| EnvFilter::try_new(directives).ok());
    // Libraries chatter; what matters of it, Pantry says itself.
    let default =
        || EnvFilter::new("error,server=info,store=info,app=info,rdkafka=off,librdkafka=off,nisshi_broker=off");
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(default))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal() && !is_json);
    // Fails only when logging was started before, as tests do.
    let _ = if is_json { lines.json().try_init() } else { lines.try_init() };
}
