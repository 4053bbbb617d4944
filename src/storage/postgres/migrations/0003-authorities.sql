-- Authorities as requests that somebody else of sufficient rank decides, with the scope that every query keeps to (INV-2).

alter table authority
  add column level text,
  add column reason text not null default '',
  add column vrms text[],                           -- null: any VRM
  add column nrds integer[],                        -- null: any place, unless area is given
  add column area jsonb,
  add column data_from timestamptz,                 -- captures the authority is about; null: as far as the rules allow
  add column data_until timestamptz,
  add column asked_by integer references person,
  add column asked_at timestamptz,
  add column decided_by integer references person,
  add column decided_at timestamptz,
  add column decided_rank text,
  add column decision_reason text,
  add column exceptional text,                      -- code of the exceptional criteria, where a superintendent relied on one
  add column oral boolean not null default false,   -- given orally in urgency, at decided_at; confirmed in writing in time, or withdrawn
  add column confirmed_at timestamptz,
  add column state_since timestamptz not null default now();
update authority set decided_by = approved_by, level = case category when 'major' then 'major' else 'serious' end,
  purpose = 'law-enforcement';
alter table authority drop column approved_by, drop column category, alter column level set not null,
  -- Whatever a program may try: nobody decides their own request, and nothing is approved by nobody.
  add constraint authority_by_another check (asked_by <> decided_by),
  add constraint authority_decided check (state not in ('approved', 'refused') or decided_by is not null),
  add constraint authority_confirmed_if_oral check (oral or confirmed_at is null);
create index authority_organisation on authority (organisation_id, id);
create index authority_unconfirmed on authority (decided_at) where oral and confirmed_at is null and state = 'approved';

create table authority_event (
  id bigint generated always as identity primary key,
  authority_id integer not null references authority,
  at timestamptz not null,
  person_id integer references person,              -- null: the service itself
  event text not null check (event in ('requested', 'given-orally', 'approved', 'refused', 'withdrawn', 'extended', 'confirmed')),
  note text not null default ''
);
create index authority_event_authority on authority_event (authority_id, id);
create trigger authority_event_only_grows before update or delete on authority_event
  for each row execute function refuse_change();

alter table enquiry
  add column purpose text,
  add column level text,
  add column reference text,                        -- case reference where no authority is relied on
  add column shown integer not null default 0,      -- rows handed out so far (INV-6)
  add column audit_index bigint,
  alter column authority drop not null;
create index enquiry_authority on enquiry (authority, asked desc);

-- Data tags that a decision looks at: reads of a source bound to one purpose by a certificate (CERT-1).
alter table nrd add column certificate text;
