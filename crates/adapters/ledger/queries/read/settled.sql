-- what one holder was charged in one window
select cast(settled as bigint) as settled from accounts where span = $1 and start = $2 and holder = $3 and name = $4
