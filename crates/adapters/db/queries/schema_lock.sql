-- SQLite's writing transaction is the lock
select 4411
