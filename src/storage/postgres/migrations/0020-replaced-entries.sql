-- An open hit shows what its entry says now, also where another entry took its place (VOI-3).
alter table list_entry add column replaced_by integer references list_entry;
create index list_entry_replaced on list_entry (replaced_by) where replaced_by is not null;
