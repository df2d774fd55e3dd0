-- Secrets of this shop that sign what browsers keep for it: 32 random bytes in hexadecimal, made at the first start.
create table keys (
  name text primary key,
  secret text not null
);
