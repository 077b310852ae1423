-- adds to what holders of budgets were charged
insert into accounts (holder, name, span, start, settled) values /*repeat*/ ($1, $2, $3, $4, $5) /*end*/
on conflict (span, start, holder, name) do update set settled = accounts.settled + excluded.settled
