//! Files and folders for the owner of the process alone: the database holds addresses, password hashes and keys.
//!
//! What Pantry makes, it makes with mode 0600, folders with 0700. Database files that are more open are tightened at
//! the start. A folder that somebody else made keeps its mode; the log says so. Where there are no modes, nothing is
//! done.

use crate::StoreError;
use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// What SQLite and the lock keep beside a database, by the ends of their names.
pub(crate) const BESIDE: [&str; 4] = ["-wal", "-shm", "-journal", ".lock"];

/// Makes the folder with mode 0700, and with it those above it that are missing. One that is there stays as it is.
///
/// # Errors
/// That of the file system.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the folder of a file in the same way.
pub(crate) fn create_folder_of(path: &Path) -> Result<(), StoreError> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => create_private_folder(folder)
            .map_err(|error| StoreError::Open(format!("cannot create the folder {}: {error}", folder.display()))),
        None => Ok(()),
    }
}

/// Options to write a file that has mode 0600 from its first moment, should it be made.
pub(crate) fn private_options() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The file beside `path` that has this end added to its name.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

/// Makes the database's file if there is none, so that nobody else can read it before SQLite writes into it: SQLite
/// itself asks for 0644, and gives its other files the mode of this one. Then tightens what is more open, and warns of
/// what is not ours to change.
pub(crate) fn secure_database(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        let made = private_options().create(true).truncate(false).open(path);
        made.map_err(|error| StoreError::Open(format!("cannot create the database {}: {error}", path.display())))?;
    }
    // SQLite keeps its files beside the one that a link leads to, the lock beside the link.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    for end in BESIDE.into_iter().chain([""]) {
        tighten(&beside(&real, end));
    }
    tighten(&beside(path, ".lock"));
    #[cfg(unix)]
    if let Some(warning) = modes::warning_of_folder(&real) {
        tracing::warn!("{warning}");
    }
    Ok(())
}

/// Takes a file from all other users, if there is such a file; what cannot be changed is warned of.
pub(crate) fn tighten(path: &Path) {
    #[cfg(unix)]
    modes::tighten(path);
    #[cfg(not(unix))]
    let _ = path;
}

/// Gives a file to the user who owns another one: root may act for the user that the server runs as, and what it makes
/// must not shut that user out.
pub(crate) fn give_to_owner_of(path: &Path, like: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        let (made, wanted) = (path.metadata()?, like.metadata()?);
        if made.uid() != wanted.uid() {
            return chown(path, Some(wanted.uid()), Some(wanted.gid()));
        }
    }
    Ok(())
}

/// Makes new, renamed and removed names in the folder of `path` durable.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// The folder that holds `path`.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A word as a shell takes it, for commands that a person may copy.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Modes as unix has them.
#[cfg(unix)]
mod modes {
    use super::{folder_of, shell_word};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::{Path, absolute};

    /// Everything that group and others may be given.
    const OTHERS: u32 = 0o077;
    /// In such a folder everybody may make files, as in `/tmp`.
    const STICKY: u32 = 0o1000;

    /// Takes a file from group and others; warns where it is not ours to change.
    pub(super) fn tighten(path: &Path) {
        let Ok(metadata) = fs::metadata(path) else { return };
        let mode = metadata.mode() & 0o7777;
        if mode & OTHERS == 0 {
            return;
        }
        let name = path.display();
        match fs::set_permissions(path, Permissions::from_mode(mode & 0o600)) {
            Ok(()) => {
                tracing::info!("{name} had mode {mode:04o}; it is now for this user alone, mode {:04o}", mode & 0o600)
            }
            Err(error) => tracing::warn!(
                "{name} has mode {mode:04o}, so other users may read what customers entered, and it cannot be changed \
                 ({error}); run: chmod 600 {}",
                shell_word(&name.to_string())
            ),
        }
    }

    /// What is to be said of the folder of a database that others may look into.
    pub(super) fn warning_of_folder(database: &Path) -> Option<String> {
        let folder = absolute(folder_of(database)).ok()?;
        let (metadata, file) = (fs::metadata(&folder).ok()?, fs::metadata(database).ok()?);
        let mode = metadata.mode() & 0o7777;
        if mode & OTHERS == 0 {
            return None;
        }
        let name = folder.display();
        if mode & STICKY != 0 || metadata.uid() != file.uid() {
            return Some(format!(
                "the database's folder {name} has mode {mode:04o} and is shared with other users; name another one in \
                 DATABASE_URL, and run: chmod 700 on it"
            ));
        }
        Some(format!(
            "the database's folder {name} has mode {mode:04o}, so other users may look into it; run: chmod 700 {}",
            shell_word(&name.to_string())
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_word_as_it_is() {
        for (text, word) in [
            ("/srv/a.db", "/srv/a.db"),
            ("my shop", "'my shop'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_may_enter_is_named_with_the_command_that_mends_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let shop = folder.path().join("my shop");
        let database = shop.join("pantry.db");
        create_private_folder(&shop).unwrap();
        secure_database(&database).unwrap();
        assert_eq!(modes::warning_of_folder(&database), None);
        let warning_at = |mode| {
            std::fs::set_permissions(&shop, std::fs::Permissions::from_mode(mode)).unwrap();
            modes::warning_of_folder(&database).unwrap()
        };
        let warning = warning_at(0o750);
        for part in [format!("{} has mode 0750", shop.display()), format!("chmod 700 '{}'", shop.display())] {
            assert!(warning.contains(&part), "{part} in {warning}");
        }
        let warning = warning_at(0o1777);
        assert!(warning.contains("mode 1777") && warning.contains("DATABASE_URL"), "{warning}");
        assert!(!warning.contains(&format!("chmod 700 '{}", shop.display())), "{warning}");
    }
}
