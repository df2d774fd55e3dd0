-- Mails to customers, and the subscribers of the newsletter.

-- An outbox of its own: a mail is written in the transaction that gives the reason for it, and goes once a mail server
-- has taken it, or it was tried often enough. It holds no address: that is the order's or the subscriber's.
create table mails (
  id integer primary key autoincrement,
  -- Its Message-ID, the same on every try, by which a mailbox knows a double.
  delivery text not null unique,
  -- receipt, confirmation or welcome.
  kind text not null,
  -- Of a receipt.
  order_id bigint,
  -- Of the newsletter's.
  subscriber_id bigint,
  -- Of the link in a confirmation.
  token text,
  -- The shop's source when it was made: a database that was brought back has another one.
  source text not null,
  made_at bigint not null,
  attempts bigint not null default 0,
  next_attempt_at bigint not null,
  last_error text
);
create index mails_due on mails (next_attempt_at, id);
create index mails_by_order on mails (order_id) where order_id is not null;
create index mails_by_subscriber on mails (subscriber_id) where subscriber_id is not null;

create table subscribers (
  id integer primary key autoincrement,
  -- Null once the subscription has ended.
  email text,
  -- The address in lower case: one subscription an address.
  email_key text unique,
  -- asked, joined, left; or forgotten: its end was not noted yet.
  state text not null,
  -- SHA-256 of the token that confirms, and until when it does.
  confirm_hash text unique,
  confirm_until bigint not null default 0,
  -- How often it was asked for while a token could confirm, and when last.
  asks bigint not null default 0,
  asked_at bigint not null default 0,
  -- Every mail of the newsletter carries it, so its hash would not do.
  leave_token text not null unique,
  joined_at bigint,
  left_at bigint
);
-- Finds what is deleted after a while.
create index subscribers_asked on subscribers (confirm_until, id) where state = 'asked';
create index subscribers_left on subscribers (left_at) where state = 'left';
create index subscribers_forgotten on subscribers (id) where state = 'forgotten';
