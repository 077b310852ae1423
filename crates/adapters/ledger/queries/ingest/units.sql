-- the units of work that a day and workflow have a row for
select unit from spend_unit_day where day = $1 and workflow = $2
