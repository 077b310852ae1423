-- uses a link, once: of two who try at the same time one touches no row
update link set used = $2 where hash = $1 and used is null and expires > $2
