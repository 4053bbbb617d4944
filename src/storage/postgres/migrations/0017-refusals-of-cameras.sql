-- /readyz means that a write succeeded lately (OPS-1): one row, written again and again.
create table written (
  one boolean primary key default true check (one),
  at timestamptz not null
);
