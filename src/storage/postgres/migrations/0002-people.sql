-- People and organisations as the law wants them: several roles of one kind, vetted, trained, on a clock (ACC-1 to ACC-8).

alter table organisation
  add column kind text not null default 'police',
  add column state text not null default 'approved' check (state in ('approved', 'suspended', 'withdrawn')),
  add column contact text not null default '',
  add column policy_reference text,                 -- of its current written policy (ACC-1); all null: it has none
  add column policy_date date,
  add column policy_until date,
  add column policy_owner text,
  add column allowed_networks text[] not null default '{}',   -- CIDR ranges its people come from; empty: any
  add column state_why text,
  add column version integer not null default 1;    -- a change names the version it was made on

create table organisation_provider (                -- where an organisation's people sign in with their own provider
  organisation_id integer primary key references organisation,
  issuer text not null,
  client_id text not null,
  client_secret bytea not null,                     -- sealed under the master key, purpose `provider`
  username_claim text not null default 'preferred_username' check (username_claim in ('preferred_username', 'email')),
  email_domain text,                                -- whose e-mail addresses name accounts, where the claim is `email`
  trusts_second_factor boolean not null default false,  -- set nationally: its second factor stands for ours
  enabled boolean not null default true
);

create table provider_subject (                     -- who a provider means, once our own second factor proved it
  issuer text not null,
  subject text not null,
  person_id integer not null references person,
  primary key (issuer, subject),
  unique (issuer, person_id)
);

alter table person
  add column kind text not null default 'user' check (kind in ('user', 'oversight', 'administrator')),
  add column roles text[] not null default '{}',
  add column rank text,
  add column vetting text not null default 'none',
  add column trained_on date,
  add column covert boolean not null default false, -- may see reads of covert NRDs of the own organisation
  add column created_at timestamptz not null default now(),
  add column last_used timestamptz,
  add column leaves_on date,
  add column state_since timestamptz not null default now(),
  add column state_why text,
  add column version integer not null default 1,    -- a change names the version it was made on
  alter column password_hash drop not null,
  alter column totp_secret drop not null;
update person set roles = array[role], kind = case when role = 'admin' then 'administrator'
  when role in ('auditor', 'nationalauditor', 'dpo') then 'oversight' else 'user' end;
alter table person
  drop column role,
  drop column failures,
  drop column locked_until,
  drop constraint person_state_check,
  add constraint person_state_check check (state in ('invited', 'active', 'suspended', 'ended')),
  -- Whatever a program may try: user and administrator functions are never on one login (ACC-2).
  add constraint person_never_both check (case kind
    when 'administrator' then roles <@ array['admin', 'nationaladmin']
    when 'oversight' then roles <@ array['auditor', 'nationalauditor', 'dpo', 'commissioner']
    else not roles && array['admin', 'nationaladmin', 'auditor', 'nationalauditor', 'dpo', 'commissioner'] end),
  -- No letter that looks like another: nobody can be taken for somebody else.
  add constraint person_username_plain check (username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  add constraint person_active_has_password check (state <> 'active' or password_hash is not null);
create index person_organisation on person (organisation_id, username);

create table enrolment (                            -- one-time links: a new account, or its second factor lost
  token_hash bytea primary key,
  person_id integer not null references person,
  made_by integer references person,
  made_at timestamptz not null,
  expires timestamptz not null,
  used_at timestamptz
);

create table recovery_code (
  person_id integer not null references person,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (person_id, code_hash)
);

create table passkey (
  credential_id text primary key,                   -- base64url
  person_id integer not null references person,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  name text not null,
  created_at timestamptz not null,
  last_used timestamptz
);
create index passkey_person on passkey (person_id);

-- What a browser was asked to prove, once: passkey challenges and redirects to a provider.
create table sign_in_challenge (
  id_hash bytea primary key,
  kind text not null check (kind in ('passkey-add', 'passkey-sign-in', 'provider', 'provider-code')),
  person_id integer references person,
  organisation_id integer references organisation,
  body jsonb not null,
  expires timestamptz not null
);

-- Failures count for a username from a network, known name or not, for all usernames of a network (the empty name), and for one
-- username over all networks (the network `*`). From a device that its person has signed in with (`device <id>`) only its own
-- count: nobody can lock somebody else out.
create table sign_in_failure (
  username_hash bytea not null,
  network text not null,
  failures integer not null,
  first_at timestamptz not null,
  locked_until timestamptz,
  primary key (username_hash, network)
);
create index sign_in_failure_age on sign_in_failure (first_at);

alter table session
  add column id uuid not null default gen_random_uuid() unique,   -- names it to its owner; never the secret
  add column stepped_up timestamptz,
  add column wrong_proofs integer not null default 0,   -- codes and passwords; some of them end it
  add column method text not null default 'totp',
  add column address text not null default '',
  add column device text not null default '';
create index session_person on session (person_id);

-- Whoever stops being active has no session from that moment, whichever program changed the state (ACC-3, ACC-8).
create function end_sessions() returns trigger language plpgsql as $$
begin
  delete from session where person_id = new.id;
  perform pg_notify('person_stopped', '');
  return null;
end $$;
create trigger person_stopped after update of state on person for each row
  when (old.state = 'active' and new.state <> 'active') execute function end_sessions();

-- Whoever may no longer see what they saw is heard of in the same way: open streams ask again.
create function tell_person_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('person_stopped', '');
  return null;
end $$;
create trigger person_changed after update of roles, covert on person for each row
  when (old.roles <> new.roles or old.covert <> new.covert) execute function tell_person_changed();

-- Clocks that run by themselves, visible with their due dates (ACC-3, ACC-4).
create table account_duty (
  id bigint generated always as identity primary key,
  kind text not null,
  person_id integer references person,              -- null: a duty of the organisation itself
  organisation_id integer not null references organisation,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  done_at timestamptz,
  done_by integer references person,
  outcome text,
  note text
);
create unique index account_duty_open on account_duty (organisation_id, coalesce(person_id, 0), kind) where done_at is null;
create index account_duty_due on account_duty (due_at, id) where done_at is null;
create index account_duty_person on account_duty (person_id, id);

create table account_event (                        -- the history of an account, for those who keep it
  id bigint generated always as identity primary key,
  person_id integer not null references person,
  at timestamptz not null,
  by_id integer references person,                  -- null: the service itself
  what text not null check (what in ('added', 'changed', 'suspended', 'reactivated', 'ended', 'invited', 'link-asked')),
  before jsonb not null,
  after jsonb not null,
  reason text not null
);
create index account_event_person on account_event (person_id, id);
create trigger account_event_only_grows before update or delete on account_event
  for each row execute function refuse_change();

-- What protective monitoring found: each says why, reaches a supervisor, and can be lifted with a reason (ACC-5, ACC-8).
create table suspicion (
  id bigint generated always as identity primary key,
  person_id integer not null references person,
  organisation_id integer not null references organisation,
  at timestamptz not null,
  rule text not null,
  effect text not null check (effect in ('suspend', 'flag')),
  why text not null,
  evidence jsonb not null,
  decided_at timestamptz,
  decided_by integer references person,
  decided_index bigint,                             -- the log's last entry then: what is before is not held against anyone again
  decision text check (decision in ('lifted', 'upheld', 'noted')),
  reason text
);
create unique index suspicion_waiting on suspicion (person_id, rule) where decided_at is null;
create index suspicion_organisation on suspicion (organisation_id, id);
create index suspicion_person on suspicion (person_id, id);
