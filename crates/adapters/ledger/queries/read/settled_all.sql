-- what every holder was charged in one window
select holder, name, settled from accounts where span = $1 and start = $2
