-- one program at a time changes the schema; released at the end of the transaction
select pg_advisory_xact_lock(4411)
