-- who has a password
select person, changed from credential order by person
