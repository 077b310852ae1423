//! Every page, from its fixture: well-formed, within its size, and written out for looking at.

use control::LinkFor;
use control::views::{LinkMade, Moment, SpendQuery, TelemetryQuery};
use domain::Refusal;
use domain::switch::State;

use super::{fixtures, html};
use crate::errors::{Failure, Notice};
use crate::forms::{Fields, Flash, Wrong};
use crate::frame::{self, Page, Place};
use crate::pages::{
    account, audit, codes, configuration, find, guards, key_form, keys, overview, people, prompts, providers,
    run, runs, sign_in, spend, switch, telemetry, workflow, workflows,
};
use crate::session::Signed;

fn within(signed: &Signed, page: &Page) -> String {
    frame::page(&fixtures::settings(), signed, page).0
}

fn error_page() -> Page {
    let refusal = Refusal::NotFound { noun: "run", name: "ticket 9".into(), hint: String::new() };
    Page::new("Not found", Place::None, Notice::of(&Failure::from(refusal)).markup())
}

/// What the palette finds for an admin.
fn palette() -> Page {
    let may = find::May { turn: &|_| true, keys: true };
    find::render("sup", &find::list(&find::Wish::read("sup"), &[], &may))
}

/// The form of a key for one workflow.
fn asked_for() -> key_form::Draft {
    let fields: Fields = [("workflow".to_owned(), "support-replies".to_owned())].into_iter().collect();
    key_form::Draft::asked(&fields)
}

/// Name and text of every page.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let signed = fixtures::signed();
    let troubled = Signed {
        frame: fixtures::frame(fixtures::alerts(), true),
        flash: Some(Flash("support-replies is off after 0.8 ms; 12 running calls were ended".into())),
        ..fixtures::signed()
    };
    let fields = Fields::default();
    let link = LinkFor { person: "maya".into(), name: "Maya Chen".into(), min_password: 10 };
    let made = LinkMade {
        person: "tom".into(),
        path: "/sign-in/link/abc".into(),
        expires: Moment::from(fixtures::now()),
    };
    let panel = fixtures::panel("workflow/support-replies", "on");
    let configured = fixtures::configuration();
    let page = |page: &Page| within(&signed, page);
    let mut pages = vec![
        ("overview", within(&troubled, &overview::render(&troubled, &fixtures::overview()))),
        ("workflows", page(&workflows::render(&fixtures::workflows(), &fields))),
        (
            "workflow",
            within(
                &Signed { frame: fixtures::frame(vec![], true), ..fixtures::signed() },
                &workflow::render(&signed, &fixtures::workflow(), &fields, true),
            ),
        ),
        ("switch", page(&switch::render_last_look(&signed, &panel, State::Off, Some("wrong refunds")))),
        ("switch-off", page(&switch::render_one(&signed, &fixtures::panel("provider/openai", "off")))),
        (
            "switches",
            page(&switch::render_all(&signed, &fixtures::switches(), &fixtures::panel("all", "on"))),
        ),
        ("prompts", page(&prompts::render_list(&fixtures::prompts(), &fields))),
        ("prompt", page(&prompts::render(&signed, &fixtures::prompt(), &fields))),
        ("runs", page(&runs::render(&signed, &fixtures::runs(), None))),
        ("run", page(&run::render(&signed, &fixtures::run(), Some("inf_0193c0ffee0000000000000000000001")))),
        (
            "run-refused",
            page(&run::render(&signed, &fixtures::run(), Some("inf_0193c0ffee0000000000000000000004"))),
        ),
        ("spend", page(&spend::render(&signed, &fixtures::spend()))),
        ("keys", page(&keys::render(&signed, &fixtures::keys(), &asked_for(), &|_| true))),
        ("key-created", page(&keys::render_created(&signed, &fixtures::new_key(), "http://127.0.0.1:4411"))),
        ("key-revoke", page(&keys::render_confirm(&signed, &fixtures::keys().rows[0]))),
        ("people", page(&people::render(&signed, &fixtures::people()))),
        ("providers", page(&providers::render(&signed, &fixtures::providers()))),
        ("telemetry", page(&telemetry::render(&signed, &fixtures::telemetry(), "http://127.0.0.1:4411"))),
        ("guards", page(&guards::render(&signed, &fixtures::guards()))),
        ("person-link", page(&people::render_link(&signed, &made))),
        ("configuration", page(&configuration::render(&signed, &configured))),
        (
            "configuration-broken",
            within(&troubled, &configuration::render(&troubled, &fixtures::broken_configuration())),
        ),
        ("audit", page(&audit::render(&signed, &fixtures::audit(), None))),
        ("find", page(&palette())),
        ("account", page(&account::render(&signed, None))),
        ("error", page(&error_page())),
        ("codes", page(&codes::render_all())),
        ("codes-open", frame::open(&codes::render_all()).0),
        (
            "sign-in",
            sign_in::render(Some("/runs"), Some("maya"), Some("the address and password do not match")).0,
        ),
        ("link", sign_in::render_link("abc", &link, None).0),
    ];
    pages.extend(empty(&signed));
    pages.extend(unread(&signed));
    pages.extend(crate::codes::all().map(|one| (one.code, frame::open(&codes::render(one)).0)));
    pages
}

/// The first day: nothing has happened yet.
fn empty(signed: &Signed) -> Vec<(&'static str, String)> {
    let page = |page: &Page| within(signed, page);
    let mut first = fixtures::overview();
    first.attention.clear();
    first.workflows.clear();
    first.budgets.clear();
    first.hours.points.clear();
    let mut runs_view = fixtures::runs();
    runs_view.rows.clear();
    runs_view.next = None;
    let mut spent = fixtures::spend();
    spent.rows.clear();
    spent.days.clear();
    let mut no_keys = fixtures::keys();
    no_keys.rows.clear();
    let mut silent = fixtures::telemetry();
    silent.sources.clear();
    vec![
        ("overview-empty", page(&overview::render(signed, &first))),
        ("runs-empty", page(&runs::render(signed, &runs_view, None))),
        ("spend-empty", page(&spend::render(signed, &spent))),
        ("telemetry-empty", page(&telemetry::render(signed, &silent, "http://127.0.0.1:4411"))),
        ("keys-empty", page(&keys::render(signed, &no_keys, &key_form::Draft::default(), &|_| true))),
    ]
}

/// Filters that can't be read.
fn unread(signed: &Signed) -> Vec<(&'static str, String)> {
    let page = |page: &Page| within(signed, page);
    let said = |field: &str| Wrong { field: field.into(), text: "\"soon\" is no day.".into() };
    let soon = || Some("soon".to_owned());
    let days = SpendQuery { from: soon(), ..SpendQuery::default() };
    let usage = TelemetryQuery { to: soon(), ..TelemetryQuery::default() };
    vec![
        ("spend-unread", page(&spend::render_wrong(&days, &said("from")))),
        ("telemetry-unread", page(&telemetry::render_wrong(&usage, &said("to")))),
        ("guards-unread", page(&guards::render_wrong(&fixtures::guards(), &said("workflow")))),
        ("audit-unread", page(&audit::render_wrong(&fixtures::audit(), &said("action")))),
        ("runs-unread", page(&runs::render_wrong(&fixtures::runs(), &said("cursor")))),
    ]
}

#[test]
fn every_page_keeps_the_rules() {
    for (name, text) in all() {
        html::check(name, &text);
    }
}

#[test]
fn every_page_is_small() {
    for (name, text) in all() {
        assert!(text.len() < 60_000, "{name} has {} bytes", text.len());
    }
}

/// Writes the pages into the folder named at build time, to be looked at in a browser.
#[test]
fn pages_can_be_written_out() {
    let Some(folder) = option_env!("COUNTERSIGN_PAGES") else { return };
    for (name, text) in all() {
        std::fs::write(format!("{folder}/{name}.html"), text).unwrap();
    }
    let assets = format!("{folder}{}", crate::assets::url(""));
    std::fs::create_dir_all(&assets).unwrap();
    for (name, _, text) in crate::assets::FILES {
        std::fs::write(format!("{assets}{name}"), text).unwrap();
    }
}
