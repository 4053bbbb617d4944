-- Policy packs that were in force, are, or will be: a change is the act of two people, dated and kept (RET-4).

create table policy_pack (
  digest bytea primary key check (octet_length(digest) = 32),
  id text not null,
  body jsonb not null,                              -- its files by name
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by integer references person,            -- null: adopted with the installation
  proposed_at timestamptz not null,
  decided_by integer references person,
  decided_at timestamptz,
  reason text not null default '',
  effective_from timestamptz not null,
  constraint policy_pack_by_two check (proposed_by is null or decided_by is null or proposed_by <> decided_by)
);
create index policy_pack_effective on policy_pack (effective_from) where state = 'approved';
