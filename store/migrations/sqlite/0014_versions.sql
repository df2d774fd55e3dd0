-- Which versions of Pantry have opened this database, so that an older one can name the version that it needs.
create table versions (
  version text primary key,
  -- The last migration that it knows.
  newest_migration bigint not null,
  first_opened_at bigint not null
);

-- What a server must know to count the row. A server leaves rows of a higher format to those that know it.
alter table outbox add column format bigint not null default 1;
