-- what has changed how often
select part, number from revision order by part
