-- what the organisation was charged, by day
select cast(start / 86400000 as bigint) as day, settled from accounts where span = 'day' and holder = 'organisation' and settled <> 0 order by 1
