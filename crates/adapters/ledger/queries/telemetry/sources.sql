-- the workflows that have sent telemetry
select distinct workflow from telemetry_sources
