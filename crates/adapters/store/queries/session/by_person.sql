-- how many sessions each person has open, and when one was last used
select person, count(*) as sessions, max(seen) as seen from session where seen >= $1 and created >= $2 group by person order by person
