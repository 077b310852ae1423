-- configurations, the one that went live last first
select hash, files, first_live, last_live from config_snapshot order by last_live desc, hash limit $1
