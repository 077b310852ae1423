-- Runs in which a call failed, whatever came after it: newest first, without looking at the others.
create index runs_in_error on runs (began, seq) where errors > 0;
