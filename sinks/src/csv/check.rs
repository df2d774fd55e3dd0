//! Checks a CSV file against all closed minutes, cell by cell, for `verify`. Tells every difference and changes
//! nothing, as against `compare`, which stops at the first one because a repair follows.

use super::compare::read_line;
use super::{Pages, header, row};
use crate::file::at_path;
use domain::{Minute, Timestamp};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use streams::{MinuteTotals, Topic};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Closed minutes that were looked for in the file.
    pub minutes: i64,
    /// Minutes whose row differs, is missing, or should not be there.
    pub differing_minutes: i64,
    /// The first cells that differ.
    pub first: Vec<CellDifference>,
}

/// A cell that does not hold what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellDifference {
    /// The row's minute.
    pub minute: Minute,
    /// The column's name; `row` when the whole row is missing or should not be there.
    pub column: String,
    /// What it should hold.
    pub expected: String,
    /// What it holds.
    pub found: String,
}

/// Checks a stream's file in `folder`; one that is missing misses every row. Tells at most `first_max` cells one by
/// one.
///
/// # Errors
/// That of `pages`, or of a file that is there and cannot be read.
pub fn check(folder: &Path, topic: Topic, pages: &mut Pages<'_>, first_max: usize) -> io::Result<Checked> {
    let mut check = Check::open(folder, topic, first_max)?;
    let mut next = Minute::from_number(0);
    loop {
        // A minute that is missing in the database is told elsewhere; the rows of the others are checked all the same.
        let minutes = pages(next)?;
        check.page(&minutes).map_err(|error| at_path(&check.path, "cannot check", &error))?;
        let Some(last) = minutes.last() else { return Ok(check.checked) };
        next = last.minute.plus(1);
    }
}

struct Check {
    path: PathBuf,
    file: Box<dyn BufRead>,
    topic: Topic,
    /// The minute after the last one that was checked; `None` before the first page.
    next: Option<Minute>,
    /// A line that belongs to a later minute than the one looked for.
    pending: Option<String>,
    first_max: usize,
    checked: Checked,
}

impl Check {
    fn open(folder: &Path, topic: Topic, first_max: usize) -> io::Result<Check> {
        let path = folder.join(&topic.stream().file);
        let file: Box<dyn BufRead> = match File::open(&path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Box::new(io::empty()),
            Err(error) => return Err(at_path(&path, "cannot open", &error)),
        };
        Ok(Check { path, file, topic, next: None, pending: None, first_max, checked: Checked::default() })
    }

    /// The next minutes; none at the end.
    fn page(&mut self, minutes: &[MinuteTotals]) -> io::Result<()> {
        if self.next.is_none() {
            let found = self.line()?;
            let minute = minutes.first().map_or(Minute::from_number(0), |first| first.minute);
            self.check_header(minute, &found, !minutes.is_empty());
            self.next = Some(minute);
        }
        for minute in minutes {
            self.check_minute(minute)?;
            self.next = Some(minute.minute.plus(1));
        }
        if minutes.is_empty() { self.check_rest() } else { Ok(()) }
    }

    fn check_rest(&mut self) -> io::Result<()> {
        let mut last = self.next.unwrap_or_default();
        while let Some(line) = self.take_line()? {
            last = minute_of(&line).unwrap_or(last);
            self.tell(last, "row", "no row", &line);
            self.checked.differing_minutes += 1;
        }
        Ok(())
    }

    /// A shop whose first minute is not over may not have written its files yet.
    fn check_header(&mut self, minute: Minute, found: &str, is_needed: bool) {
        let header = header(self.topic);
        if found != header && (is_needed || !found.is_empty()) {
            self.tell(minute, "header", &header, found);
            self.checked.differing_minutes += 1;
        }
    }

    fn check_minute(&mut self, minute: &MinuteTotals) -> io::Result<()> {
        self.checked.minutes += 1;
        let expected = row(self.topic, minute);
        let at = minute.minute;
        loop {
            let Some(line) = self.take_line()? else {
                self.tell(at, "row", &expected, "no row");
                break;
            };
            if line == expected {
                return Ok(());
            }
            match minute_of(&line) {
                Some(earlier) if earlier < at => {
                    self.tell(earlier, "row", "no row", &line);
                    self.checked.differing_minutes += 1;
                }
                Some(later) if later > at => {
                    self.tell(at, "row", &expected, "no row");
                    self.pending = Some(line);
                    break;
                }
                _ => {
                    self.tell_cells(at, &expected, &line);
                    break;
                }
            }
        }
        self.checked.differing_minutes += 1;
        Ok(())
    }

    fn tell_cells(&mut self, minute: Minute, expected: &str, found: &str) {
        let has_end = found.ends_with('\n');
        let (expected_cells, found_cells) = (cells(expected), cells(found));
        if expected_cells.len() != found_cells.len() || !has_end {
            self.tell(minute, "row", expected, found);
            return;
        }
        let header = header(self.topic);
        let names = cells(&header);
        for (name, (expected, found)) in names.iter().zip(expected_cells.iter().zip(&found_cells)) {
            if expected != found {
                self.tell(minute, name, expected, found);
            }
        }
    }

    fn tell(&mut self, minute: Minute, column: &str, expected: &str, found: &str) {
        if self.checked.first.len() < self.first_max {
            self.checked.first.push(CellDifference {
                minute,
                column: column.to_owned(),
                expected: expected.trim_end().to_owned(),
                found: found.trim_end().to_owned(),
            });
        }
    }

    fn take_line(&mut self) -> io::Result<Option<String>> {
        let line = match self.pending.take() {
            Some(line) => line,
            None => self.line()?,
        };
        Ok(Some(line).filter(|line| !line.is_empty()))
    }

    fn line(&mut self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&read_line(&mut self.file)?).into_owned())
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_end().split(',').collect()
}

/// The minute that a row says it is for.
fn minute_of(line: &str) -> Option<Minute> {
    let datetime = line.split(',').next()?;
    let (date, time) = datetime.split_once(' ')?;
    let at = Timestamp::parse_rfc3339(&format!("{date}T{time}Z"))?;
    Some(Minute::of(at)).filter(|minute| minute.to_string() == datetime)
}
