-- what every holder was charged in one window
select holder, name, cast(settled as bigint) as settled from accounts where span = $1 and start = $2
