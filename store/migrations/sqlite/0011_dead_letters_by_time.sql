-- Sums up the budget of dead letters from the index alone. Without it each batch with a bad record reads every letter
-- that is kept, 64 MiB of them, while orders wait for the writer.
create index dead_letters_by_time on dead_letters (seen_at, kept_bytes);
