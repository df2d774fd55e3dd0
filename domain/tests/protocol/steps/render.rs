//! Rendering: rows are read, then written to this server's file. Rule 19.

use crate::rules::Rule;
use crate::world::{World, note};

/// Reads what the file lacks, or writes what was read.
pub(crate) fn render(world: &mut World, server: usize) {
    let closed = world.db.closed_count();
    let (revisions, compares) = (world.db.revisions, world.rules.keep(Rule::CompareFiles));
    let state = &mut world.servers[server];
    if let Some((from, revisions)) = state.reading.take() {
        state.file.truncate(from);
        state.file.append(&mut state.read);
        state.seen_revisions = revisions;
        note!(world, "server {server}: writes its file from row {from} on");
        return;
    }
    // The database's own count of revisions: another server may have made them, or the answer got lost.
    let is_outdated =
        if compares { state.must_compare || state.seen_revisions != revisions } else { state.was_told_of_revision };
    let from = if is_outdated { 0 } else { state.file.len() };
    (state.must_compare, state.was_told_of_revision) = (false, false);
    if from >= closed {
        return;
    }
    state.reading = Some((from, revisions));
    state.read.clear();
    state.read.extend(world.db.minutes()[from..closed].iter().map(crate::database::MinuteRow::sum));
}

/// Whether a server's file says what the closed rows say.
pub(crate) fn is_file_as_rows(world: &World, server: usize) -> bool {
    let rows = &world.db.minutes()[..world.db.closed_count()];
    let file = &world.servers[server].file;
    file.len() == rows.len() && file.iter().zip(rows).all(|(line, row)| *line == row.sum())
}
