//! The server's integration tests: one binary, so that it links once.

#[cfg(test)]
mod account;
#[cfg(test)]
mod add_a_stream;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod alerts_figures;
#[cfg(test)]
mod alerts_measures;
#[cfg(test)]
mod alerts_postgres;
#[cfg(test)]
mod any_records;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod bad_records;
#[cfg(test)]
mod behind_a_proxy;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod codecs;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod database_clock;
#[cfg(test)]
mod database_outage;
#[cfg(test)]
mod database_silence;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod feedback;
#[cfg(test)]
mod files;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod form;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod ingest;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod letter_budget;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod load;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod mail_steps;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod minutes;
#[cfg(test)]
mod newsletter;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod page_view_budget;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod restore;
#[cfg(test)]
mod rolling;
#[cfg(test)]
mod secured;
#[cfg(test)]
mod slow_clients;
#[cfg(test)]
mod stall;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod strange_headers;
#[cfg(test)]
mod system_stats;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod verify;
