-- /readyz means that a write succeeded lately (OPS-1): one row, written again and again.
create table written (
  one boolean primary key default true check (one),
  at timestamptz not null
);

-- How many reads of an NRD did not become good data, by day and code (READ-3, READ-8): refused, or set aside.
create table lost_read_count (
  day date not null,
  nrd_id integer not null,
  code text not null,
  count bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  year integer,                                     -- in which the newest of them says it was captured; null: not said
  primary key (day, nrd_id, code)
);
create index lost_read_count_nrd on lost_read_count (nrd_id, day);

alter table refusal_count add column first_at timestamptz;

-- A task may be about a camera.
alter table account_task add column nrd_id integer references nrd;
drop index account_task_open;
create unique index account_task_open on account_task (organisation_id, coalesce(person_id, 0), coalesce(nrd_id, 0), kind)
  where done_at is null;
