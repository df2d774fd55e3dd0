-- Rules on a measure of any stream, and the alerts that they began. Their alerts have a table of their own: a server of an
-- earlier version fails on an alert of a rule that it does not know, and may still run beside this one.
create table measure_rules (
  id bigint generated always as identity primary key,
  -- Stream and measure may be declared no longer; the rule stays, unwatched.
  topic text not null,
  measure text not null,
  -- Digits after the point of the measure, in which the threshold is a whole number.
  digits bigint not null,
  is_on bigint not null,
  is_above bigint not null,
  threshold bigint not null,
  -- Over so many of the last complete minutes.
  minutes bigint not null
);
-- A rule that is sent twice is there once.
create unique index measure_rules_once on measure_rules (topic, measure, is_above, threshold, minutes);

create table measure_alerts (
  -- Receivers tell alerts apart by their ids: far beyond those of the table alerts.
  id bigint generated always as identity (start with 1000000000) primary key,
  -- The rule may be gone.
  rule_id bigint not null,
  -- What the rule was called and compared, as it was found last.
  title text not null,
  topic text not null,
  measure text not null,
  digits bigint not null,
  is_above bigint not null,
  minutes bigint not null,
  began_at bigint not null,
  -- Null while its condition holds.
  ended_at bigint,
  words text not null,
  figure bigint not null,
  threshold bigint not null
);
-- A rule has at most one open alert, also where two servers find the same at once.
create unique index measure_alerts_open on measure_alerts (rule_id) where ended_at is null;
create index measure_alerts_by_end on measure_alerts (ended_at, id);
