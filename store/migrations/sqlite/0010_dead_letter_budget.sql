-- Dead letters have a budget of bytes and letters, within an hour and in all.

-- What is kept of key, value and headers, in bytes; headers of letters older than this count nothing.
alter table dead_letters add column kept_bytes bigint not null default 0;
update dead_letters
   set kept_bytes = coalesce(length(record_key), 0) / 4 * 3 + coalesce(length(record_value), 0) / 4 * 3;
