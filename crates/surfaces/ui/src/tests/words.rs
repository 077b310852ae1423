//! What pages say and offer: to whom, and in which case.

use control::views::{Found, KeyCreated, KeyRow, Subject, SubjectKind};
use domain::switch::State;

use super::{fixtures, html};
use crate::forms::{Fields, Wrong};
use crate::frame::{self, Page};
use crate::pages::{
    account, configuration, find, key_form, keys, overview, people, providers, run, runs, spend, switch,
    telemetry, workflow, workflows,
};

fn shown(page: &Page) -> String {
    frame::page(&fixtures::settings(), &fixtures::signed(), page).0
}

#[test]
fn the_last_look_says_what_the_state_it_is_about_does() {
    let signed = fixtures::signed();
    let panel = fixtures::panel("workflow/support-replies", "on");
    for state in State::ALL {
        let text = shown(&switch::render_last_look(&signed, &panel, state, None));
        for one in &panel.consequences {
            assert_eq!(text.contains(&one.words), one.state == state.as_str(), "{state}: {}", one.words);
        }
    }
}

#[test]
fn a_switch_is_offered_to_those_who_may_turn_it_and_others_read_who_may() {
    let signed = fixtures::signed();
    let mut panel = fixtures::panel("workflow/support-replies", "on");
    let offered = shown(&switch::render_one(&signed, &panel));
    assert!(offered.contains("Turn the switch"));
    panel.may_turn = false;
    let told = shown(&switch::render_one(&signed, &panel));
    assert!(!told.contains("Turn the switch") && !told.contains("name=\"reason\""), "{told}");
    let words = html::read(&told).into_iter().find(|one| one.name == "main").unwrap().text;
    assert!(words.contains("Tom Ode, who answers for it, admins and approvers can turn it."), "{words}");
}

fn found(kind: SubjectKind, id: &str, title: &str) -> Found {
    Found {
        about: Subject { kind, id: id.into() },
        title: title.into(),
        detail: String::new(),
        workflow: None,
    }
}

#[test]
fn the_palette_offers_what_one_may_do_and_finds_it_by_its_words() {
    let things = [
        found(SubjectKind::Workflow, "support-replies", "Support replies"),
        found(SubjectKind::Workflow, "sql", "Write migrations"),
    ];
    let own = |scope: &str| scope == "workflow/sql";
    let all = |_: &str| true;
    let titles = |text: &str, may: &find::May<'_>| {
        let hits = find::list(&find::Wish::read(text), &things, may);
        hits.into_iter().map(|hit| hit.title).collect::<Vec<_>>()
    };
    let admin = find::May { turn: &all, keys: true };
    let owner = find::May { turn: &own, keys: false };
    assert_eq!(titles("turn off support", &admin)[0], "Turn off Support replies");
    assert_eq!(titles("Turn on sql", &admin)[1], "Turn on Write migrations");
    let offered = titles("turn off", &owner);
    assert_eq!(offered[0], "Turn off Write migrations");
    assert!(
        !offered.iter().any(|title| title.contains("Support") && title.starts_with("Turn")),
        "{offered:?}"
    );
    assert!(!offered.contains(&"Turn everything off".to_owned()));
    for (text, title) in [("guards", "Go to Guards"), ("provid", "Go to Providers"), ("new key", "New key")] {
        assert!(titles(text, &admin).contains(&title.to_owned()), "{text}");
    }
    assert!(!titles("new key", &owner).contains(&"New key".to_owned()));
}

#[test]
fn no_two_pages_have_the_same_key() {
    let mut keys: Vec<&str> = frame::MAIN.iter().chain(&frame::APART).map(|entry| entry.key).collect();
    keys.sort_unstable();
    let all = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), all, "{keys:?}");
}

#[test]
fn a_figure_leads_to_the_rows_of_its_own_period() {
    let signed = fixtures::signed();
    let mut first = fixtures::overview();
    first.period = fixtures::today();
    let text = shown(&overview::render(&signed, &first));
    for status in ["error", "refused"] {
        let href = format!("/runs?status={status}&amp;from=2026-11-23&amp;to=2026-11-23");
        assert!(text.contains(&href), "{href}");
    }
    let mut one = fixtures::workflow();
    one.period = fixtures::today();
    let text = shown(&workflow::render(&signed, &one, &Fields::default(), true));
    let href = "/runs?workflow=support-replies&amp;status=error&amp;from=2026-11-23&amp;to=2026-11-23";
    assert!(text.contains(href), "{href}");
    let text = shown(&spend::render(&signed, &fixtures::spend()));
    assert!(text.contains("/workflows/support-replies?from=2026-11-01&amp;to=2026-11-23"), "{text}");
}

#[test]
fn the_period_that_is_shown_is_marked_and_none_claims_24_hours() {
    let text = shown(&workflows::render(&fixtures::workflows(), &Fields::default()));
    let marked: Vec<_> = html::read(&text)
        .into_iter()
        .filter(|one| one.get("aria-current") == Some("true"))
        .map(|one| one.text)
        .collect();
    assert_eq!(marked, ["Today"]);
    let spent = shown(&spend::render(&fixtures::signed(), &fixtures::spend()));
    assert!(!text.contains("24 h") && !spent.contains("24 h"));
}

#[test]
fn what_a_provider_may_bill_is_marked_as_an_estimate() {
    let text = shown(&providers::render(&fixtures::signed(), &fixtures::providers()));
    assert!(text.contains("≈\u{a0}$12.41") && text.contains("$0.30 of it estimated"), "{text}");
}

#[test]
fn a_source_without_any_price_claims_no_cost_of_zero() {
    let mut view = fixtures::telemetry();
    let text = shown(&telemetry::render(&fixtures::signed(), &view, "http://here"));
    assert!(text.contains("Maya Chen") && text.contains("and more") && !text.contains("no price known"));
    for one in &mut view.sources {
        (one.direct.cost, one.direct.unpriced) = (fixtures::usd("0.00"), 2);
    }
    let text = shown(&telemetry::render(&fixtures::signed(), &view, "http://here"));
    assert!(text.contains("no price known") && !text.contains("and more"), "{text}");
}

#[test]
fn refused_files_begin_with_what_they_are_refused_for_and_say_nothing_twice() {
    let mut view = fixtures::broken_configuration();
    let refused = view.brief.error.as_mut().unwrap();
    let mut warning = refused.problems[0].clone();
    (warning.tone, warning.message) = (control::views::Tone::Warn, "`a/b` has no price".into());
    refused.problems.insert(0, warning.clone());
    view.warnings = vec![warning];
    let text = shown(&configuration::render(&fixtures::signed(), &view));
    html::check("configuration-both", &text);
    assert_eq!(text.matches("<code>a/b</code> has no price").count(), 1, "{text}");
    let (first, warn) = (text.find("class=\"problem bad\""), text.find("class=\"problem warn\""));
    assert!(first < warn && first.is_some(), "{first:?} {warn:?}");
    assert!(!text.contains("id=\"warnings\""), "{text}");
}

#[test]
fn a_new_key_comes_with_the_address_and_its_end() {
    let made = fixtures::new_key();
    let text = shown(&keys::render_created(&fixtures::signed(), &made, "https://gateway.acme.example"));
    assert!(text.contains("https://gateway.acme.example/v1") && !text.contains("COUNTERSIGN_URL"), "{text}");
    let forever = KeyCreated { row: KeyRow { expires: None, ..made.row.clone() }, ..made };
    let text = shown(&keys::render_created(&fixtures::signed(), &forever, "http://here"));
    assert!(text.contains("until it is revoked"), "{text}");
}

#[test]
fn a_run_with_more_calls_than_are_listed_says_which_and_leads_to_the_others() {
    let mut view = fixtures::run();
    let shown_here = u64::try_from(view.inferences.len()).unwrap();
    (view.left_out, view.later) = (90, Some("inf_0193c0ffee0000000000000000000009".into()));
    let text = shown(&run::render(&fixtures::signed(), &view, None));
    html::check("run-long", &text);
    let range = format!("1 to {shown_here} of {}.", shown_here + 90);
    assert_eq!(text.matches(&range).count(), 2, "above the list and below it: {text}");
    assert!(
        text.contains("node=inf_0193c0ffee0000000000000000000009\" rel=\"next\"")
            && !text.contains("rel=\"prev\"")
    );
}

#[test]
fn a_bare_word_of_a_provider_is_said_to_be_its_own() {
    let mut view = fixtures::run();
    let one = &mut view.inferences[0];
    (one.status, one.error) = ("upstream_error".into(), Some("server_error".into()));
    let id = one.id.clone();
    let text = shown(&run::render(&fixtures::signed(), &view, Some(&id)));
    assert!(text.contains("The provider calls it <code>server_error</code>."), "{text}");
}

#[test]
fn days_stand_beside_no_other_period() {
    let heads = |view: &control::views::SpendPage| {
        let text = shown(&spend::render(&fixtures::signed(), view));
        html::check("spend", &text);
        let all = html::read(&text);
        let table = text.split("id=\"spend-rows\"").nth(1).unwrap();
        let cells = table.split("<tr").nth(2).unwrap().matches("<t").count();
        let heads = table.split("</thead>").next().unwrap().matches("<th ").count();
        assert_eq!(cells, heads, "a cell a head");
        let words = all.into_iter().find(|one| one.name == "main").unwrap().text;
        (heads, words.contains("Before"), words.contains(", against "))
    };
    let mut view = fixtures::spend();
    assert_eq!(heads(&view), (10, true, true));
    view.by = "day".into();
    assert_eq!(heads(&view), (7, false, false));
    let columns = |view: &control::views::SpendPage| {
        let file = spend::to_csv(view);
        let counts: Vec<_> = file.lines().map(|line| line.split(',').count()).collect();
        assert!(counts.iter().all(|count| *count == counts[0]), "{file}");
        (counts[0], file.contains("before_usd"))
    };
    assert_eq!(columns(&view), (14, false));
    view.by = "model".into();
    assert_eq!(columns(&view), (15, true));
}

#[test]
fn money_that_is_not_split_is_drawn_as_a_whole() {
    let mut view = fixtures::spend();
    for day in &mut view.days {
        day.parts.clear();
    }
    let text = shown(&spend::render(&fixtures::signed(), &view));
    let bars =
        html::read(&text).into_iter().filter(|one| one.name == "rect" && one.get("class") == Some("s1"));
    assert!(bars.count() >= view.days.len(), "a column a day");
}

#[test]
fn beyond_the_first_rows_spend_says_how_many_and_what_they_come_to() {
    let mut view = fixtures::spend();
    let row = view.rows[5].clone();
    view.by = "unit".into();
    view.rows = (0..1_240)
        .map(|number| control::views::SpendRow {
            key: format!("u-{number}"),
            name: format!("u-{number}"),
            ..row.clone()
        })
        .collect();
    let text = shown(&spend::render(&fixtures::signed(), &view));
    assert!(text.len() < 60_000, "{} bytes", text.len());
    let words = html::read(&text).into_iter().find(|one| one.name == "main").unwrap().text;
    let words = words.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ");
    assert!(words.contains("1 200 more") && words.contains("$3 624.00"), "{words}");
    assert!(text.contains("/spend.csv"));
}

#[test]
fn all_of_a_run_is_live_or_nothing() {
    let text = shown(&run::render(&fixtures::signed(), &fixtures::run(), None));
    let live: Vec<_> = html::read(&text)
        .into_iter()
        .filter(|one| one.get("data-live").is_some())
        .filter_map(|one| one.get("id").map(str::to_owned))
        .collect();
    for id in ["head", "sentence", "figures", "why", "tree", "detail"] {
        assert!(live.iter().any(|one| one == id), "{id} is not among {live:?}");
    }
}

#[test]
fn runs_that_share_an_id_lead_to_each_other() {
    let mut view = fixtures::run();
    assert!(!shown(&run::render(&fixtures::signed(), &view, None)).contains("in other workflows"));
    view.others = vec!["sql".into()];
    let text = shown(&run::render(&fixtures::signed(), &view, None));
    assert!(text.contains("<a href=\"/runs/ticket%204711?workflow=sql\">sql</a>"), "{text}");
    let found = Found { workflow: Some("sql".into()), ..found(SubjectKind::Run, "r 1", "r 1") };
    let may = find::May { turn: &|_| false, keys: false };
    let hits = find::list(&find::Wish::read("r 1"), &[found], &may);
    assert_eq!(hits[0].href, "/runs/r%201?workflow=sql");
}

#[test]
fn what_was_never_used_is_not_said_to_be_reported() {
    let signed = fixtures::signed();
    let mut view = fixtures::run();
    let refused = view.inferences.iter().find(|one| one.status == "refused").unwrap().id.clone();
    let text = shown(&run::render(&signed, &view, Some(&refused)));
    assert!(text.contains("Nothing was sent to a provider, so nothing was used"), "{text}");
    let one = &mut view.inferences[0];
    (one.status, one.usage.total, one.usage.source) = ("failed".into(), 0, "reported".into());
    let id = one.id.clone();
    let text = shown(&run::render(&signed, &view, Some(&id)));
    assert!(!text.contains("Usage as the provider reported it"), "{text}");
}

#[test]
fn a_price_keeps_its_digits() {
    let price = |text: &str| crate::format::price(fixtures::usd(text).amount());
    assert_eq!(
        ["0.075", "0.5", "12", "1234.5"].map(price),
        ["$0.075", "$0.50", "$12.00", "$1\u{202f}234.50"]
    );
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn an_owner_is_offered_the_keys_of_what_is_theirs() {
    let view = fixtures::keys();
    let (works, mine) = (view.rows[0].clone(), view.rows[0].workflows.clone());
    let shown_to = |may: &keys::May<'_>| {
        shown(&keys::render(&fixtures::signed(), &view, &key_form::Draft::default(), may))
    };
    let revoke = format!("/keys/{}/revoke", works.id);
    let owner = shown_to(&|workflows| workflows == mine);
    assert!(owner.contains(&revoke) && owner.contains("New key"), "{owner}");
    assert_eq!(owner.matches("name=\"workflows\"").count(), 1);
    let viewer = shown_to(&|_| false);
    assert!(!viewer.contains("/revoke") && !viewer.contains("New key"), "{viewer}");
}

#[test]
fn a_refused_key_comes_back_as_it_was_typed_with_the_error_at_its_field() {
    let typed =
        fields(&[("workflows", "triage"), ("label", "desk & co"), ("expires", "soon"), ("budget_day", "4")]);
    let wrong = Wrong { field: "expires".into(), text: "Use 90d, 12h or a date.".into() };
    let draft = key_form::Draft::refused(typed, wrong);
    let text = shown(&keys::render(&fixtures::signed(), &fixtures::keys(), &draft, &|_| true));
    html::check("keys-refused", &text);
    let all = html::read(&text);
    let field = |name: &str| all.iter().find(|one| one.get("name") == Some(name)).unwrap().clone();
    assert_eq!(field("label").get("value"), Some("desk &amp; co"));
    assert_eq!(field("budget_day").get("value"), Some("4"));
    let expires = field("expires");
    assert_eq!((expires.get("value"), expires.get("aria-invalid")), (Some("soon"), Some("true")));
    assert!(expires.get("aria-describedby").unwrap().starts_with("expires-wrong"));
    assert!(text.contains("Use 90d, 12h or a date."));
}

#[test]
fn a_filter_and_a_password_that_are_wrong_keep_their_form() {
    let signed = fixtures::signed();
    let query = control::views::RunsQuery { min_cost: Some("lots".into()), ..Default::default() };
    let wrong = Wrong { field: "min_cost".into(), text: "Expected dollars such as 0.50.".into() };
    let view = control::views::RunsPage { filter: query, ..fixtures::runs() };
    let text = shown(&runs::render_wrong(&view, &wrong));
    html::check("runs-wrong", &text);
    assert!(
        text.contains("value=\"lots\"") && text.contains("aria-describedby=\"f-min_cost-wrong\""),
        "{text}"
    );
    assert!(!text.contains("run-rows"), "rows of another question");
    let wrong = Wrong { field: "present".into(), text: "This is not your present password.".into() };
    let text = shown(&account::render(&signed, Some(&wrong)));
    html::check("account-wrong", &text);
    assert!(text.contains("id=\"present-wrong\"") && text.contains("action=\"/account\""), "{text}");
}

#[test]
fn from_any_page_of_a_list_one_can_go_one_page_newer() {
    let mut view = fixtures::runs();
    (view.filter.cursor, view.next) = (Some("3.1".into()), Some("4.1".into()));
    let text = shown(&runs::render(&fixtures::signed(), &view, Some("1.1~2.1")));
    assert!(text.contains("cursor=2.1&amp;trail=1.1\""), "newer");
    assert!(text.contains("cursor=4.1&amp;trail=1.1~2.1~3.1\""), "older");
    let text = shown(&runs::render(&fixtures::signed(), &view, None));
    let newer = html::read(&text).into_iter().find(|one| one.get("rel") == Some("prev")).unwrap();
    let href = newer.get("href").unwrap();
    assert!(!href.contains("cursor"), "the page before the second is the first: {href}");
}

#[test]
fn ending_sessions_says_what_it_does_before_it_is_done() {
    let signed = fixtures::signed();
    let page = fixtures::people();
    let listed = shown(&people::render(&signed, &page));
    assert!(!listed.contains("action=\"/people/maya/sign-out\""), "{listed}");
    let own = page.rows.iter().find(|row| row.id == "maya").unwrap();
    let asked = shown(&people::render_end(&signed, own));
    html::check("people-end", &asked);
    assert!(
        asked.contains("They are your own") && asked.contains("action=\"/people/maya/sign-out\""),
        "{asked}"
    );
}
