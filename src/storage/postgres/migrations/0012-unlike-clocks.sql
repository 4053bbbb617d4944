-- What says which vehicle was where goes with the reads (RET-9): members of the log, and entries of lists that have ended.
create index audit_entry_vehicle on audit_entry (index)
  where sealed ?| array['area', 'entries', 'filter', 'nrd', 'nrds', 'pattern', 'question', 'read', 'vrm', 'vrms'];
create index list_entry_ended on list_entry (ended_at) where state <> 'active' and vrm <> '';
