-- Times are microseconds since 1970 in UTC, minutes are counted since 1970, booleans are 0 or 1, money is cents.

-- One row: who this database is, and up to where its minutes are closed.
create table shop (
  id bigint primary key check (id = 1),
  source text not null,
  first_minute bigint not null,
  closed_until bigint not null
);

create table goods (
  slug text primary key,
  name text not null,
  description text not null,
  unit text not null,
  price bigint not null check (price >= 0),
  position bigint not null,
  is_sold bigint not null default 1
);

create table orders (
  id bigint generated always as identity primary key,
  token text not null unique,
  submission_key text not null unique,
  email text not null,
  is_paid bigint not null,
  amount bigint not null,
  total_price bigint not null,
  event_time bigint not null
);
create index orders_by_event_time on orders (event_time);

-- Name, unit and price as they were when the order was made.
create table order_lines (
  order_id bigint not null references orders (id),
  slug text not null,
  name text not null,
  unit text not null,
  quantity bigint not null,
  price bigint not null,
  primary key (order_id, slug)
);

-- Events that are not counted yet. A row leaves in the transaction that counts it. `generated always as identity`: an id never comes back.
create table outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  event_time bigint not null,
  order_id bigint,
  order_amount bigint,
  order_total_price bigint,
  is_paid bigint,
  path text,
  kind text
);

-- `own_`: events of this database's outbox. `foreign_`: records of other producers. Pages and files show the sum.
create table minutes (
  minute bigint primary key,
  own_requests_num bigint not null default 0,
  own_total_orders_num bigint not null default 0,
  own_total_orders_amount bigint not null default 0,
  own_total_orders_price bigint not null default 0,
  own_total_paid_orders_num bigint not null default 0,
  own_total_paid_orders_amount bigint not null default 0,
  own_total_paid_orders_price bigint not null default 0,
  foreign_requests_num bigint not null default 0,
  foreign_total_orders_num bigint not null default 0,
  foreign_total_orders_amount bigint not null default 0,
  foreign_total_orders_price bigint not null default 0,
  foreign_total_paid_orders_num bigint not null default 0,
  foreign_total_paid_orders_amount bigint not null default 0,
  foreign_total_paid_orders_price bigint not null default 0,
  is_closed bigint not null default 0,
  -- How often a late event changed the minute after it was closed.
  revision bigint not null default 0
);

-- Up to where each partition of each log is applied.
create table positions (
  log text not null,
  topic text not null,
  partition_id bigint not null,
  generation bigint not null,
  next_offset bigint not null,
  primary key (log, topic, partition_id)
);

create table dead_letters (
  id bigint generated always as identity primary key,
  log text not null,
  generation bigint not null,
  topic text not null,
  partition_id bigint not null,
  record_offset bigint not null,
  reason text not null,
  -- The original bytes in base64.
  record_key text,
  record_value text,
  record_headers text not null,
  seen_at bigint not null,
  unique (log, generation, topic, partition_id, record_offset)
);

-- Beyond 100 bad records in a row only their offsets are kept.
create table dead_letter_ranges (
  log text not null,
  generation bigint not null,
  topic text not null,
  partition_id bigint not null,
  first_offset bigint not null,
  last_offset bigint not null,
  records bigint not null,
  primary key (log, generation, topic, partition_id, first_offset)
);

-- Counts that belong to no minute.
create table tallies (
  name text primary key,
  total bigint not null
);

create table sessions (
  token_hash text primary key,
  created_at bigint not null,
  expires_at bigint not null
);

create table owner (
  id bigint primary key check (id = 1),
  password_hash text not null
);
