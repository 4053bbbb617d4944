-- What an authority was about is forgotten with the reads it was about: its VRMs and reasons, and those of its history.

alter table authority add column forgotten_at timestamptz; -- null: everything is on record

create function refuse_change_of_history() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.note = ''
    and (new.id, new.authority_id, new.at, new.person_id, new.event)
      is not distinct from (old.id, old.authority_id, old.at, old.person_id, old.event)
    and exists (select from authority where id = old.authority_id and forgotten_at is not null)
  then return new;
  end if;
  raise exception 'the history of an authority only grows' using errcode = 'insufficient_privilege';
end $$;
drop trigger authority_event_only_grows on authority_event;
create trigger authority_event_only_grows before update or delete on authority_event
  for each row execute function refuse_change_of_history();
