-- What was counted last of each stream that has no place of its own on the dashboard, for its page: a few rows of each.
create table latest_events (
  id bigint generated always as identity primary key,
  topic text not null,
  event_time bigint not null,
  -- Of another producer, or sent back.
  is_foreign bigint not null,
  -- A JSON object: the declared fields as texts.
  texts text not null
);
create index latest_events_by_topic on latest_events (topic, id);
