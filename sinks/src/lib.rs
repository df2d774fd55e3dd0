//! What leaves the shop beside its pages and Kafka: files, which are renderings of closed minutes, messages about
//! alerts, and mails.
//!
//! For the files the database is the truth: any of them can be deleted and comes back byte for byte. Nothing here knows
//! SQL or Kafka; what is written comes in as values. Called by the pipeline and by `verify`.

pub mod csv;
pub mod file;
pub mod mailer;
pub mod webhook;
