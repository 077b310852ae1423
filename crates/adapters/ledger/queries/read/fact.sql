-- one inference
select body from facts where id = $1
