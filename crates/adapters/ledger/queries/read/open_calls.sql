-- calls that have begun and not ended, oldest first
select journal, body from open_calls order by id
