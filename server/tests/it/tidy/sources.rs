//! Finds the files of the repository that people write, with their text. What is built or installed is left out.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are built, installed or filled by running; never written by people.
const FOLDERS_LEFT_OUT: [&str; 7] =
    [".git", "target", "node_modules", "data", "test-results", "playwright-report", "screens"];
const EXTENSIONS: [&str; 10] = ["rs", "toml", "md", "sql", "css", "ts", "js", "mjs", "sh", "sample"];
const SCRIPTS: [&str; 4] = ["setup", "run", "test", ".ci/run"];

/// A file: its path from the repository's root, with `/`, and its text.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(super) fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.contains("/benches/") || self.path.ends_with("/tests.rs")
    }
}

/// The repository's root.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

/// Every file that people write, in the order of their paths.
pub(super) fn sources() -> Vec<Source> {
    let root = root();
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let from_root = path.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                if !FOLDERS_LEFT_OUT.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if is_ours(&from_root) {
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{from_root}: {error}"));
                sources.push(Source { path: from_root, text });
            }
        }
    }
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(sources.iter().any(|source| source.path == "domain/src/lib.rs"), "the repository was not found");
    sources
}

fn is_ours(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    SCRIPTS.contains(&path) || extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}
