-- What a row said goes with the row (RET-1, RET-6): also out of statistics and out of the pages it lay in.

-- The planner's statistics are samples of values, and outlive the rows. What says which vehicle, or where one was, is not sampled.
alter table hit
  alter read_id set statistics 0, alter nrd_id set statistics 0, alter captured set statistics 0, alter received set statistics 0,
  alter vrm set statistics 0, alter sent set statistics 0, alter seen set statistics 0, alter reason set statistics 0,
  alter instruction set statistics 0, alter warnings set statistics 0, alter expected set statistics 0, alter note set statistics 0;
alter table quarantine
  alter identity_hash set statistics 0, alter detail set statistics 0, alter nrd set statistics 0, alter vrm set statistics 0,
  alter captured set statistics 0, alter capture set statistics 0, alter patch set statistics 0, alter overview set statistics 0,
  alter reason set statistics 0, alter read_id set statistics 0;
alter table pending_image
  alter nrd set statistics 0, alter vrm set statistics 0, alter captured set statistics 0, alter jpeg set statistics 0;
alter table list_entry
  alter vrm set statistics 0, alter reason set statistics 0, alter instruction set statistics 0, alter make set statistics 0,
  alter model set statistics 0, alter colour set statistics 0, alter warnings set statistics 0, alter scope set statistics 0,
  alter ended_why set statistics 0, alter country set statistics 0;
alter table list_entry_text
  alter reason set statistics 0, alter instruction set statistics 0, alter make set statistics 0, alter model set statistics 0,
  alter colour set statistics 0, alter country set statistics 0, alter warnings set statistics 0;
alter table enquiry
  alter question set statistics 0, alter reason set statistics 0, alter reference set statistics 0;
alter table authority
  alter reason set statistics 0, alter decision_reason set statistics 0, alter vrms set statistics 0, alter nrds set statistics 0,
  alter area set statistics 0, alter exceptional set statistics 0;
alter table authority_event alter note set statistics 0;
alter table audit_entry
  alter sealed set statistics 0, alter salts set statistics 0, alter vrms set statistics 0, alter nrds set statistics 0;
alter table audit_entry_unproved alter subject set statistics 0;
alter table audit_sample_item alter answers set statistics 0, alter recheck_note set statistics 0;
alter table audit_finding alter title set statistics 0;
alter table audit_finding_event alter note set statistics 0;
alter table preservation alter reason set statistics 0;
alter table preservation_read alter read_id set statistics 0, alter captured set statistics 0;
alter table refusal_count alter sample set statistics 0;
alter table suspicion alter evidence set statistics 0, alter why set statistics 0, alter reason set statistics 0;
alter index quarantine_day alter column 1 set statistics 0;
alter index pending_image_day alter column 1 set statistics 0;

-- Those that are there already. From PostgreSQL 18 on a table's owner may take them away, before that a superuser.
do $$
declare
  sampled record;
begin
  for sampled in
    select relname, attname, attrelid, attnum from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = current_schema()::regnamespace and attstattarget = 0
  loop
    if to_regprocedure('pg_clear_attribute_stats(text, text, text, boolean)') is not null then
      execute 'select pg_clear_attribute_stats($1, $2, $3, false)'
        using current_schema()::text, sampled.relname::text, sampled.attname::text;
    else
      delete from pg_statistic where starelid = sampled.attrelid and staattnum = sampled.attnum;
    end if;
  end loop;
exception when insufficient_privilege then
  raise warning 'Statistics about vehicles are left: let a superuser delete the rows of pg_statistic that docs/operating.md names.';
end $$;

-- Tables that lost content since their pages were written last; `taken` while they are rewritten, so that nothing is missed.
create table page_rewrite (
  name text not null,
  taken boolean not null default false,
  since timestamptz not null default now(),
  primary key (name, taken)
);
insert into page_rewrite (name) values ('pg_statistic');

create function pages_lost_content() returns trigger language plpgsql as $$
begin
  insert into page_rewrite (name) values (tg_table_name) on conflict do nothing;
  return null;
end $$;
create function pages_lost_rows() returns trigger language plpgsql as $$
begin
  if exists (select from gone) then
    insert into page_rewrite (name) values (tg_table_name) on conflict do nothing;
  end if;
  return null;
end $$;

create trigger hit_lost after delete on hit
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger quarantine_lost after delete on quarantine
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger quarantine_emptied after update of capture on quarantine
  for each statement execute function pages_lost_content();
create trigger pending_image_lost after delete on pending_image
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger list_entry_lost after delete on list_entry
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger list_entry_text_lost after delete on list_entry_text
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger list_entry_emptied after update of vrm on list_entry
  for each statement execute function pages_lost_content();
create trigger enquiry_lost after delete on enquiry
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger enquiry_emptied after update of question, reason on enquiry
  for each statement execute function pages_lost_content();
create trigger authority_emptied after update of reason, vrms on authority
  for each statement execute function pages_lost_content();
create trigger authority_event_emptied after update of note on authority_event
  for each statement execute function pages_lost_content();
create trigger audit_entry_emptied after update of sealed on audit_entry
  for each statement execute function pages_lost_content();
create trigger audit_sample_item_emptied after update of person on audit_sample_item
  for each statement execute function pages_lost_content();
create trigger audit_finding_emptied after update of about on audit_finding
  for each statement execute function pages_lost_content();
create trigger preservation_read_lost after delete on preservation_read
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger refusal_count_lost after delete on refusal_count
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger session_lost after delete on session
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger sign_in_failure_lost after delete on sign_in_failure
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger sign_in_challenge_lost after delete on sign_in_challenge
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger enrolment_lost after delete on enrolment
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger suspicion_lost after delete on suspicion
  referencing old table as gone for each statement execute function pages_lost_rows();

-- Of a person who was erased nothing is kept, the history of the account included.
create function refuse_change_of_account_history() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and exists (select from person where id = old.person_id and full_name = '') then return old; end if;
  raise exception 'the history of an account only grows' using errcode = 'insufficient_privilege';
end $$;
drop trigger account_event_only_grows on account_event;
create trigger account_event_only_grows before update or delete on account_event
  for each row execute function refuse_change_of_account_history();

create trigger person_emptied after update of full_name on person
  for each statement execute function pages_lost_content();
create trigger account_event_lost after delete on account_event
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger account_task_lost after delete on account_task
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger passkey_lost after delete on passkey
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger provider_subject_lost after delete on provider_subject
  referencing old table as gone for each statement execute function pages_lost_rows();
create trigger recovery_code_lost after delete on recovery_code
  referencing old table as gone for each statement execute function pages_lost_rows();

-- Which master key everything was sealed with: a code made with it, never the key (OPS-2).
create table master_key (
  one boolean primary key default true check (one),
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  since timestamptz not null default now()
);
