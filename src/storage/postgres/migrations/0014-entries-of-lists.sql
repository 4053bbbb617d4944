-- An entry of a list names a country, waits for a second person where the pack wants one, and keeps its earlier texts (VOI-2, VOI-7).
alter table list_entry
  add column country text,
  add column end_by_pack boolean not null default false,  -- nobody gave it an end: the pack did
  add column changed_by integer references person,  -- who gave it the texts that it has now; null: who created it
  add column confirmed_by integer references person,
  add column confirmed_at timestamptz,
  drop constraint list_entry_state_check,
  add constraint list_entry_state_check check (state in ('awaiting', 'active', 'removed', 'expired'));
drop index list_entry_expiry;
create index list_entry_expiry on list_entry (valid_until) where state in ('awaiting', 'active') and valid_until is not null;

-- What an entry said before it was changed; it goes with the vehicle when the entry is emptied (RET-9).
create table list_entry_text (
  id integer generated always as identity primary key,
  entry_id integer not null references list_entry,
  reason text not null,
  instruction text not null,
  priority text not null,
  make text,
  model text,
  colour text,
  country text,
  warnings text,
  replaced_by integer not null references person,
  replaced_at timestamptz not null
);
create index list_entry_text_entry on list_entry_text (entry_id, id);

-- A hit is told again when its entry ends (VOI-3).
create index hit_entry on hit (entry_id);
-- The same mark in two places at once (VOI-8).
create index hit_vrm on hit (vrm, captured);
