//! The counting protocol as a model: toy servers, a toy database and a toy log, run through random schedules of steps
//! and faults. `docs/protocol-model.md` says how to read and to replay it. Nothing here is used by the shop.

mod account;
mod database;
mod every_schedule;
mod invariants;
mod kafka;
mod random;
mod rules;
mod schedule;
mod server;
mod steps;
mod teeth;
mod truth;
mod world;
