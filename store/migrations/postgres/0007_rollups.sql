-- Roll-ups: what a year of minutes comes to must be answered at once. Every time zone's days and hours begin at a
-- quarter hour, so quarters make up each of them. A quarter is counted since 1970, and changes in the transaction that
-- changes its minutes.
create table quarters (
  quarter bigint primary key,
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
  visits_num bigint not null default 0
);

insert into quarters (quarter, own_requests_num,
  own_total_orders_num,
  own_total_orders_amount,
  own_total_orders_price,
  own_total_paid_orders_num,
  own_total_paid_orders_amount,
  own_total_paid_orders_price,
  foreign_requests_num,
  foreign_total_orders_num,
  foreign_total_orders_amount,
  foreign_total_orders_price,
  foreign_total_paid_orders_num,
  foreign_total_paid_orders_amount,
  foreign_total_paid_orders_price)
select minute / 15,
       cast(sum(own_requests_num) as bigint),
       cast(sum(own_total_orders_num) as bigint),
       cast(sum(own_total_orders_amount) as bigint),
       cast(sum(own_total_orders_price) as bigint),
       cast(sum(own_total_paid_orders_num) as bigint),
       cast(sum(own_total_paid_orders_amount) as bigint),
       cast(sum(own_total_paid_orders_price) as bigint),
       cast(sum(foreign_requests_num) as bigint),
       cast(sum(foreign_total_orders_num) as bigint),
       cast(sum(foreign_total_orders_amount) as bigint),
       cast(sum(foreign_total_orders_price) as bigint),
       cast(sum(foreign_total_paid_orders_num) as bigint),
       cast(sum(foreign_total_paid_orders_amount) as bigint),
       cast(sum(foreign_total_paid_orders_price) as bigint)
  from minutes
 group by minute / 15;

-- A visit begins with a page that was not reached from the shop itself. What was viewed before this is not known to be one.
alter table outbox add column is_visit bigint;
alter table minutes add column visits_num bigint not null default 0;

-- What was ordered of each good; changes in the order's transaction.
create table quarter_goods (
  slug text not null,
  quarter bigint not null,
  quantity bigint not null,
  price bigint not null,
  primary key (slug, quarter)
);

insert into quarter_goods (slug, quarter, quantity, price)
select order_lines.slug, orders.event_time / 900000000,
       cast(sum(order_lines.quantity) as bigint), cast(sum(order_lines.quantity * order_lines.price) as bigint)
  from order_lines
  join orders on orders.id = order_lines.order_id
 group by 1, 2;

-- How often each page was viewed; changes in the transaction that counts the views. Older views are not known by page.
create table quarter_pages (
  path text not null,
  quarter bigint not null,
  views_num bigint not null,
  primary key (path, quarter)
);

-- What the owner chose once, such as the time zone of days and hours.
create table settings (
  name text primary key,
  value text not null
);
