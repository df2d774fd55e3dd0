-- Dead letters can be sent back or discarded.

-- Kafka's own timestamp in milliseconds, as it came; null where the record had none or the letter is older than this.
alter table dead_letters add column record_timestamp bigint;
-- How long key and value were; what is kept of them may be less. Null where there is none.
alter table dead_letters add column key_bytes bigint;
alter table dead_letters add column value_bytes bigint;
-- When the owner sent the letter back, or discarded it and why: at most one of the two.
alter table dead_letters add column redriven_at bigint;
alter table dead_letters add column discarded_at bigint;
alter table dead_letters add column discard_reason text;
-- What the owner wrote in place of the value, in base64; the original stays as it was.
alter table dead_letters add column corrected_value text;

update dead_letters
   set key_bytes = length(record_key) / 4 * 3 - (length(record_key) - length(rtrim(record_key, '='))),
       value_bytes = length(record_value) / 4 * 3 - (length(record_value) - length(rtrim(record_value, '=')));

-- Finds the open ones, latest first, and those that were handled last.
create index dead_letters_by_handling on dead_letters (coalesce(redriven_at, discarded_at), id);

-- A letter that was sent back waits in the outbox as an event of its own, whose figures are another producer's.
alter table outbox add column requests_num bigint;
alter table outbox add column dead_letter_id bigint;
create unique index outbox_by_dead_letter on outbox (dead_letter_id) where dead_letter_id is not null;
