-- Processes that take reads, and how far each follows the register: the answer to a change waits for all of them (NAI-6).
create table estate_follower (
  id uuid primary key,
  followed bigint not null,     -- what it stores is judged by this change of an NRD or a later one
  until timestamptz not null    -- it stores no reads beyond this without having said so again
);
