//! The CSV files. An input says what became of a file's rendering: which file, how many minutes are closed, which of
//! them late events have changed since, and what was cut out of it or written into it.

use domain::Minute;
use sinks::csv::{Appended, Repaired, check, header, repair, row};
use std::fs;
use std::io;
use std::path::Path;
use streams::{MinuteTotals, Streams, Topic, Totals};

const FIRST: i64 = 29_922_480;
const MINUTES_MAX: u8 = 16;
/// Of the columns that a late event may have changed.
const FIGURE: &[u8] = b".-0123456789";
/// Longer than any row.
const LINE_BYTES_MAX: usize = 1_024;
const DATETIME_BYTES: usize = "2026-11-22 12:00:00".len();

/// What an input says, byte by byte.
struct Damage<'a> {
    topic: Topic,
    minutes: u8,
    revised: u16,
    /// Where something happened to the file.
    at: usize,
    /// So many bytes are gone there.
    gone: usize,
    /// These stand there instead.
    instead: &'a [u8],
}

impl Damage<'_> {
    fn read(data: &[u8]) -> Option<Damage<'_>> {
        let (head, instead) = data.split_first_chunk::<8>()?;
        let [topic, minutes, revised @ .., at_high, at_low, gone_high, gone_low] = *head;
        Some(Damage {
            topic: Streams::own().all()[usize::from(topic % 3)],
            minutes: minutes % (MINUTES_MAX + 1),
            revised: u16::from_be_bytes(revised),
            at: u16::from_be_bytes([at_high, at_low]).into(),
            gone: u16::from_be_bytes([gone_high, gone_low]).into(),
            instead,
        })
    }

    fn minutes(&self, is_late: bool) -> Vec<MinuteTotals> {
        (0..i64::from(self.minutes)).map(|index| minute(index, is_late && self.revised >> index & 1 == 1)).collect()
    }

    /// The file as it is found: rendered before the late events, then damaged.
    fn found(&self) -> Vec<u8> {
        let whole = rendering(self.topic, &self.minutes(false)).into_bytes();
        let at = self.at.min(whole.len());
        let behind = self.at.saturating_add(self.gone).min(whole.len());
        [&whole[..at], self.instead, &whole[behind..]].concat()
    }
}

fn minute(index: i64, is_late: bool) -> MinuteTotals {
    let more = i64::from(is_late);
    let figures =
        [index % 5 + more, index % 4 * 3 + more, index % 7 * 1_999 + 100_000 * more, index % 3, 0, index % 3 * 5];
    let totals = Totals(figures.map(Some).to_vec());
    MinuteTotals { minute: Minute::from_number(FIRST + index), totals, is_closed: true, revision: more }
}

fn rendering(topic: Topic, minutes: &[MinuteTotals]) -> String {
    minutes.iter().fold(header(topic), |text, minute| text + row(topic, minute).as_str())
}

/// Pages of five minutes, so that a file takes several.
fn pages(minutes: &[MinuteTotals]) -> impl FnMut(Minute) -> io::Result<Vec<MinuteTotals>> {
    move |from| Ok(minutes.iter().filter(|minute| minute.minute >= from).take(5).cloned().collect())
}

/// A repaired file is its rendering, byte for byte, and goes on; what a person wrote, and nothing else, is kept aside
/// as it was; and `verify` finds every file that is not its rendering. `folder` is emptied first.
pub fn files(data: &[u8], folder: &Path) {
    let Some(damage) = Damage::read(data) else { return };
    let (topic, minutes, found) = (damage.topic, damage.minutes(true), damage.found());
    let expected = rendering(topic, &minutes);
    let path = folder.join(&topic.stream().file);
    for entry in fs::read_dir(folder).expect("a folder") {
        fs::remove_file(entry.expect("an entry").path()).expect("a file that can go");
    }
    fs::write(&path, &found).expect("a folder that can be written into");

    let is_whole = found == expected.as_bytes() || (minutes.is_empty() && found.is_empty());
    assert_eq!(differing(folder, topic, &minutes) == 0, is_whole, "verify");

    let (mut csv, repaired) = repair(folder, topic, &mut pages(&minutes)).expect("a repair");
    let is_edited = !is_explained(&damage, &found, &minutes);
    let is_kept_aside = matches!(repaired, Repaired::Edited { .. } | Repaired::OtherColumns { .. });
    assert_eq!(is_kept_aside, is_edited, "{repaired:?}");
    assert_eq!(repaired == Repaired::Intact, found == expected.as_bytes(), "{repaired:?}");
    assert_eq!(text(&path), expected, "{repaired:?}");
    assert_eq!(fs::read_dir(folder).expect("a folder").count(), 1 + usize::from(is_edited), "{repaired:?}");
    if let Repaired::Edited { kept_as } | Repaired::OtherColumns { kept_as } = repaired {
        assert_eq!(fs::read(kept_as).expect("what was kept aside"), found);
    }
    assert_eq!(differing(folder, topic, &minutes), 0, "verify finds a repaired file whole");

    let next = [minutes, vec![minute(damage.minutes.into(), false)]].concat();
    assert_eq!(csv.append(&next).expect("an append"), Appended::Rows(1));
    assert_eq!(text(&path), rendering(topic, &next));
    let (_, again) = repair(folder, topic, &mut pages(&next)).expect("another repair");
    assert_eq!(again, Repaired::Intact);
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("the file")
}

fn differing(folder: &Path, topic: Topic, minutes: &[MinuteTotals]) -> i64 {
    let checked = check(folder, topic, &mut pages(minutes), 3).expect("a check");
    assert!(checked.first.len() <= 3 && checked.first.is_empty() == (checked.differing_minutes == 0));
    checked.differing_minutes
}

/// Whether a crash and late events explain what was found: whole lines of ours, in some of them the figures of before
/// a late event; then a part of a line, or the NUL bytes that a crash leaves, or nothing.
fn is_explained(damage: &Damage<'_>, found: &[u8], minutes: &[MinuteTotals]) -> bool {
    let end = found.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mut rest = &found[..end];
    let lines = std::iter::once((header(damage.topic), false));
    for (expected, is_late) in lines.chain(minutes.iter().map(|it| (row(damage.topic, it), it.revision > 0))) {
        if expected.as_bytes().starts_with(rest) {
            return true;
        }
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let (line, behind) = rest.split_at(length);
        if line != expected.as_bytes() && !(is_late && is_older(line, expected.as_bytes())) {
            return false;
        }
        rest = behind;
    }
    rest.is_empty()
}

/// Whether a line is of the same minute, with other figures; without its end it may be torn. None is so long.
fn is_older(line: &[u8], expected: &[u8]) -> bool {
    let columns = |line: &[u8]| line.split(|byte| *byte == b',').count();
    let is_whole = line.ends_with(b"\n");
    let figures = line.strip_suffix(b"\n").unwrap_or(line).strip_prefix(&expected[..=DATETIME_BYTES]);
    let has_columns = columns(line) == columns(expected) || (!is_whole && columns(line) < columns(expected));
    line.len() < LINE_BYTES_MAX
        && has_columns
        && figures.is_some_and(|figures| figures.iter().all(|byte| FIGURE.contains(byte) || *byte == b','))
}
