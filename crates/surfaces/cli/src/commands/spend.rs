//! `spend`: what was spent, as a table, as JSON, or as comma-separated values.

use control::csv::cell;
use control::views::{SpendPage, SpendRow};

use super::{view, words};
use crate::args::{Format, Spend};
use crate::client::Client;
use crate::exit::Exit;
use crate::output::{Align, Output, Table};

/// Asks and prints.
pub(super) async fn run(args: Spend, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let answer = client.get(&["spend"], &query(&args)).await?;
    let format = if output.is_json() { Format::Json } else { args.format };
    match format {
        Format::Json => output.object(&answer)?,
        Format::Csv => output.text(&csv(&view(answer)?))?,
        Format::Table => {
            let page: SpendPage = view(answer)?;
            output.line(&page.sentence)?;
            output.line("")?;
            output.table(&table(&page))?;
            if page.beside.nano != 0 {
                output.line("")?;
                output.line(format!(
                    "beside this, clients report {} that did not pass the gateway: countersign telemetry",
                    words::money(&page.beside)
                ))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn query(args: &Spend) -> Vec<(&'static str, String)> {
    let mut query = vec![("by", args.by.as_str().to_owned())];
    query.extend(args.workflow.as_ref().map(|workflow| ("workflow", workflow.to_string())));
    query.extend(args.from.map(|from| ("from", from.to_string())));
    query.extend(args.to.map(|to| ("to", to.to_string())));
    query
}

fn table(page: &SpendPage) -> Table {
    let by: &'static str = match page.by.as_str() {
        "model" => "model",
        "provider" => "provider",
        "pod" => "pod",
        "day" => "day",
        "unit" => "unit",
        "owner" => "owner",
        "key" => "key",
        _ => "workflow",
    };
    // A day is in one period only: there is nothing that it could have changed against.
    let compared = page.by != "day";
    let change = compared.then_some(("change", Align::Right));
    let head = [
        (by, Align::Left),
        ("name", Align::Left),
        ("calls", Align::Right),
        ("errors", Align::Right),
        ("refused", Align::Right),
        ("tokens in", Align::Right),
        ("tokens out", Align::Right),
        ("cost", Align::Right),
        ("share", Align::Right),
    ];
    let mut table = Table::new(head.into_iter().chain(change).chain([("saved", Align::Right)]));
    for row in page.rows.iter().chain([&page.total]) {
        let figures = &row.figures;
        let cells = [
            row.key.clone(),
            if row.name == row.key { String::new() } else { row.name.clone() },
            figures.calls.to_string(),
            figures.errors.count.to_string(),
            figures.refused.count.to_string(),
            figures.input_tokens.to_string(),
            figures.output_tokens.to_string(),
            words::money_with_mark(&figures.cost, &figures.estimated_cost),
            words::percent(row.share),
        ];
        let change = compared.then(|| words::change(row.change));
        let saved = if figures.cache.n > 0 { words::money(&figures.saved) } else { "–".to_owned() };
        table.row(cells.into_iter().chain(change).chain([saved]));
    }
    table
}

/// The head names every column; amounts are dollars, once as a decimal and once as an integer of
/// nano-dollars.
fn csv(page: &SpendPage) -> String {
    let head = format!(
        "{},name,owner,calls,errors,refused,input_tokens,output_tokens,cost_usd,cost_nano_usd,estimated_cost_usd,simulated_cost_usd,cache_lookups,cache_hits,saved_cost_usd\n",
        page.by
    );
    page.rows.iter().map(csv_row).fold(head, |text, row| text + &row)
}

fn csv_row(row: &SpendRow) -> String {
    let figures = &row.figures;
    let cells = [
        cell(&row.key),
        cell(&row.name),
        cell(row.owner.as_ref().map_or("", |owner| &owner.id)),
        figures.calls.to_string(),
        figures.errors.count.to_string(),
        figures.refused.count.to_string(),
        figures.input_tokens.to_string(),
        figures.output_tokens.to_string(),
        figures.cost.usd.clone(),
        figures.cost.nano.to_string(),
        figures.estimated_cost.usd.clone(),
        figures.simulated_cost.usd.clone(),
        figures.cache.n.to_string(),
        figures.cache.count.to_string(),
        figures.saved.usd.clone(),
    ];
    format!("{}\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use control::views::{Figures, Money, PersonRef, Rate};
    use domain::NanoUsd;
    use expect_test::expect;

    use super::*;
    use crate::output::Style;

    fn row(key: &str, name: &str, nano: i64) -> SpendRow {
        let figures = Figures {
            calls: 12,
            errors: Rate { count: 1, n: 11, ..Rate::default() },
            refused: Rate { count: 1, n: 12, ..Rate::default() },
            input_tokens: 34_000,
            output_tokens: 1_200,
            cost: Money::from(NanoUsd::from_nano(nano)),
            estimated_cost: Money::from(NanoUsd::ZERO),
            simulated_cost: Money::from(NanoUsd::ZERO),
            cache: Rate { count: 1, n: 4, ..Rate::default() },
            saved: Money::from(NanoUsd::from_nano(2_000_000)),
        };
        let owner = PersonRef { id: "maya".into(), name: "Maya Chen".into(), here: true };
        SpendRow {
            key: key.into(),
            name: name.into(),
            owner: Some(owner),
            figures,
            share: Some(50.0),
            ..SpendRow::default()
        }
    }

    fn page(rows: Vec<SpendRow>) -> SpendPage {
        SpendPage {
            sentence: Default::default(),
            query: Default::default(),
            by: "workflow".into(),
            period: Default::default(),
            before: Default::default(),
            total: row("total", "total", 31_230_000_000),
            rows,
            days: vec![],
            beside: Money::default(),
            budgets: vec![],
        }
    }

    #[test]
    fn a_table_ends_with_the_total() {
        let page = page(vec![
            row("support-replies", "Draft replies", 31_200_000_000),
            row("sql", "sql", 30_000_000),
        ]);
        expect![[r#"
            WORKFLOW         NAME           CALLS  ERRORS  REFUSED  TOKENS IN  TOKENS OUT    COST  SHARE  CHANGE  SAVED
            support-replies  Draft replies     12       1        1      34000        1200  $31.20   50 %       –  0.2 ¢
            sql                                12       1        1      34000        1200   $0.03   50 %       –  0.2 ¢
            total                              12       1        1      34000        1200  $31.23   50 %       –  0.2 ¢
        "#]].assert_eq(&table(&page).render(Style::new(false)));
    }

    #[test]
    fn days_have_no_change_against_another_period() {
        let page =
            SpendPage { by: "day".into(), ..page(vec![row("2026-11-23", "2026-11-23", 31_200_000_000)]) };
        expect![[r#"
            DAY         NAME  CALLS  ERRORS  REFUSED  TOKENS IN  TOKENS OUT    COST  SHARE  SAVED
            2026-11-23           12       1        1      34000        1200  $31.20   50 %  0.2 ¢
            total                12       1        1      34000        1200  $31.23   50 %  0.2 ¢
        "#]]
        .assert_eq(&table(&page).render(Style::new(false)));
    }

    #[test]
    fn values_that_a_spreadsheet_would_run_are_disarmed() {
        let page = page(vec![row("=cmd()", "a, \"b\"", 310_000)]);
        expect![[r#"
            workflow,name,owner,calls,errors,refused,input_tokens,output_tokens,cost_usd,cost_nano_usd,estimated_cost_usd,simulated_cost_usd,cache_lookups,cache_hits,saved_cost_usd
            '=cmd(),"a, ""b""",maya,12,1,1,34000,1200,0.00031,310000,0.00,0.00,4,1,0.002
        "#]].assert_eq(&csv(&page));
    }
}
