//! Files that are renderings of closed minutes. The database is the truth: any of them can be deleted and comes back
//! byte for byte. Nothing here knows SQL or Kafka; minutes come in as values. Called by the closer and by `verify`.

pub mod csv;
pub mod file;
