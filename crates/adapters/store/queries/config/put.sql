-- a configuration that goes live; one that was live before goes live again
insert into config_snapshot (hash, files, file_count, first_live, last_live) values ($1, $2, $3, $4, $4)
on conflict (hash) do update set last_live = excluded.last_live
