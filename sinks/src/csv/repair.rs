//! Makes a CSV file whole again from the closed minutes, whatever a crash or a person did to it.
//!
//! Never overwrites what a person wrote: an edited file is kept aside. Called by the closer at start, and whenever an
//! append finds the file other than it left it.

use super::compare::{Verdict, compare, page};
use super::{Appended, CsvFile, Pages, header, row};
use crate::file::{Draft, at_path, sync_folder_of};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use streams::Topic;

/// The most files kept aside in one folder for one CSV file; then the owner must look at them.
const KEPT_ASIDE_MAX: u32 = 1_000;

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// Nothing: every closed minute stood in the file.
    Intact,
    /// A torn end, if any, was cut off, and what was missing was appended.
    Appended {
        /// How many rows.
        rows: usize,
    },
    /// There was no file, or not even a whole header; it was written.
    Written,
    /// Late events had changed minutes that stood in it; it was rendered anew.
    Outdated,
    /// The stream was declared with other columns when it was written; it was rendered anew.
    OtherColumns {
        /// Where the file of before is now.
        kept_as: PathBuf,
    },
    /// It had been edited; it was rendered anew.
    Edited {
        /// Where the edited file is now.
        kept_as: PathBuf,
    },
}

/// Compares the file in `folder` with all closed minutes and makes it equal to them.
///
/// # Errors
/// That of `pages` or of the file system, with the path in its text; the call may be repeated.
pub fn repair(folder: &Path, topic: Topic, pages: &mut Pages<'_>) -> io::Result<(CsvFile, Repaired)> {
    let path = folder.join(&topic.stream().file);
    let found = match File::open(&path) {
        Ok(file) => compare(&mut BufReader::new(file), topic, pages)
            .map_err(|error| at_path(&path, "cannot compare with the database", &error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Verdict::Prefix { next: None, length_bytes: 0 },
        Err(error) => return Err(at_path(&path, "cannot open", &error)),
    };
    match found {
        Verdict::Prefix { length_bytes: 0, .. } => rendered_anew(&path, topic, pages, Repaired::Written),
        Verdict::Prefix { next, length_bytes } => go_on(CsvFile { topic, path, next, length_bytes }, pages),
        Verdict::Outdated => rendered_anew(&path, topic, pages, Repaired::Outdated),
        Verdict::Edited | Verdict::OtherColumns => {
            // The draft comes first: when the disk is full, nothing has been kept aside yet.
            let (draft, csv) = draft(&path, topic, pages)?;
            let kept_as = keep_aside(&path)?;
            draft.publish()?;
            let had_other_columns = found == Verdict::OtherColumns;
            Ok((csv, if had_other_columns { Repaired::OtherColumns { kept_as } } else { Repaired::Edited { kept_as } }))
        }
    }
}

/// Renders all minutes, not yet visible.
pub(super) fn draft(path: &Path, topic: Topic, pages: &mut Pages<'_>) -> io::Result<(Draft, CsvFile)> {
    let mut next = None;
    let header = header(topic);
    let mut length_bytes = header.len() as u64;
    let draft = Draft::write(path, |file| {
        file.write_all(header.as_bytes())?;
        loop {
            let page = page(pages, next)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            next = Some(last.minute.plus(1));
            for minute in &page {
                let line = row(topic, minute);
                length_bytes += line.len() as u64;
                file.write_all(line.as_bytes())?;
            }
        }
    })?;
    Ok((draft, CsvFile { topic, path: path.to_owned(), next, length_bytes }))
}

fn rendered_anew(
    path: &Path,
    topic: Topic,
    pages: &mut Pages<'_>,
    repaired: Repaired,
) -> io::Result<(CsvFile, Repaired)> {
    let (draft, csv) = draft(path, topic, pages)?;
    draft.publish()?;
    Ok((csv, repaired))
}

/// Cuts off a torn end and appends the rows that are missing, a page at a time.
fn go_on(mut csv: CsvFile, pages: &mut Pages<'_>) -> io::Result<(CsvFile, Repaired)> {
    let was_torn = cut_to(&csv.path, csv.length_bytes).map_err(|error| at_path(&csv.path, "cannot cut", &error))?;
    let mut rows = 0;
    loop {
        let page = page(pages, csv.next)?;
        if page.is_empty() {
            break;
        }
        match csv.append(&page)? {
            Appended::Rows(appended) => rows += appended,
            Appended::NeedsRepair => {
                let changed = io::Error::other("somebody else is writing into it");
                return Err(at_path(&csv.path, "cannot append to", &changed));
            }
        }
    }
    let repaired = if rows == 0 && !was_torn { Repaired::Intact } else { Repaired::Appended { rows } };
    Ok((csv, repaired))
}

fn cut_to(path: &Path, length_bytes: u64) -> io::Result<bool> {
    if fs::metadata(path)?.len() <= length_bytes {
        return Ok(false);
    }
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length_bytes)?;
    file.sync_all()?;
    Ok(true)
}

/// Gives the file a second name that nothing has yet: it stays visible until the new one is renamed over it.
fn keep_aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for number in 0..KEPT_ASIDE_MAX {
        let suffix = if number == 0 { String::new() } else { format!(".{number}") };
        let aside = path.with_file_name(format!("{name}.bak{suffix}"));
        match fs::hard_link(path, &aside) {
            Ok(()) => return sync_folder_of(&aside).map(|()| aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(at_path(&aside, "cannot keep the edited file as", &error)),
        }
    }
    let full = io::Error::new(io::ErrorKind::AlreadyExists, format!("{KEPT_ASIDE_MAX} edited files are kept already"));
    Err(at_path(path, "cannot keep aside", &full))
}
