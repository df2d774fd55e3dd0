//! Redriving a dead letter: decode, then mark it and insert its outbox row in one transaction. Rule 12.

use super::Commit;
use crate::database::{Origin, OutboxRow};
use crate::rules::Rule;
use crate::world::{World, note};

pub(crate) fn redrive(world: &mut World, server: usize) {
    if let Some(letter) = world.servers[server].unmarked.take() {
        world.db.letters[letter].is_redriven = true;
        return;
    }
    let bads = &world.truth.bads;
    let readable = |letter: &crate::database::Letter| !letter.is_redriven && bads[letter.bad].is_redrivable;
    let Some(index) = world.db.letters.iter().position(readable) else { return };
    let outcome = Commit::draw(world);
    note!(world, "server {server}: redrives letter {index}: {outcome:?}");
    if outcome == Commit::Aborted {
        return;
    }
    let bad = world.db.letters[index].bad;
    let id = world.db.new_id();
    // Its own time, even in a minute that is closed: that one's revision is raised.
    let (event_time, amount) = (world.truth.bads[bad].at, world.truth.bads[bad].amount);
    world.db.insert(OutboxRow { id, event_time, amount, origin: Origin::Letter(bad), sweeps: 0, refusals: 0 });
    if world.rules.keep(Rule::RedriveInOne) {
        world.db.letters[index].is_redriven = true;
    } else if outcome == Commit::Done {
        world.servers[server].unmarked = Some(index);
    }
}
