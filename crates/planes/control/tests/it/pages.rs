//! What the pages say, from records and budgets.

use std::sync::atomic::Ordering;

use control::Error;
use control::views::{
    AuditQuery, GuardsQuery, PeriodQuery, PriceQuery, RunsQuery, SpendQuery, SubjectKind, Tone,
};
use domain::budget::{Account, Warning};
use domain::guarded::{Deed, Direction, Guard, Guarded};
use domain::holder::Holder;
use domain::ids::WorkflowId;
use domain::inference::{Fact, Status};
use domain::money::NanoUsd;
use domain::people::acts;
use domain::time::Window;
use testkit::days;

use crate::facts::{fact, refused};
use crate::house::{House, admin, permit};
use crate::switches::turn;

fn look() -> domain::people::Permit<acts::Look> {
    permit()
}

/// Ten calls today, one of them refused and two failed, and one call yesterday.
async fn busy() -> House {
    let house = House::open().await;
    let now = house.clock.shared().now();
    let at = |number: u8| now.plus_ms(-i64::from(number) * 60_000);
    let failed = |number| Fact {
        status: Status::Failed,
        http_status: 502,
        ..fact(number, &format!("r-{number}"), at(number))
    };
    house.record((1..=7).map(|number| fact(number, &format!("r-{number}"), at(number)))).await;
    house.record([failed(8), failed(9), refused(10, "r-10", at(10))]).await;
    house.record([fact(11, "r-11", now.plus_ms(-86_400_000))]).await;
    house
}

#[tokio::test]
async fn the_overview_answers_first() {
    let house = busy().await;
    let page = house.control.overview(&look()).await.unwrap();
    let said = page.sentence.to_string();
    assert!(said.starts_with("All 2 workflows are on; $0.02 spent today, 0 % of the day budget used; 10 calls, 22 % (n = 9) failed; "), "{said}");
    assert_eq!((page.today.calls, page.today.errors.count, page.today.refused.count), (10, 2, 1));
    assert_eq!(page.today.cost.nano, 9 * 2_400_000);
    assert_eq!(page.hours.points.len(), 24);
    assert_eq!(page.hours.points.iter().map(|point| point.calls).sum::<u64>(), 10);
    assert_eq!(page.workflows[0].id, "sql", "the one without an owner is the worst");
    assert!(
        page.attention
            .iter()
            .any(|item| item.tone == Tone::Bad && item.text.contains("sql: its owner has left"))
    );
    assert!(page.simulated);
}

#[tokio::test]
async fn a_spent_budget_and_a_thrown_switch_need_someone() {
    let house = House::open().await;
    house.plane.settled.store(40_000_000_000, Ordering::SeqCst);
    turn(&house, "provider/sim", "off", "it is slow").await.unwrap();
    let page = house.control.overview(&look()).await.unwrap();
    let texts: Vec<&str> = page.attention.iter().map(|item| item.text.as_str()).collect();
    assert!(texts.contains(&"provider/sim is off: it is slow"), "{texts:?}");
    assert!(texts.contains(&"support-replies: the day budget is spent (100 %)"), "{texts:?}");
    assert!(page.attention.iter().all(|item| !item.action.is_empty()));
    let frame = house.control.frame(&look()).unwrap();
    assert_eq!(
        (frame.switches.len(), frame.alerts[0].about.as_ref().map(|about| about.kind)),
        (1, Some(SubjectKind::Scope))
    );
}

#[tokio::test]
async fn a_workflow_page_has_everything_about_it() {
    let house = busy().await;
    house.control.create_key(&admin(), &crate::keys::new_key()).await.unwrap();
    turn(&house, "workflow/support-replies", "off", "drill").await.unwrap();
    let page = house.control.workflow(&look(), "support-replies", &PeriodQuery::default()).await.unwrap();
    assert!(
        page.sentence.to_string().starts_with("support-replies is off: drill, variant v-"),
        "{}",
        page.sentence
    );
    assert_eq!((page.row.owner.name.as_str(), page.row.state.as_str()), ("Tom Ode", "off"));
    assert_eq!((page.limits.len(), page.budgets.len(), page.keys.len()), (2, 2, 1));
    assert_eq!(page.run_budget.map(|money| money.usd), Some("0.50".into()));
    assert_eq!(page.by_model[0].key, "sim/sim-small");
    assert_eq!((page.recent_runs.len(), page.recent_runs[0].run.as_str()), (10, "r-1"));
    assert_eq!((page.switch_history.len(), page.switch.state.as_str()), (1, "off"));
    assert!(page.row.weaknesses.is_empty() && page.source.contains("Correct by policy"));
    assert!(page.row.p50_ms.is_some());
    let sql = house.control.workflow(&look(), "sql", &PeriodQuery::default()).await.unwrap();
    let kinds: Vec<_> = sql.row.weaknesses.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["no-owner", "no-deputy", "no-escalation", "no-limits", "no-iteration-cap"]);
    for period in ["today", "7d", "30d"] {
        let query = PeriodQuery { period: Some(period.into()), ..PeriodQuery::default() };
        let row = house.control.workflow(&look(), "support-replies", &query).await.unwrap().row;
        let sent = row.figures.calls - row.figures.refused.count;
        assert_eq!(row.timed_calls, sent, "{period}");
        assert!(row.p50_ms.is_some() && row.p50_ms <= row.p95_ms, "{period}: {row:?}");
        let rows = house.control.workflows(&look(), &query).await.unwrap().rows;
        assert!(rows.contains(&row), "{period}: the table says the same");
    }
    assert!(house.control.workflow(&look(), "nope", &PeriodQuery::default()).await.is_err());
}

#[tokio::test]
async fn runs_are_filtered_and_paged() {
    let house = busy().await;
    let list = async |query: RunsQuery| house.control.runs(&look(), &query).await.unwrap();
    let first = list(RunsQuery { limit: Some(4), ..RunsQuery::default() }).await;
    let ids =
        |page: &control::views::RunsPage| page.rows.iter().map(|row| row.run.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ["r-1", "r-2", "r-3", "r-4"]);
    let next = list(RunsQuery { limit: Some(4), cursor: first.next, ..RunsQuery::default() }).await;
    assert_eq!(ids(&next), ["r-5", "r-6", "r-7", "r-8"]);
    let failed = list(RunsQuery { status: Some("failed".into()), ..RunsQuery::default() }).await;
    assert_eq!(
        (ids(&failed), failed.sentence.to_string()),
        (vec!["r-8".into(), "r-9".into()], "The newest 2 runs that fit; 2 with a failed call.".into())
    );
    let any = list(RunsQuery { status: Some("error".into()), ..RunsQuery::default() }).await;
    assert_eq!(ids(&any), ids(&failed));
    assert_eq!(any.choices.statuses[..2], ["error", "ok"]);
    let dear = list(RunsQuery { min_cost: Some("1".into()), ..RunsQuery::default() }).await;
    assert_eq!(dear.sentence.to_string(), "No run fits.");
    let yesterday = list(RunsQuery { to: Some("2026-11-22".into()), ..RunsQuery::default() }).await;
    assert_eq!(ids(&yesterday), ["r-11"]);
    for wrong in [
        RunsQuery { status: Some("sad".into()), ..RunsQuery::default() },
        RunsQuery { cursor: Some("x".into()), ..RunsQuery::default() },
        RunsQuery { from: Some("soon".into()), ..RunsQuery::default() },
        RunsQuery { min_cost: Some("dear".into()), ..RunsQuery::default() },
    ] {
        assert!(house.control.runs(&look(), &wrong).await.is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn an_unknown_workflow_is_not_found_and_one_that_is_gone_keeps_its_runs() {
    let house = House::open().await;
    house.record([fact(1, "r-1", house.clock.shared().now())]).await;
    let of = |id: &str| RunsQuery { workflow: Some(id.into()), ..RunsQuery::default() };
    for id in ["zz", "Not A Name"] {
        let spend = SpendQuery { workflow: Some(id.into()), ..SpendQuery::default() };
        let answers = [
            house.control.runs(&look(), &of(id)).await.map(drop),
            house.control.spend(&look(), &spend).await.map(drop),
        ];
        for answer in answers {
            assert!(matches!(answer, Err(Error::Refused(refusal)) if refusal.status() == 404), "{id}");
        }
    }
    assert!(house.control.runs(&look(), &of("sql")).await.unwrap().rows.is_empty());
    std::fs::remove_file(house.data().join("../workflows/support-replies.toml")).unwrap();
    house.control.reload().await.unwrap();
    assert_eq!(house.control.runs(&look(), &of("support-replies")).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn spend_by_unit_holds_the_calls_that_name_none_too() {
    let house = House::open().await;
    let now = house.clock.shared().now();
    let mut calls = [fact(1, "r-1", now), fact(2, "r-2", now), fact(3, "r-3", now)];
    for unnamed in &mut calls[1..] {
        unnamed.attribution.unit = None;
    }
    house.record(calls).await;
    let query = |by: &str| SpendQuery { by: Some(by.into()), ..SpendQuery::default() };
    let page = house.control.spend(&look(), &query("unit")).await.unwrap();
    let days = house.control.spend(&look(), &query("day")).await.unwrap();
    assert_eq!((page.total.figures.calls, &page.total.figures), (3, &days.total.figures));
    let rows: Vec<_> = page.rows.iter().map(|row| (row.name.as_str(), row.figures.calls)).collect();
    assert_eq!(rows, [("no unit named", 2), ("ticket 4711", 1)]);
    let shares: f64 = page.rows.iter().filter_map(|row| row.share).sum();
    assert!((shares - 100.0).abs() < 0.1, "{shares}");
    let parts = &page.days.iter().find(|day| !day.parts.is_empty()).unwrap().parts;
    assert_eq!(parts.iter().map(|part| part.key.as_str()).collect::<Vec<_>>(), ["", "ticket 4711"]);
    assert!(page.sentence.to_string().contains("on 3 calls"), "{}", page.sentence);
}

#[tokio::test]
async fn spend_is_shared_out_and_compared() {
    let house = busy().await;
    let spend = async |by: &str, period: &str| {
        let query = SpendQuery { by: Some(by.into()), period: Some(period.into()), ..SpendQuery::default() };
        house.control.spend(&look(), &query).await.unwrap()
    };
    let page = spend("workflow", "today").await;
    assert_eq!((page.rows.len(), page.rows[0].name.as_str()), (1, "Draft replies to support tickets"));
    assert_eq!(page.rows[0].owner.as_ref().map(|owner| owner.name.as_str()), Some("Tom Ode"));
    assert_eq!(
        (page.rows[0].share, page.rows[0].before.as_ref().map(|then| then.nano), page.rows[0].change),
        (Some(100.0), Some(2_400_000), Some(800.0))
    );
    assert_eq!(page.total.figures.cost.nano, 9 * 2_400_000);
    assert!(
        page.sentence.to_string().ends_with("800 % more than in the period before; all of it is simulated."),
        "{}",
        page.sentence
    );
    let week = spend("model", "7d").await;
    assert_eq!(week.days.len(), 7);
    let total: i64 = week.days.iter().map(|day| day.total.nano).sum();
    let parts: i64 = week.days.iter().flat_map(|day| &day.parts).map(|part| part.cost.nano).sum();
    assert_eq!((total, parts), (10 * 2_400_000, 10 * 2_400_000));
    for by in ["provider", "pod", "day", "unit", "owner", "key"] {
        assert_eq!(spend(by, "month").await.by, by);
    }
    let daily = spend("day", "today").await;
    assert_eq!((&daily.rows[0].before, daily.rows[0].change), (&None, None), "a day is in one period only");
    assert_eq!(daily.total.change, Some(800.0));
    let wrong = SpendQuery { by: Some("mood".into()), ..SpendQuery::default() };
    assert!(house.control.spend(&look(), &wrong).await.is_err());
    house.clock.advance(days(60));
    assert_eq!(
        spend("workflow", "today").await.sentence.to_string(),
        "Nothing was spent today: there was no call."
    );
}

#[tokio::test]
async fn guards_say_what_was_found_and_what_was_kept_away() {
    let house = House::open().await;
    let now = house.clock.shared().now();
    let ask = |period: &str| GuardsQuery { period: Some(period.into()), ..GuardsQuery::default() };
    let quiet = house.control.guards(&look(), &ask("today")).await.unwrap();
    assert_eq!(quiet.sentence.to_string(), "No guard found anything today.");
    let did = |guard, what: &str, deed, hits| Guarded {
        guard,
        what: what.into(),
        direction: Direction::Request,
        deed,
        hits,
    };
    let first =
        vec![did(Guard::Redaction, "email", Deed::Masked, 3), did(Guard::Tools, "shell", Deed::Blocked, 1)];
    let second = vec![did(Guard::Redaction, "person", Deed::LetPass, 1)];
    house.record([Fact { guarded: first, ..fact(1, "r-1", now.plus_ms(-60_000)) }]).await;
    house.record([Fact { guarded: second, ..fact(2, "r-2", now.plus_ms(-86_400_000)) }]).await;
    let page = house.control.guards(&look(), &ask("7d")).await.unwrap();
    assert_eq!(
        page.sentence.to_string(),
        "Redaction found 4 values in the last 7 days, email most often; 1 of them passed all the same; 1 tool call was blocked."
    );
    let line = &page.redactions[0];
    assert_eq!(
        (line.title.as_str(), line.what.as_str(), line.hits),
        ("Draft replies to support tickets", "email", 3)
    );
    assert_eq!(line.owner.as_ref().map(|owner| owner.name.as_str()), Some("Tom Ode"));
    assert_eq!((line.words.as_str(), line.last_run.as_deref()), ("masked", Some("r-1")));
    assert_eq!((page.tools.len(), page.tools[0].what.as_str()), (1, "shell"));
    let days: Vec<_> = page.days.iter().map(|day| (day.redactions, day.tools)).collect();
    assert_eq!(days, [(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (1, 0), (3, 1)]);
    let nobody = GuardsQuery { workflow: Some("nobody".into()), ..GuardsQuery::default() };
    assert!(house.control.guards(&look(), &nobody).await.is_err());
    assert!(house.control.guards(&look(), &ask("always")).await.is_err());
}

#[tokio::test]
async fn status_says_how_the_server_is() {
    let house = busy().await;
    let status = house.control.status(&look()).await.unwrap();
    assert_eq!(
        (status.organisation.as_str(), status.version.as_str(), status.workflows.len()),
        ("Acme", "0.0.0", 2)
    );
    assert!(status.ready.ready);
    assert_eq!(status.gateway.calls_last_hour, Some(10));
    assert_eq!(status.gateway.errors_last_hour.unwrap().n, 9);
    assert_eq!((status.gateway.today.unwrap().calls, status.missing), (10, None));
}

#[tokio::test]
async fn a_budget_that_passes_a_mark_leaves_an_entry() {
    let house = House::open().await;
    let mut events = house.control.events();
    let workflow = WorkflowId::new("support-replies").unwrap();
    let warning = Warning {
        account: Account::Held(Holder::Workflow(workflow), Window::Day),
        mark: 80,
        settled: NanoUsd::from_dollars(33).unwrap(),
        limit: NanoUsd::from_dollars(40).unwrap(),
    };
    house.control.budget_warned(warning).await;
    assert_eq!(events.try_recv().unwrap(), control::Event::Attention);
    house.control.end_events();
    assert!(
        events.recv().await.is_err() && house.control.events().recv().await.is_err(),
        "all has been told"
    );
    let query = AuditQuery { action: Some("budget.warned".into()), ..AuditQuery::default() };
    let page = house.control.audit(&look(), &query).await.unwrap();
    assert_eq!(page.rows[0].subject, "workflow/support-replies");
    assert!(page.rows[0].detail.starts_with("80 % of the budget of $40.00"), "{}", page.rows[0].detail);
}

#[tokio::test]
async fn the_audit_log_pages_and_names_people() {
    let house = House::open().await;
    for number in 0..5 {
        turn(&house, "all", if number % 2 == 0 { "off" } else { "on" }, "drill").await.unwrap();
        house.clock.advance(std::time::Duration::from_millis(5));
    }
    let page =
        |cursor| AuditQuery { who: Some("maya".into()), limit: Some(2), cursor, ..AuditQuery::default() };
    let first = house.control.audit(&look(), &page(None)).await.unwrap();
    assert_eq!(
        (first.rows.len(), first.rows[0].who_name.as_str(), first.rows[0].words.as_str()),
        (2, "Maya Chen", "turned a switch")
    );
    let second = house.control.audit(&look(), &page(first.next)).await.unwrap();
    let third = house.control.audit(&look(), &page(second.next)).await.unwrap();
    assert_eq!((third.rows.len(), third.next), (1, None));
    for wrong in [
        AuditQuery { action: Some("dance".into()), ..AuditQuery::default() },
        AuditQuery { cursor: Some("x".into()), ..AuditQuery::default() },
    ] {
        assert!(house.control.audit(&look(), &wrong).await.is_err());
    }
}

#[tokio::test]
async fn things_are_found_by_a_piece_of_their_name() {
    let house = busy().await;
    let key = house.control.create_key(&admin(), &crate::keys::new_key()).await.unwrap();
    let find = async |text: &str| {
        let found = house.control.find(&look(), text).await.unwrap();
        found.into_iter().map(|one| format!("{:?} {}", one.about.kind, one.about.id)).collect::<Vec<_>>()
    };
    assert_eq!(find("REPLIES").await, ["Workflow support-replies".to_owned(), format!("Key {}", key.id)]);
    assert_eq!(find("chen").await, ["Person maya"]);
    assert_eq!(find("sim").await, ["Scope provider/sim"]);
    assert_eq!(find("r-11").await, ["Run r-11"]);
    assert!(find("  ").await.is_empty() && find("nothing like it").await.is_empty());
}

#[tokio::test]
async fn a_price_is_quoted_from_the_live_book() {
    let house = House::open().await;
    let query = PriceQuery { model: "openai/gpt-4o".into(), input: 1_000_000, ..PriceQuery::default() };
    assert!(house.control.price(&look(), &query).unwrap().cost_nano_usd > 0);
}
