-- tells other servers on the same database that something of this kind has changed; the row is a lock too
insert into revision (part, number) values ($1, 1)
on conflict (part) do update set number = revision.number + 1 returning number
