-- The owner's account: sessions that end with the password they began under, a second factor, keys that can be renewed.

-- Counts what ends all sessions: changes of the password and of the second factor.
alter table owner add column generation bigint not null default 1;
-- The hash of the ADMIN_PASSWORD that was applied last. The same value is never applied twice.
alter table owner add column applied_hash text;
-- The second factor's secret in Base32; null: there is none. A time step is accepted once.
alter table owner add column factor_secret text;
alter table owner add column factor_step bigint not null default 0;
-- A secret that is being set up, and since when.
alter table owner add column setup_secret text;
alter table owner add column setup_at bigint not null default 0;

-- SHA-256 of each recovery code that was not used yet.
create table recovery_codes (
  code_hash text primary key
);

-- A session is valid while its generation is the owner's. `browser` is words of the shop's own, never a header.
alter table sessions add column generation bigint not null default 1;
alter table sessions add column last_used_at bigint not null default 0;
alter table sessions add column browser text not null default '';
update sessions set last_used_at = created_at;

-- The key that signed before `renewed_at`, which is still read.
alter table keys add column previous_secret text;
alter table keys add column renewed_at bigint not null default 0;
