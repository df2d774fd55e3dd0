//! CSV files that were damaged or edited, for libFuzzer. What must hold is said in `server::fuzzing`.

#![no_main]

use std::sync::LazyLock;
use tempfile::TempDir;

/// Every repair syncs its file: `TMPDIR` is best in memory, as `scripts/fuzz` has it.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::fuzzing::files(data, FOLDER.path()));
