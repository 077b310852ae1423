-- the newest entries of one action since a time
select id, at, who, action, subject, detail from audit_entry where action = $1 and at >= $2 order by id desc limit $3
