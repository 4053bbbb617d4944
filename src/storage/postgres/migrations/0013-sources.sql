-- Feed sources as people keep them: seen, changed, switched, renewed, under an agreement with a period (READ-7).
alter table feed_source
  add column version integer not null default 1,
  add column added_at timestamptz not null default now(),
  add column secrets_since timestamptz not null default now(),
  add column switched_at timestamptz,
  add column switched_why text,
  add column switched_by integer references person,
  add column agreement_party text,
  add column agreement_reference text,
  add column agreement_purpose text,
  add column agreement_legal_basis text,
  add column agreement_from date,
  add column agreement_until date,
  add column agreement_document text,
  add constraint feed_source_agreement_whole check (num_nulls(agreement_party, agreement_reference, agreement_purpose,
    agreement_legal_basis, agreement_from, agreement_until, agreement_document) in (0, 7)),
  add constraint feed_source_agreement_period check (agreement_from <= agreement_until),
  add constraint feed_source_switched_whole check ((switched_at is null) = (switched_why is null));

-- Apart from the source, because it changes with the traffic and nobody has to be told.
create table feed_source_message (
  source_id integer primary key references feed_source,
  at timestamptz not null,
  address text not null,
  code text                                         -- why it was turned away; null: let in
);

-- Taking a lapsed policy off the record does not make it a policy that was never due.
alter table organisation add column had_policy boolean not null default false;

-- An organisation that is suspended, or whose policy changes, is at once another organisation at the door.
create trigger organisation_changed after insert or update on organisation for each statement execute function announce('feed_source_changed');
