-- Streams are declared as data. Each has two tables, `minutes_<topic>` and `quarters_<topic>`, which the server makes from
-- the declaration when it starts; it also takes over there what is set aside here.
create table streams (
  topic text primary key,
  -- It is counted from this minute on, and its file begins with it.
  first_minute bigint not null
);

-- What each measure counts. A start refuses a declaration that would add something else under the same name.
create table measures (
  topic text not null,
  name text not null,
  meaning text not null,
  primary key (topic, name)
);

alter table minutes rename to minutes_before_streams;
alter table quarters rename to quarters_before_streams;

-- How many events of a quarter hour have which value of a field. `is_other`: of all values that are not told apart.
create table quarter_groups (
  topic text not null,
  field text not null,
  is_other bigint not null,
  value text not null,
  quarter bigint not null,
  events_num bigint not null,
  primary key (topic, field, is_other, value, quarter)
);

-- How many values of a day are told apart.
create table group_days (
  topic text not null,
  field text not null,
  day bigint not null,
  values_num bigint not null,
  primary key (topic, field, day)
);

insert into quarter_groups (topic, field, is_other, value, quarter, events_num)
select 'web_requests', 'path', 0, path, quarter, views_num from quarter_pages;

insert into group_days (topic, field, day, values_num)
select 'web_requests', 'path', quarter / 96, count(distinct path) from quarter_pages group by quarter / 96;

drop table quarter_pages;

-- The event's fields as JSON, in place of a column for each of them; rows of older servers still fill those.
alter table outbox add column key text;
alter table outbox add column payload text;
-- Whether it adds to the foreign figures, as a dead letter does that was sent back.
alter table outbox add column is_foreign bigint not null default 0;
-- Finds what customers said and is not counted yet, when one of them is forgotten.
drop index outbox_by_comment;
create index outbox_feedback_by_key on outbox (key) where topic = 'feedback';
