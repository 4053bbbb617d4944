-- Kinds of organisations as the specification has them (ACC-1): those that read, those that ask, those that look at how, and those
-- that work for one of them.
alter table organisation alter column kind set default 'force';
update organisation set kind = case when kind in ('police', 'special-police') then 'force' else 'agency' end;
alter table organisation
  add constraint organisation_kind_known check (kind in ('force', 'agency', 'regulator', 'processor'));
