-- the newest entries about one thing
select id, at, who, action, subject, detail from audit_entry where subject = $1 order by id desc limit $2
