-- Numbers of the register that do not count up: a gap between two would tell of a covert NRD (INV-4). A number of a sequence goes
-- through six Feistel rounds under a secret of this installation, so that each comes once and none tells of the one before.
create table nrd_numbering (secret text not null);
insert into nrd_numbering values (gen_random_uuid()::text || gen_random_uuid()::text);
create sequence nrd_number as bigint minvalue 0 maxvalue 16777215 start 0 no cycle;

create function new_nrd_number() returns integer language plpgsql volatile as $$
declare
  key text := (select secret from nrd_numbering);
  number bigint;
  high integer;
  low integer;
  mixed integer;
  given integer;
begin
  loop
    number := nextval('nrd_number');
    high := (number >> 12)::integer;
    low := (number & 4095)::integer;
    for round in 1..6 loop
      mixed := high # (('x' || substr(md5(key || ':' || round || ':' || low), 1, 3))::bit(12)::integer);
      high := low;
      low := mixed;
    end loop;
    given := (high << 12 | low) + 1;
    -- Those from before this numbering stay as they are.
    exit when not exists (select from nrd where id = given);
  end loop;
  return given;
end
$$;

alter table nrd alter column id drop identity;
alter table nrd alter column id set default new_nrd_number();

-- Of a hit without an image it is said that none was seen (VOI-8).
do $$
declare
  one text;
begin
  for one in select conname from pg_constraint
              where conrelid = 'hit'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%verification%' loop
    execute format('alter table hit drop constraint %I', one);
  end loop;
end
$$;
alter table hit add constraint hit_verification_check
  check (verification in ('confirmed', 'misread', 'cloned', 'unclear', 'no-image-seen'));
