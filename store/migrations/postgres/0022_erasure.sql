-- Retention and erasure of customers' data. An order whose address was deleted has the empty text in its place.

-- Finds the orders that still have an address, oldest first.
create index orders_by_kept_email on orders (event_time) where email <> '';

-- 1: the customer's words were deleted; the stars stay.
alter table feedback add column is_comment_erased bigint not null default 0;
-- Finds the comments that wait to be counted.
create index outbox_by_comment on outbox (order_id) where comment is not null;

-- When a letter was cleared, because it held the address of a customer who was forgotten.
alter table dead_letters add column erased_at bigint;
