//! Spend: what it cost, by what, by day, and against the period before.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use control::csv::cell;
use control::views::{Money, PeriodQuery, SpendPage, SpendQuery, SpendRow};
use domain::NanoUsd;
use maud::{Markup, html};

use super::{framed, period, refused, unread};
use crate::app::App;
use crate::charts::{self, Column, Columns, Limit, Unit};
use crate::errors::Failure;
use crate::format;
use crate::forms::{Asked, Fields, Wrong};
use crate::frame::{Page, Place};
use crate::parts::{Blank, Col, Filter};
use crate::session::Signed;
use crate::{links, parts};

/// What rows can be by, in words.
const BY: [(&str, &str); 8] = [
    ("workflow", "workflow"),
    ("model", "model"),
    ("provider", "provider"),
    ("pod", "pod"),
    ("day", "day"),
    ("unit", "unit of work"),
    ("owner", "owner"),
    ("key", "key"),
];
/// The fields of the filter.
const FIELDS: [&str; 5] = ["by", "period", "from", "to", "workflow"];
/// Rows that are listed one by one: what is beyond is one line, and in the file.
const MOST: usize = 40;
/// Colours of the stacked parts; what comes after is told apart by nothing and named "others".
const CLASSES: [&str; 7] = ["s1", "s2", "s3", "s4", "s5", "s6", "s-other"];

/// `GET /spend`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let (look, query) = (signed.look()?, query(&fields));
    match app.control.spend(&look, &query).await {
        Ok(view) => Ok(framed(&app, &signed, &render(&signed, &view))?.into_response()),
        Err(error) => unread(&app, &signed, &render_wrong(&query, &Wrong::of_filter(error)?)),
    }
}

/// `GET /spend.csv`: the same rows, for a spreadsheet.
pub(crate) async fn csv(
    State(app): State<App>,
    signed: Signed,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let view = app.control.spend(&signed.look()?, &query(&fields)).await?;
    let name = format!("attachment; filename=\"spend-by-{}.csv\"", view.by);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, to_csv(&view)).into_response())
}

fn query(fields: &Fields) -> SpendQuery {
    let PeriodQuery { from, to, period } = period(fields);
    SpendQuery { by: fields.text("by"), workflow: fields.text("workflow"), from, to, period }
}

/// The filter as it was typed, with what is wrong with it, and no rows.
pub(crate) fn render_wrong(query: &SpendQuery, wrong: &Wrong) -> Page {
    let asked = Filter::new(&FIELDS, Some(wrong));
    refused("Spend", Place::Spend, asked, &filter(query, asked))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &SpendPage) -> Page {
    let title = format!("By {}", words(&view.by));
    let body = html! {
        h1.sr { "Spend" }
        (parts::sentence(&view.sentence))
        @if view.beside.nano != 0 {
            p.muted {
                "Beside this, clients report " (format::money(view.beside.amount()))
                " that did not pass the gateway: " a href="/telemetry" { "telemetry" } "."
            }
        }
        (filter(&view.query, Filter::new(&FIELDS, None)))
        @if view.rows.is_empty() {
            (parts::empty("What calls cost will be here, by workflow, model, person or day.", &html! {
                "Nothing was spent in this period."
            }))
        } @else {
            (days(signed, view))
            (parts::section("rows", &title, &html! { span.muted { (period_words(view)) } " " a href=(address("/spend.csv", &view.query)) download { "Download CSV" } },
                &table(view)))
        }
        (parts::section("budgets", "Budgets", &html! {}, &parts::budgets(signed.now, &view.budgets)))
    };
    Page::new("Spend", Place::Spend, body)
}

fn period_words(view: &SpendPage) -> String {
    match compared(view) {
        Compared::WithBefore => format!("{}, against {}", view.period.words, view.before.words),
        Compared::Not => view.period.words.clone(),
    }
}

/// Whether a row stands beside itself in the period before. A day is in one period only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Compared {
    WithBefore,
    Not,
}

fn compared(view: &SpendPage) -> Compared {
    if view.by == "day" { Compared::Not } else { Compared::WithBefore }
}

fn address(path: &str, query: &SpendQuery) -> String {
    links::with_query(
        path,
        &[
            ("by", query.by.as_deref()),
            ("workflow", query.workflow.as_deref()),
            ("from", query.from.as_deref()),
            ("to", query.to.as_deref()),
            ("period", query.period.as_deref()),
        ],
    )
}

fn words(by: &str) -> &str {
    BY.iter().find(|(known, _)| *known == by).map_or(by, |(_, words)| words)
}

fn filter(query: &SpendQuery, filter: Filter<'_>) -> Markup {
    let by = BY.map(|(word, words)| (word.to_owned(), words.to_owned()));
    let period = PeriodQuery { from: query.from.clone(), to: query.to.clone(), period: query.period.clone() };
    let asked = query.by.as_deref().unwrap_or("workflow");
    html! {
        form.sentence-form method="get" action="/spend" role="search" aria-label="Filter spend" {
            (filter.choose(&Blank { name: "by", label: "Spend by", value: Some(asked), ..Blank::default() }, &by))
            (filter.period("over", &period, "month"))
            (filter.fill(&Blank {
                name: "workflow", label: "of", any: "any workflow", size: 20, value: query.workflow.as_deref(), ..Blank::default()
            }))
            span.actions { button type="submit" { "Show" } a.button.quiet href="/spend" { "Clear" } }
        }
    }
}

/// Cost by day, split like the rows.
fn days(signed: &Signed, view: &SpendPage) -> Markup {
    let keys: Vec<&str> = view.days.iter().max_by_key(|day| day.parts.len()).map_or_else(Vec::new, |day| {
        day.parts.iter().take(CLASSES.len()).map(|part| part.key.as_str()).collect()
    });
    if keys.is_empty() {
        return whole_days(signed, view);
    }
    let name = |key: &str| {
        view.rows.iter().find(|row| row.key == key).map_or(key, |row| row.name.as_str()).to_owned()
    };
    let series = keys
        .iter()
        .zip(CLASSES)
        .map(|(key, class)| charts::Series::new(name(key), if *key == "others" { "s-other" } else { class }));
    let columns = view.days.iter().map(|day| {
        let cost =
            |key: &&str| day.parts.iter().find(|part| part.key == **key).map_or(0, |part| part.cost.nano);
        let label = format::day(day.day.timestamp());
        Column { label: label.clone(), tick: label, parts: keys.iter().map(cost).collect() }
    });
    by_day(signed, view, series.collect(), columns.collect())
}

/// Cost by day as a whole: where the rows are the days, or there is too much to split.
fn whole_days(signed: &Signed, view: &SpendPage) -> Markup {
    let columns = view.days.iter().map(|day| {
        let label = format::day(day.day.timestamp());
        Column { label: label.clone(), tick: label, parts: vec![day.total.nano] }
    });
    by_day(signed, view, vec![charts::Series::new("cost", "s1")], columns.collect())
}

fn by_day(signed: &Signed, view: &SpendPage, series: Vec<charts::Series>, columns: Vec<Column>) -> Markup {
    let daily = view.budgets.iter().find(|line| line.window == "day" && line.holder == "organisation");
    charts::columns(&Columns {
        id: "days",
        title: "Cost by day",
        step: "Day",
        unit: Unit::Money,
        series,
        columns,
        now: view.days.iter().position(|day| day.day.timestamp().day() == signed.now.day()),
        limit: daily.map(|line| Limit {
            value: line.limit.nano,
            label: format!("budget {} a day", format::money(line.limit.amount())),
        }),
    })
}

fn table(view: &SpendPage) -> Markup {
    const COLUMNS: [Col; 10] = [
        Col::text("What"),
        Col::num("Cost"),
        Col::num("Share"),
        Col::text("Trend"),
        Col::num("Before").hint("The period before, of the same length"),
        Col::num("Change"),
        Col::num("Calls"),
        Col::num("Tokens").hint("Input → output"),
        Col::num("Per call"),
        Col::num("Saved").hint("What answers out of a cache would have cost"),
    ];
    // Over time there is nothing to compare with: trend, before and change would be empty.
    const AGAINST: std::ops::Range<usize> = 3..6;
    let all = compared(view) == Compared::WithBefore;
    let (order, columns): (_, Vec<Col>) = if all {
        ("dearest", COLUMNS.to_vec())
    } else {
        let alone = COLUMNS.into_iter().enumerate().filter(|(at, _)| !AGAINST.contains(at));
        ("oldest", alone.map(|(_, column)| column).collect())
    };
    let rows = html! {
        @for row in view.rows.iter().take(shown(view)) { (line(view, row)) }
        (others(view))
        (line(view, &view.total))
    };
    parts::table("spend-rows", &format!("Spend, {order} first"), &columns, &rows)
}

/// How many rows are shown: days stand in their order and all of them, others dearest first.
fn shown(view: &SpendPage) -> usize {
    if view.by == "day" { view.rows.len() } else { view.rows.len().min(MOST) }
}

fn line(view: &SpendPage, row: &SpendRow) -> Markup {
    let figures = &row.figures;
    let is_total = row.key == view.total.key;
    html! {
        tr class=[is_total.then_some("total")] {
            th scope="row" {
                @match place(view, row).filter(|_| !is_total && figures.calls > 0) {
                    Some(href) => a href=(href) { (row.name) },
                    None => (crate::errors::capital(&row.name)),
                }
                @if let Some(owner) = &row.owner { span.under { (owner.name) } }
            }
            td.num { (parts::cost(&figures.cost, &figures.estimated_cost, &figures.simulated_cost)) }
            td.num { (format::percent(figures.cost.nano, view.total.figures.cost.nano)) }
            @if compared(view) == Compared::WithBefore {
                td { (charts::sparkline(&trend(view, row, is_total))) }
                td.num { (format::money(row.before.as_ref().map_or(NanoUsd::ZERO, Money::amount))) }
                td.num { (format::signed_percent(figures.cost.nano, row.before.as_ref().map_or(0, |then| then.nano))) }
            }
            td.num { (format::count(figures.calls)) }
            td.num { (parts::tokens(figures.input_tokens, figures.output_tokens)) }
            td.num { (per_call(row.per_call.as_ref())) }
            td.num { @if figures.cache.n > 0 { (format::money(figures.saved.amount())) } @else { "–" } }
        }
    }
}

/// What the rows beyond the first come to.
fn others(view: &SpendPage) -> Markup {
    let rest = view.rows.get(shown(view)..).unwrap_or_default();
    let sum_of = |amount: fn(&SpendRow) -> &Money| {
        rest.iter().fold(NanoUsd::ZERO, |all, row| all + amount(row).amount())
    };
    let sum = sum_of(|row| &row.figures.cost);
    let (estimated, simulated) =
        (sum_of(|row| &row.figures.estimated_cost), sum_of(|row| &row.figures.simulated_cost));
    let before: NanoUsd = rest.iter().filter_map(|row| row.before.as_ref()).map(Money::amount).sum();
    let calls = rest.iter().fold(0_u64, |all, row| all.saturating_add(row.figures.calls));
    let count = u64::try_from(rest.len()).unwrap_or(u64::MAX);
    html! {
        @if !rest.is_empty() {
            tr {
                th scope="row" {
                    (format::count(count)) " more"
                    span.under { a href=(address("/spend.csv", &view.query)) download { "all of them as CSV" } }
                }
                td.num { (parts::cost(&sum.into(), &estimated.into(), &simulated.into())) }
                td.num { (format::percent(sum.nano(), view.total.figures.cost.nano)) }
                td {}
                td.num { (format::money(before)) }
                td.num { (format::signed_percent(sum.nano(), before.nano())) }
                td.num { (format::count(calls)) }
                td {}
                td {}
                td {}
            }
        }
    }
}

fn per_call(cost: Option<&Money>) -> String {
    cost.map_or_else(|| "–".to_owned(), |cost| format::money(cost.amount()))
}

/// The row's cost by day, where the view has it.
fn trend(view: &SpendPage, row: &SpendRow, is_total: bool) -> Vec<i64> {
    if is_total {
        return view.days.iter().map(|day| day.total.nano).collect();
    }
    let known = view.days.iter().any(|day| day.parts.iter().any(|part| part.key == row.key));
    let cost = |day: &control::views::SpendDay| {
        day.parts.iter().find(|part| part.key == row.key).map_or(0, |part| part.cost.nano)
    };
    if known { view.days.iter().map(cost).collect() } else { Vec::new() }
}

/// The rows behind a figure.
fn place(view: &SpendPage, row: &SpendRow) -> Option<String> {
    let key = row.key.as_str();
    match view.by.as_str() {
        "workflow" => Some(links::over(&links::workflow(key), &view.period, &[])),
        "model" => Some(links::over("/runs", &view.period, &[("model", Some(key))])),
        "owner" => Some(links::over("/runs", &view.period, &[("owner", Some(key))])),
        "day" => Some(links::with_query("/runs", &[("from", Some(key)), ("to", Some(key))])),
        "key" => Some(format!("/keys#{}", links::encode(key))),
        _ => None,
    }
}

/// A short table for other pages.
pub(crate) fn short(rows: &[SpendRow], head: &'static str, caption: &str) -> Markup {
    let columns = [
        Col::text(head),
        Col::num("Cost"),
        Col::num("Calls"),
        Col::num("Tokens").hint("Input → output"),
        Col::num("Per call"),
    ];
    if rows.is_empty() {
        return parts::empty("What calls cost will be here.", &html! { "Nothing was spent in this period." });
    }
    let body = html! {
        @for row in rows {
            tr {
                th scope="row" { (row.name) }
                td.num { (parts::cost(&row.figures.cost, &row.figures.estimated_cost, &row.figures.simulated_cost)) }
                td.num { (format::count(row.figures.calls)) }
                td.num { (parts::tokens(row.figures.input_tokens, row.figures.output_tokens)) }
                td.num { (per_call(row.per_call.as_ref())) }
            }
        }
    };
    parts::table("spend-short", caption, &columns, &body)
}

/// The rows with their total, as a file for spreadsheets.
pub(crate) fn to_csv(view: &SpendPage) -> String {
    let with_before = compared(view) == Compared::WithBefore;
    let before = if with_before { "before_usd," } else { "" };
    let mut out = format!(
        "key,name,owner,calls,errors,refused,input_tokens,output_tokens,cost_usd,estimated_usd,simulated_usd,{before}cache_lookups,cache_hits,saved_usd\r\n",
    );
    for row in view.rows.iter().chain([&view.total]) {
        let figures = &row.figures;
        let owner = row.owner.as_ref().map_or("", |owner| owner.id.as_str());
        let before = row.before.as_ref().map_or_else(String::new, |before| before.usd.clone());
        let cells = [
            cell(&row.key),
            cell(&row.name),
            cell(owner),
            figures.calls.to_string(),
            figures.errors.count.to_string(),
            figures.refused.count.to_string(),
            figures.input_tokens.to_string(),
            figures.output_tokens.to_string(),
            figures.cost.usd.clone(),
            figures.estimated_cost.usd.clone(),
            figures.simulated_cost.usd.clone(),
        ];
        let saved = [figures.cache.n.to_string(), figures.cache.count.to_string(), figures.saved.usd.clone()];
        let before = if with_before { vec![before] } else { Vec::new() };
        out.push_str(&[&cells[..], &before, &saved].concat().join(","));
        out.push_str("\r\n");
    }
    out
}
