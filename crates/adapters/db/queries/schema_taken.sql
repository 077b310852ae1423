-- the steps that one part has taken, in order
select version, name from countersign_schema where part = $1 order by version
