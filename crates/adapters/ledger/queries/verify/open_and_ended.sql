-- calls that are both open and ended: there must be none
select count(*) as n from open_calls where id in (select id from facts)
