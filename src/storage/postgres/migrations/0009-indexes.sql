-- What people and jobs look up among many rows; test/storage/plans.test.ts fills 200,000 and refuses a sequential scan.

create index hit_organisation on hit (organisation_id, id);
create index hit_list on hit (list_id, id);

create index authority_approved on authority (organisation_id, valid_until) where state = 'approved';
create index authority_oral on authority (asked_by) where oral and confirmed_at is null;
create index authority_to_erase on authority
  ((case when state in ('refused', 'withdrawn') then state_since else greatest(valid_until, state_since) end))
  where forgotten_at is null;

create index enquiry_asked on enquiry (asked);

create index audit_entry_outcome on audit_entry (outcome, index);
