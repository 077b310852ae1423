-- what was kept of an inference
select state, request, response from bodies where inference = $1
