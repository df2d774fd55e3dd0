//! Runs `scripts/apache-kafka` and `scripts/postgres`, which start real ones in a folder of their own.

use super::stack;
use std::path::Path;
use std::process::Command;

/// How the scripts say that what they need is not to be had here.
const SKIPPED: i32 = 77;

/// Runs a script with a folder as its last argument and answers what it printed. `None`, and a line that says why, when
/// what it needs is not to be had here.
#[track_caller]
pub(crate) fn run_script(name: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
    let output = Command::new(scripts.join(name)).args(arguments).arg(folder).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.code() == Some(SKIPPED) {
        stack::skipped(&said(&output.stderr));
        return None;
    }
    assert!(output.status.success(), "{name} {arguments:?}: {}, {}", output.status, said(&output.stderr));
    Some(said(&output.stdout))
}
