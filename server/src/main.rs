//! The shop's binary: a runtime, and the command line in it.

use std::process::ExitCode;
use std::time::Duration;

/// Fewer make leptos hang when pages are rendered while others are.
const WORKERS_MIN: usize = 4;
/// How long a blocking call that hangs on a lost broker may hold up the exit.
const LEFT_BEHIND_AFTER: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let workers = std::thread::available_parallelism().map_or(WORKERS_MIN, |cores| cores.get().max(WORKERS_MIN));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(server::cli::run());
            runtime.shutdown_timeout(LEFT_BEHIND_AFTER);
            code
        }
        Err(_) => ExitCode::FAILURE,
    }
}
