-- an entry; one that is there already is not written twice
insert into audit_entry (id, at, who, action, subject, detail) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do nothing
