-- links that ended long ago are of no use to anyone
delete from link where expires < $1
