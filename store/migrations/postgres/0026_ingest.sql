-- The ids of events that came from outside over HTTP, so that one which is sent again is not counted again. Kept for some
-- hours.
create table ingested (
  source text not null,
  id text not null,
  seen_at bigint not null,
  primary key (source, id)
);
create index ingested_by_time on ingested (seen_at);
