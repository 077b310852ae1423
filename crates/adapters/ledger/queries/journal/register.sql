-- a data folder's journal, the first time it is seen
insert into journal (name, segment, position) values ($1, 0, 0) on conflict (name) do nothing
