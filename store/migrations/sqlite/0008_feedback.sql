-- What customers say of their orders: at most once for each. Counted like orders, through the outbox.
create table feedback (
  order_id bigint primary key references orders (id),
  stars bigint not null check (stars between 1 and 5),
  comment text,
  event_time bigint not null
);
-- Finds the latest, and the minutes that `verify` compares.
create index feedback_by_event_time on feedback (event_time);

alter table outbox add column stars bigint;
alter table outbox add column comment text;

alter table minutes add column own_total_feedback_num bigint not null default 0;
alter table minutes add column own_total_feedback_stars bigint not null default 0;
alter table minutes add column foreign_total_feedback_num bigint not null default 0;
alter table minutes add column foreign_total_feedback_stars bigint not null default 0;
alter table quarters add column own_total_feedback_num bigint not null default 0;
alter table quarters add column own_total_feedback_stars bigint not null default 0;
alter table quarters add column foreign_total_feedback_num bigint not null default 0;
alter table quarters add column foreign_total_feedback_stars bigint not null default 0;
