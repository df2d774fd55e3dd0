//! Replaces a file whole: written beside it under another name, synced, renamed over it, and the folder synced.
//!
//! A reader sees the old file or the new one, never a part; after a crash the same holds. Called by the sinks.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The new content of a file, complete and durable under another name, not yet visible. Dropped, it is removed.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    written: PathBuf,
}

impl Draft {
    /// Writes what is to become `target`. What a crash left of an earlier draft is overwritten.
    ///
    /// # Errors
    /// That of `fill`, or of the file system, with the path in its text.
    pub fn write(target: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<Draft> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let written = target.with_file_name(format!(".{name}.new"));
        let file = File::create(&written).map_err(|error| at_path(&written, "cannot create", &error))?;
        let draft = Draft { target: target.to_owned(), written };
        let mut writer = BufWriter::new(file);
        fill(&mut writer).map_err(|error| at_path(&draft.written, "cannot write", &error))?;
        writer.flush().map_err(|error| at_path(&draft.written, "cannot write", &error))?;
        writer.get_ref().sync_all().map_err(|error| at_path(&draft.written, "cannot sync", &error))?;
        Ok(draft)
    }

    /// Renames it over its target, durably.
    ///
    /// # Errors
    /// That of the file system, with the path in its text.
    pub fn publish(self) -> io::Result<()> {
        crash::step("before_rename");
        fs::rename(&self.written, &self.target).map_err(|error| at_path(&self.target, "cannot replace", &error))?;
        crash::step("after_rename");
        sync_folder_of(&self.target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After `publish` it is gone already; where it cannot be removed, the next draft overwrites it.
        let _ = fs::remove_file(&self.written);
    }
}

/// Makes new, renamed and removed names in the folder of `path` durable.
///
/// # Errors
/// That of the file system, with the path in its text.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| at_path(folder, "cannot sync", &error))
}

/// The same error with the path and what was tried in front of it.
pub(super) fn at_path(path: &Path, tried: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{tried} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        fs::write(&target, "old").unwrap();
        fs::write(folder.path().join(".a.csv.new"), "left by a crash, longer").unwrap();
        let draft = Draft::write(&target, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old", "nothing is visible before it is published");
        draft.publish().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_keeps_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        fs::write(&target, "old").unwrap();
        let error = Draft::write(&target, |_| Err(io::ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().contains("a.csv"), "{error}");
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = Draft::write(Path::new("/nowhere/at/all/a.csv"), |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all/"), "{error}");
    }
}
