-- the names that a day and workflow have rows for
select distinct guard, what from guards_day where day = $1 and workflow = $2
