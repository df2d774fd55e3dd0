//! The CSV files, one for each stream: one row for each closed minute, appended at the minute's end.
//!
//! Readers may open them at any time: rows are added with one write, and whole rewrites are renamed over the old file.
//! Never reads the database: closed minutes come in, in order. Called by the closer, in a blocking task.

mod check;
mod compare;
mod render;
mod repair;

#[cfg(test)]
mod tests;

pub use check::{CellDifference, Checked, check};
pub use render::{header, row};
pub use repair::{Repaired, repair};

use super::file::at_path;
use domain::Minute;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use streams::{MinuteTotals, Topic};

/// The most minutes in one page, which bounds the memory of a repair.
pub const PAGE_MINUTES_MAX: usize = 10_000;

/// Gives closed minutes of a stream in order, from the given one on, at most [`PAGE_MINUTES_MAX`] of them; none at the
/// end.
pub type Pages<'a> = dyn FnMut(Minute) -> io::Result<Vec<MinuteTotals>> + 'a;

fn write_rows(file: &mut File, rows: &[u8]) -> io::Result<()> {
    if crash::is_armed("in_csv_write") {
        // A process that dies inside the one write leaves a part of it.
        file.write_all(&rows[..rows.len() / 2])?;
        crash::step("in_csv_write");
        return file.write_all(&rows[rows.len() / 2..]);
    }
    file.write_all(rows)
}

/// One CSV file whose content is known.
#[derive(Debug)]
pub struct CsvFile {
    topic: Topic,
    path: PathBuf,
    /// The minute that the next row is for; `None` while there is none, when it may be any.
    next: Option<Minute>,
    length_bytes: u64,
}

/// What became of rows to append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// They stand in the file, durably; carries how many were new.
    Rows(usize),
    /// Nothing was written: the file is gone or was changed by others, or a minute between is missing. [`repair`]
    /// helps.
    NeedsRepair,
}

impl CsvFile {
    /// Whose minutes it holds.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        self.topic
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The minute that the next row is for; `None` while the file has no rows.
    #[must_use]
    pub const fn next(&self) -> Option<Minute> {
        self.next
    }

    /// Appends closed minutes with one write and syncs them. Minutes that already stand in the file are passed over,
    /// so a call may be repeated.
    ///
    /// # Errors
    /// That of the file system, such as a full disk. The file is then cut back to what it was, so nothing is half
    /// there and a later call may succeed.
    pub fn append(&mut self, minutes: &[MinuteTotals]) -> io::Result<Appended> {
        self.append_by(minutes, write_rows)
    }

    fn append_by(
        &mut self,
        minutes: &[MinuteTotals],
        write: impl FnOnce(&mut File, &[u8]) -> io::Result<()>,
    ) -> io::Result<Appended> {
        let mut file = match OpenOptions::new().append(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Appended::NeedsRepair),
            Err(error) => return Err(at_path(&self.path, "cannot open", &error)),
        };
        let length_bytes = file.metadata().map_err(|error| at_path(&self.path, "cannot read", &error))?.len();
        let mut next = self.next;
        let mut rows = String::new();
        let mut rows_num = 0;
        for minute in minutes.iter().filter(|minute| self.next.is_none_or(|next| minute.minute >= next)) {
            if next.is_some_and(|next| minute.minute != next) {
                return Ok(Appended::NeedsRepair);
            }
            rows.push_str(&row(self.topic, minute));
            rows_num += 1;
            next = Some(minute.minute.plus(1));
        }
        if length_bytes != self.length_bytes {
            return Ok(Appended::NeedsRepair);
        }
        if rows.is_empty() {
            return Ok(Appended::Rows(0));
        }
        if let Err(error) = write(&mut file, rows.as_bytes()).and_then(|()| file.sync_data()) {
            // Where even this fails, the length differs and the next call asks for a repair.
            let _ = file.set_len(self.length_bytes).and_then(|()| file.sync_data());
            return Err(at_path(&self.path, "cannot append to", &error));
        }
        self.next = next;
        self.length_bytes += rows.len() as u64;
        Ok(Appended::Rows(rows_num))
    }

    /// Renders the file anew from the first minute on, after a late event changed a minute that already stands in it.
    ///
    /// # Errors
    /// That of `pages` or of the file system; the old file then stands unchanged.
    pub fn rewrite(&mut self, pages: &mut Pages<'_>) -> io::Result<()> {
        let (draft, rewritten) = repair::draft(&self.path, self.topic, pages)?;
        draft.publish()?;
        *self = rewritten;
        Ok(())
    }
}
