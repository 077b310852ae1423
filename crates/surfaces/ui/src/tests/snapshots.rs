//! The skeleton of each page: headings, tables, forms and what is live. Words and figures may
//! change without a snapshot; what a page consists of may not.

use expect_test::{Expect, expect};

use super::html::{Element, read};
use super::pages::all;

fn outline(page: &str) -> String {
    let (_, text) = all().into_iter().find(|(name, _)| *name == page).unwrap();
    let lines = read(&text)
        .iter()
        .filter(|one| !one.around.iter().any(|name| name == "dialog"))
        .filter_map(line)
        .collect::<Vec<_>>();
    lines.join("\n") + "\n"
}

fn line(one: &Element) -> Option<String> {
    let words = one.text.replace(['\u{a0}', '\u{202f}'], " ");
    let live = if one.get("data-live").is_some() { " (live)" } else { "" };
    match one.name.as_str() {
        "h1" | "h2" | "h3" => Some(format!("{} {}", one.name, words.trim())),
        "caption" => Some(format!("table: {}", words.trim())),
        "form" => Some(format!("form {} {}", one.get("method")?, one.get("action")?)),
        "figure" => Some(format!("chart {}{live}", one.get("id")?)),
        "section" | "div" if !live.is_empty() => Some(format!("{} {}{live}", one.name, one.get("id")?)),
        _ => None,
    }
}

fn check(page: &str, expected: &Expect) {
    expected.assert_eq(&outline(page));
}

#[test]
fn the_overview_answers_warns_counts_and_lists() {
    check(
        "overview",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Overview
        section attention (live)
        h2 Needs a person
        section today (live)
        h2 Today
        chart hours (live)
        table: Calls by hour
        section budgets (live)
        h2 Budgets of the organisation
        section workflows (live)
        h2 Workflows
        table: Workflows today, worst first
    "#]],
    );
}

#[test]
fn a_workflow_shows_owner_switch_money_and_history() {
    check(
        "workflow",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Support replies on
        section figures (live)
        h2 Calls
        chart calls (live)
        table: Calls by outcome
        chart latency (live)
        table: Duration of calls
        section models (live)
        h2 Cost by model
        table: Cost by model
        section declared (live)
        h2 Declared
        section switch (live)
        h2 Switch
        form get /switch
        section budgets (live)
        h2 Budgets
        section recent (live)
        h2 Newest runs
        table: Newest runs
        section keys (live)
        h2 Keys
        table: Keys
        section routes (live)
        h2 Routes
        table: Routes
        section history (live)
        h2 History
        table: History
    "#]],
    );
}

#[test]
fn prompts_are_listed_and_shown_with_versions_and_template() {
    check(
        "prompts",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Prompts
        section list (live)
        h2 All prompts
        table: Prompts, by name
    "#]],
    );
    check(
        "prompt",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Reply to a support ticket on
        section versions (live)
        h2 Versions
        table: Versions, the last used first
        section variables (live)
        h2 Variables
        table: Variables
        section settings (live)
        h2 Settings
        section switch (live)
        h2 Switch
        form get /switch
        section template (live)
        h2 Template
    "#]],
    );
}

#[test]
fn runs_filter_and_list() {
    check(
        "runs",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Runs
        form get /runs
        table: Runs, newest first
    "#]],
    );
}

#[test]
fn a_run_explains_itself() {
    check(
        "run",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Run ticket 4711 refused
        div why (live)
        h2 Why
        h2 Calls
        div detail (live)
        h2 Call 1 ok
        h3 Request
        h3 Answer
        h3 Controls, in order
        table: Controls that looked at the call
        h3 Changed by the gateway
        h3 Cost 0.98 ¢
        table: The bill, line by line
        h3 Facts
    "#]],
    );
}

#[test]
fn spend_shows_days_rows_and_budgets() {
    check(
        "spend",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Spend
        form get /spend
        chart days (live)
        table: Cost by day
        section rows (live)
        h2 By workflow
        table: Spend, dearest first
        section budgets (live)
        h2 Budgets
    "#]],
    );
}

#[test]
fn providers_show_lanes_figures_routes_and_moves() {
    check(
        "providers",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Providers
        section provider-openai (live)
        h2 openai
        table: Lanes of openai
        table: What openai answered today
        section provider-local (live)
        h2 local
        section routes (live)
        h2 Routes
        table: Routes
        section moves (live)
        h2 Breakers
        table: Moves of breakers, newest first
    "#]],
    );
}

#[test]
fn guards_show_days_what_was_found_and_tools() {
    check(
        "guards",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Guards
        form get /guards
        chart days (live)
        table: Found by day
        section redaction (live)
        h2 Redaction
        table: What redaction found, the most frequent first
        section tools (live)
        h2 Tools
        table: Tools that were kept away, the most frequent first
    "#]],
    );
}

#[test]
fn a_broken_configuration_comes_first() {
    check(
        "configuration-broken",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Configuration
        div problems (live)
        h2 The files on disk are refused
        section live (live)
        h2 Live
        section ledger (live)
        h2 Ledger
        section providers (live)
        h2 Providers
        table: Providers
        section routes (live)
        h2 Routes
        table: Routes
        section files (live)
        h2 Files
        section history (live)
        h2 What was live
        table: Configurations that were live, newest first
    "#]],
    );
}

#[test]
fn telemetry_shows_usage_and_work_and_how_to_send_it() {
    let rest = r#"        section setup (live)
        h2 Send telemetry here
"#;
    let head = r#"        form post /sign-out
        div status (live)
        h1 Telemetry
        form get /telemetry
"#;
    let tables = r#"        section usage (live)
        h2 Usage
        table: Usage by source, latest first
        section work (live)
        h2 Work
        table: Work by source
"#;
    let plain = |text: &str| text.replace("        ", "");
    assert_eq!(outline("telemetry"), plain(&format!("{head}{tables}{rest}")));
    assert_eq!(outline("telemetry-empty"), plain(&format!("{head}{rest}")));
}

#[test]
fn keys_are_made_and_listed() {
    check(
        "keys",
        &expect![[r#"
        form post /sign-out
        div status (live)
        h1 Keys
        form post /keys
        section list (live)
        h2 All keys
        table: Keys, those that work first
    "#]],
    );
}

#[test]
fn signing_in_is_one_form() {
    check(
        "sign-in",
        &expect![[r#"
        h1 Sign in
        form post /sign-in
    "#]],
    );
}
