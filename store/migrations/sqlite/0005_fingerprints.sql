-- The first and the last record that were applied of a partition's log since its reading began: how the log is known
-- again after its topic was made anew or its tail was lost. The timestamp is Kafka's, in milliseconds.
alter table positions add column first_offset bigint;
alter table positions add column first_timestamp bigint;
alter table positions add column first_hash bigint;
alter table positions add column last_offset bigint;
alter table positions add column last_timestamp bigint;
alter table positions add column last_hash bigint;
