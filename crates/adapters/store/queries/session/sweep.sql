-- sessions that were idle, or lived, too long
delete from session where seen < $1 or created < $2
