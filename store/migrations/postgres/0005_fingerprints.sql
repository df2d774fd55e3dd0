-- How a partition's log is known again after its topic was made anew or its tail was lost: its first record as the last
-- check found it, and the last record that was applied. The timestamp is Kafka's, in milliseconds.
alter table positions add column sample_offset bigint;
alter table positions add column sample_timestamp bigint;
alter table positions add column sample_hash bigint;
alter table positions add column last_offset bigint;
alter table positions add column last_timestamp bigint;
alter table positions add column last_hash bigint;
