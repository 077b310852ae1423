-- what a run has used: refused calls were taken back
select calls - refused as iterations, cost from runs where run = $1 and workflow = $2
