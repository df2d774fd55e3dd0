//! The binary's commands, run in a place; and a backup that is made and brought back as an operator does it, by the
//! commands that the binary prints where it does not do it itself.

use super::Place;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// The binary in a place, which ends with the test.
fn command(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.env_clear().envs(place.vars()).current_dir(place.path()).kill_on_drop(true);
    command
}

/// Runs the binary to its end.
pub(crate) async fn server(place: &Place, arguments: &[&str]) -> Output {
    server_reads(place, arguments, "").await
}

/// Runs the binary to its end with this on its standard input.
pub(crate) async fn server_reads(place: &Place, arguments: &[&str], input: &str) -> Output {
    let mut command = command(place);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that does not read it has ended before.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
    child.wait_with_output().await.unwrap()
}

/// Starts the binary as a server, and does not wait for it; what it says goes to `stderr`.
pub(crate) fn server_begins(place: &Place, stderr: Stdio) -> Child {
    command(place).stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).spawn().unwrap()
}

/// Runs it, demands that it succeeds, and answers what it printed.
pub(crate) async fn server_does(place: &Place, arguments: &[&str]) -> String {
    let output = server(place, arguments).await;
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs it, demands that it refuses, and answers why.
pub(crate) async fn server_refuses(place: &Place, arguments: &[&str]) -> String {
    let output = server(place, arguments).await;
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Backs the place's database up, beside whatever runs.
pub(crate) async fn back_up(place: &Place) -> PathBuf {
    let file = place.path().join("the backup");
    let name = file.to_str().unwrap();
    if place.has_file() {
        server_does(place, &["backup", name]).await;
    } else {
        run_printed(&server_refuses(place, &["backup", name]).await, "pg_dump").await;
    }
    file
}

/// Brings the backup back, after the database was lost.
pub(crate) async fn bring_back(place: &Place, backup: &Path) -> String {
    let name = backup.to_str().unwrap();
    place.lose_database().await;
    if place.has_file() {
        return server_does(place, &["restore", name]).await;
    }
    run_printed(&server_refuses(place, &["restore", name]).await, "pg_restore").await;
    server_does(place, &["new-life"]).await
}

/// Runs the command that was printed on a line of its own.
async fn run_printed(said: &str, program: &str) {
    let line = said.lines().map(str::trim).find(|line| line.starts_with(program));
    let line = line.unwrap_or_else(|| panic!("no {program} in {said}"));
    let ran = Command::new("sh").args(["-c", line]).output().await.unwrap();
    assert!(ran.status.success(), "{line}: {ran:?}");
}
