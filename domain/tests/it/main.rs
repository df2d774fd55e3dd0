//! Tests of the shop's truths from outside, by table and by property. One binary, so that it links once.

mod clock_watch;
mod dead_letter;
mod event;
mod feedback;
mod fields;
mod figures;
mod log_check;
mod mention;
mod money;
mod new_order;
mod receipt;
mod report;
mod time;
