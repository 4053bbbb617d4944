-- The log that proves itself (AUD-1, AUD-2). An entry's leaf never changes; the personal values it commits to stand beside it.

-- Entries from before there was a tree. Nothing writes here any more; nobody can prove anything with them.
alter table audit_entry rename to audit_entry_unproved;
alter table audit_entry_unproved rename constraint audit_entry_pkey to audit_entry_unproved_pkey;
drop index audit_entry_actor, audit_entry_action, audit_entry_organisation;

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
  vrm text generated always as (sealed ->> 'vrm') stored,
  authority text generated always as (sealed ->> 'authority') stored
);
create index audit_entry_actor on audit_entry (actor, index);
create index audit_entry_action on audit_entry (action, index);
create index audit_entry_organisation on audit_entry (organisation, index);
create index audit_entry_vrm on audit_entry (vrm, index) where vrm is not null;
create index audit_entry_authority on audit_entry (authority, index) where authority is not null;
create index audit_entry_at on audit_entry (at);

-- Entries are never deleted and their leaves never changed. What may happen is redaction: a personal value and its salt go.
create function keep_audit_entry() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.index, new.at, new.action, new.outcome, new.organisation, new.open, new.leaf, new.leaf_hash)
       is not distinct from (old.index, old.at, old.action, old.outcome, old.organisation, old.open, old.leaf, old.leaf_hash)
     and old.sealed @> new.sealed and old.salts @> new.salts
     and (select count(*) from jsonb_object_keys(new.sealed) as member where not new.salts ? member) = 0 then
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

create table audit_checkpoint (
  size bigint primary key check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,                               -- signed; never changes, cosignatures stand beside
  at timestamptz not null
);
create trigger audit_checkpoint_only_grows before update or delete on audit_checkpoint
  for each row execute function refuse_change();

create table audit_cosignature (
  size bigint not null references audit_checkpoint,
  witness text not null,
  line text not null,
  at timestamptz not null,
  primary key (size, witness)
);

create trigger audit_grew after insert on audit_entry for each statement execute function announce('audit_grew');
