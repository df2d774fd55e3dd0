-- The servers that count from this database, each with a random id, and when each last said so, by the database's clock.
-- A member of the consumer group that is not here belongs to a copy of this database.
create table servers (
  id text primary key,
  seen_at bigint not null
);
