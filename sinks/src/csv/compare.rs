//! Compares a CSV file with the rendering of all closed minutes, line by line, in flat memory. Changes nothing.
//! Called by `repair`.

use super::{Pages, header, row};
use domain::Minute;
use std::io::{self, BufRead, Read};
use streams::{MinuteTotals, Topic};

/// Longer than any header or row; longer lines are read in parts, and none of them is ours.
const LINE_BYTES_MAX: u64 = 1_024;
const DATETIME_BYTES: usize = "2026-11-22 12:00:00".len();

/// What a file is, compared with its rendering.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It begins with these whole lines; what follows them, if anything, is the torn end of a write.
    Prefix {
        /// The minute that the first missing row is for; `None` while there is no row.
        next: Option<Minute>,
        /// The length of the whole lines; 0 when not even the header is whole.
        length_bytes: u64,
    },
    /// It differs only in minutes that a late event has changed since.
    Outdated,
    /// It begins as the file of a stream does that has other measures.
    OtherColumns,
    /// Somebody else wrote into it.
    Edited,
}

/// Reads `file` to its end, or to where it first goes wrong.
pub(super) fn compare(file: &mut impl BufRead, topic: Topic, pages: &mut Pages<'_>) -> io::Result<Verdict> {
    let mut next = None;
    let mut length_bytes = 0;
    let mut is_outdated = false;
    let so_far = |next, length_bytes, is_outdated| {
        if is_outdated { Verdict::Outdated } else { Verdict::Prefix { next, length_bytes } }
    };

    let found = read_line(file)?;
    let expected = header(topic);
    if found != expected.as_bytes() {
        return Ok(match is_torn(&found, &expected, file)? {
            true => Verdict::Prefix { next, length_bytes },
            false if is_header(&found) => Verdict::OtherColumns,
            false => Verdict::Edited,
        });
    }
    length_bytes += found.len() as u64;

    loop {
        let page = page(pages, next)?;
        if page.is_empty() {
            break;
        }
        for minute in &page {
            let expected = row(topic, minute);
            let found = read_line(file)?;
            if found != expected.as_bytes() {
                if is_torn(&found, &expected, file)? {
                    return Ok(so_far(next, length_bytes, is_outdated));
                }
                let line = without_nul_tail(&found);
                let is_outdated_row = minute.revision > 0 && is_same_minute(line, &expected);
                if !is_outdated_row || (line.len() < found.len() && !rest_is_nul(file)?) {
                    return Ok(Verdict::Edited);
                }
                is_outdated = true;
            }
            next = Some(minute.minute.plus(1));
            length_bytes += found.len() as u64;
        }
    }
    let is_end = rest_is_nul(file)?;
    Ok(if is_end { so_far(next, length_bytes, is_outdated) } else { Verdict::Edited })
}

/// The page that begins with `next`, or with the first minute of all. Each minute appears once, and none is left out.
pub(super) fn page(pages: &mut Pages<'_>, next: Option<Minute>) -> io::Result<Vec<MinuteTotals>> {
    let from = next.unwrap_or(Minute::from_number(0));
    let page = pages(from)?;
    let Some(first) = page.first() else {
        return Ok(page);
    };
    let begins_well = next.map_or(first.minute >= from, |next| first.minute == next);
    if begins_well && page.is_sorted_by(|earlier, later| later.minute == earlier.minute.plus(1)) {
        Ok(page)
    } else {
        let text = format!("the closed minutes from {from} on are not in order, or one is missing");
        Err(io::Error::new(io::ErrorKind::InvalidData, text))
    }
}

pub(super) fn read_line(file: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    file.take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// Whether the file ends inside this line, or goes on with nothing but the NUL bytes that a crash leaves.
fn is_torn(found: &[u8], expected: &str, file: &mut impl BufRead) -> io::Result<bool> {
    let same = found.iter().zip(expected.as_bytes()).take_while(|(found, expected)| found == expected).count();
    Ok(found[same..].iter().all(|byte| *byte == 0) && rest_is_nul(file)?)
}

/// Whether a line names columns as a stream's file does.
fn is_header(line: &[u8]) -> bool {
    let names = line.strip_prefix(b"datetime,").and_then(|names| names.strip_suffix(b"\n"));
    names.is_some_and(|names| {
        names.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_,".contains(byte))
    })
}

fn rest_is_nul(file: &mut impl Read) -> io::Result<bool> {
    let mut part = [0; 8 * 1024];
    loop {
        let length = match file.read(&mut part) {
            Ok(0) => return Ok(true),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if part[..length].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
    }
}

fn without_nul_tail(line: &[u8]) -> &[u8] {
    &line[..line.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)]
}

/// Whether a line is a rendering of the same minute with other figures; the last line may be torn. A line that was read
/// in parts is not torn: it goes on.
fn is_same_minute(found: &[u8], expected: &str) -> bool {
    if found.len() as u64 == LINE_BYTES_MAX {
        return false;
    }
    let commas = |line: &[u8]| line.iter().filter(|byte| **byte == b',').count();
    let line = found.strip_suffix(b"\n").unwrap_or(found);
    let is_whole = line.len() < found.len();
    let datetime = &expected.as_bytes()[..DATETIME_BYTES];
    let Some(figures) = line.strip_prefix(datetime) else {
        return false;
    };
    let has_columns = if is_whole {
        commas(found) == commas(expected.as_bytes())
    } else {
        commas(found) <= commas(expected.as_bytes())
    };
    has_columns && figures.starts_with(b",") && figures.iter().all(|byte| b",.-0123456789".contains(byte))
}
