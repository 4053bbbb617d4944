-- The log that proves itself (AUD-1, AUD-2). An entry's leaf never changes; the personal values it commits to stand beside it.

-- Entries from before there was a tree. Nothing writes here any more; nobody can prove anything with them.
alter table audit_entry rename to audit_entry_unproved;
alter table audit_entry_unproved rename constraint audit_entry_pkey to audit_entry_unproved_pkey;
drop index audit_entry_actor, audit_entry_action, audit_entry_organisation;

-- What an entry is about, for auditors' searches. Null where it names none.
create function audit_vrms(sealed jsonb) returns text[] language sql immutable parallel safe as $$
  select array_agg(distinct vrm) from (
    select sealed ->> 'vrm'
    union select sealed #>> '{question,vrm}'
    union select jsonb_array_elements_text(sealed -> 'vrms') where jsonb_typeof(sealed -> 'vrms') = 'array'
  ) as named (vrm) where vrm is not null
$$;
-- NRDs by their number in the register; a read's id begins with it.
create function audit_nrds(sealed jsonb) returns integer[] language sql immutable parallel safe as $$
  select array_agg(distinct nrd::integer) from (
    select sealed ->> 'nrd'
    union select split_part(sealed ->> 'read', '-', 1)
    union select jsonb_array_elements_text(sealed -> 'nrds') where jsonb_typeof(sealed -> 'nrds') = 'array'
    union select jsonb_array_elements_text(sealed #> '{question,nrds}')
            where jsonb_typeof(sealed #> '{question,nrds}') = 'array'
  ) as named (nrd) where nrd ~ '^[0-9]{1,9}$'
$$;

create table audit_entry (
  index bigint primary key check (index >= 0),
  at timestamptz not null,
  action text not null,
  outcome text not null,
  organisation integer,
  open jsonb not null,                              -- members of the subject that are not personal, in the leaf as they are
  sealed jsonb not null,                            -- personal values; the leaf holds their salted commitments
  salts jsonb not null,                             -- by member of sealed, base64
  leaf bytea not null,                              -- the exact bytes that are hashed
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  actor text generated always as (sealed ->> 'actor') stored,
  authority text generated always as (coalesce(sealed ->> 'authority', sealed #>> '{under,authority}')) stored,
  vrms text[] generated always as (audit_vrms(sealed)) stored,
  nrds integer[] generated always as (audit_nrds(sealed)) stored
);
create index audit_entry_actor on audit_entry (actor, index);
create index audit_entry_action on audit_entry (action, index);
create index audit_entry_organisation on audit_entry (organisation, index);
create index audit_entry_authority on audit_entry (authority, index) where authority is not null;
create index audit_entry_vrms on audit_entry using gin (vrms);
create index audit_entry_nrds on audit_entry using gin (nrds);
create index audit_entry_at on audit_entry (at, index);
create index audit_entry_not_redacted on audit_entry (index) where sealed <> '{}';

-- Entries are never deleted and their leaves never changed. What may happen is redaction: a personal value and its salt go.
create function keep_audit_entry() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.index, new.at, new.action, new.outcome, new.organisation, new.open, new.leaf, new.leaf_hash)
       is not distinct from (old.index, old.at, old.action, old.outcome, old.organisation, old.open, old.leaf, old.leaf_hash)
     and not exists (select from jsonb_each(new.sealed) as kept where old.sealed -> kept.key is distinct from kept.value)
     and not exists (select from jsonb_each(new.salts) as kept where old.salts -> kept.key is distinct from kept.value)
     and array(select jsonb_object_keys(new.sealed) order by 1) = array(select jsonb_object_keys(new.salts) order by 1) then
    return new;
  end if;
  raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entry_only_grows before update or delete on audit_entry
  for each row execute function keep_audit_entry();
create trigger audit_entry_is_never_emptied before truncate on audit_entry
  for each statement execute function refuse_change();

create table audit_tile (                           -- C2SP tlog-tiles; a partial tile grows in place until it has 256 hashes
  level integer not null check (level between 0 and 7),
  index bigint not null check (index >= 0),
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (level, index)
);
create function keep_audit_tile() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.level, new.index) = (old.level, old.index)
     and substring(new.hashes from 1 for octet_length(old.hashes)) = old.hashes then
    return new;
  end if;
  raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_tile_only_grows before update or delete on audit_tile
  for each row execute function keep_audit_tile();
create trigger audit_tile_is_never_emptied before truncate on audit_tile
  for each statement execute function refuse_change();

create table audit_checkpoint (
  size bigint primary key check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,                               -- signed; never changes, cosignatures stand beside
  at timestamptz not null
);
create trigger audit_checkpoint_only_grows before update or delete on audit_checkpoint
  for each row execute function refuse_change();
create trigger audit_checkpoint_is_never_emptied before truncate on audit_checkpoint
  for each statement execute function refuse_change();

create table audit_cosignature (
  size bigint not null references audit_checkpoint,
  witness text not null,                            -- name of its key
  line text not null,                               -- signature line with its line end
  at timestamptz not null,
  primary key (size, witness)
);
create trigger audit_cosignature_only_grows before update or delete on audit_cosignature
  for each row execute function refuse_change();
create trigger audit_cosignature_is_never_emptied before truncate on audit_cosignature
  for each statement execute function refuse_change();

create trigger audit_grew after insert on audit_entry for each statement execute function announce('audit_grew');
