-- Alerts: what the owner wants to be told of, what was told, and the messages about it.

-- A rule as the owner set it; one without a row is as at the first start. The limit is in the rule's own unit, opening
-- hours are minutes after midnight in the owner's time zone.
create table alert_rules (
  rule text primary key,
  is_on bigint not null,
  threshold bigint,
  opens_at bigint,
  closes_at bigint
);

create table alerts (
  id integer primary key autoincrement,
  rule text not null,
  began_at bigint not null,
  -- Null while its condition holds.
  ended_at bigint,
  -- What was found when it began.
  words text not null,
  figure bigint not null,
  threshold bigint not null
);
-- A rule has at most one open alert, also where two servers find the same at once.
create unique index alerts_open on alerts (rule) where ended_at is null;
create index alerts_by_end on alerts (ended_at, id);

-- An outbox of its own: a message is written in the transaction that begins or ends its alert, and stays until the
-- receiver has taken it or it was tried often enough.
create table alert_deliveries (
  id integer primary key autoincrement,
  -- The receiver drops doubles by this.
  delivery text not null unique,
  -- Null for a test.
  alert_id bigint,
  event text not null,
  what text not null,
  body text not null,
  made_at bigint not null,
  attempts bigint not null default 0,
  -- Null once it is settled: then exactly one of the next two is there.
  next_attempt_at bigint,
  delivered_at bigint,
  given_up_at bigint,
  last_error text
);
create index alert_deliveries_due on alert_deliveries (next_attempt_at) where next_attempt_at is not null;
create index alert_deliveries_by_alert on alert_deliveries (alert_id, id);
