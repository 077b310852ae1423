-- the files of a configuration, by the beginning of its hash
select hash, files, first_live, last_live from config_snapshot where hash like $1 order by last_live desc limit 2
