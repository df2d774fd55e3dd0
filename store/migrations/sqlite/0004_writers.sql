-- The last group of jobs that each writer committed: how a writer whose connection broke during a commit finds out
-- what became of it.
create table writers (
  writer text primary key,
  last_group text not null,
  seen_at bigint not null
);
