-- cells of one grain that are too old to be of use
delete from traffic where grain = $1 and at < $2
