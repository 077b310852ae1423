//! `price`: what a call costs, by which dated rows. Answers from the built-in book, with the
//! prices of a workspace on top where there is one; asks no server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use control::Error;
use control::views::{PriceQuery, PriceQuote};
use domain::{Refusal, Timestamp};
use pricing::PriceBook;

use super::words;
use crate::args::Price;
use crate::exit::{Exit, No};
use crate::output::{Align, Output, Table};

/// How many models are named where the one that was asked for has no price.
const SIMILAR: usize = 3;

/// Looks up and multiplies.
pub(super) fn run(args: &Price, now: Timestamp, output: &mut Output) -> anyhow::Result<Exit> {
    let Some(book) = book(args.workspace.as_deref(), output)? else { return Ok(Exit::No) };
    let quote = quote(args, &book, now)?;
    if output.is_json() {
        output.object(&quote)?;
    } else {
        print(&quote, output)?;
    }
    Ok(Exit::Done)
}

/// The book; `None` where the workspace's own prices can't be read, which has then been shown.
fn book(workspace: Option<&Path>, output: &mut Output) -> anyhow::Result<Option<Arc<PriceBook>>> {
    let here = || Some(PathBuf::from(".")).filter(|folder| folder.join("countersign.toml").is_file());
    let Some(folder) = workspace.map(Path::to_owned).or_else(here) else {
        return Ok(Some(PriceBook::builtin()));
    };
    match control::read_folder(&folder).and_then(|files| config::load(&files)) {
        Ok(workspace) => {
            let book = PriceBook::builtin().with(&workspace.prices).map_err(No)?;
            Ok(Some(Arc::new(book)))
        }
        Err(problems) => {
            output.problems(&problems)?;
            output.remark(format!("the prices of {} can't be used", folder.display()))?;
            Ok(None)
        }
    }
}

fn quote(args: &Price, book: &PriceBook, now: Timestamp) -> anyhow::Result<PriceQuote> {
    let query = PriceQuery {
        model: args.model.clone(),
        input: args.input,
        output: args.output,
        cached: args.cached,
        cache_write: args.cache_write,
        at: args.at.map(|at| at.to_string()),
    };
    control::quote(book, &query, now).map_err(|error| match error {
        // What is wrong with the tokens or the time is not mended by another name.
        Error::Refused(refusal @ Refusal::BadArgument { .. }) if args.model.contains('/') => {
            No(refusal.to_string()).into()
        }
        Error::Refused(refusal) => No(format!("{refusal}{}", similar(book, &args.model))).into(),
        Error::Fault(fault) => fault.into(),
    })
}

/// Names that may have been meant: lists where the list is wrong, models where the model is.
fn similar(book: &PriceBook, model: &str) -> String {
    let Some((list, model)) = model.split_once('/').filter(|(list, _)| book.has_list(list)) else {
        return format!("; there are price lists of {}", book.lists().join(", "));
    };
    let mut known = book.models(list);
    known.sort_by_key(|known| strsim::damerau_levenshtein(known, model));
    let near = |known: &&str| strsim::damerau_levenshtein(known, model) <= model.chars().count().div_ceil(3);
    let meant: Vec<&str> = known.into_iter().take(SIMILAR).filter(near).collect();
    if meant.is_empty() { String::new() } else { format!("; did you mean {}?", meant.join(", ")) }
}

fn print(quote: &PriceQuote, output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("what", Align::Left),
        ("tokens", Align::Right),
        ("a million", Align::Right),
        ("cost", Align::Right),
        ("price row", Align::Left),
    ]);
    for row in &quote.rows {
        table.row(words::price_row(row));
    }
    output.line(format!(
        "{}/{}: {} ({} USD)\n",
        quote.list,
        quote.model,
        words::money(&quote.cost),
        quote.cost.usd
    ))?;
    output.table(&table)?;
    let checked =
        if quote.checked.is_empty() { String::new() } else { format!(", checked {}", quote.checked) };
    output.line(format!("\nSource: {}{checked}", quote.source))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use domain::money::Tokens;
    use expect_test::expect;

    use super::*;
    use crate::output::testing::buffers;

    fn args(model: &str, workspace: &Path) -> Price {
        Price {
            model: model.into(),
            input: 1_000,
            output: 500,
            cached: 200,
            cache_write: 0,
            at: None,
            workspace: Some(workspace.to_owned()),
        }
    }

    fn workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in config::sample() {
            let place = folder.path().join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
        folder
    }

    fn printed(model: &str, json: bool) -> Result<String, String> {
        let (mut output, out, _) = buffers(json);
        let folder = workspace();
        let now = Timestamp::parse("2026-11-23").unwrap();
        run(&args(model, folder.path()), now, &mut output).map_err(|error| error.to_string())?;
        Ok(out.text())
    }

    #[test]
    fn a_quote_shows_its_rows() {
        expect![[r#"
            simulated/sim-small: 0.12 ¢ (0.00122 USD)

            WHAT        TOKENS  A MILLION     COST  PRICE ROW
            input         1000      $0.40   0.04 ¢  workspace:simulated/sim-small
            cache read     200      $0.10  0.002 ¢  workspace:simulated/sim-small
            output         500      $1.60   0.08 ¢  workspace:simulated/sim-small

            Source: prices.toml
        "#]]
        .assert_eq(&printed("simulated/sim-small", false).unwrap());
    }

    #[test]
    fn programs_get_integers_that_add_up() {
        let quote: serde_json::Value =
            serde_json::from_str(&printed("openai/gpt-4o", true).unwrap()).unwrap();
        let rows = quote["rows"].as_array().unwrap();
        let sum: i64 = rows.iter().map(|row| row["cost"]["nano"].as_i64().unwrap()).sum();
        assert_eq!(quote["cost_nano_usd"].as_i64(), Some(sum));
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn tokens_beyond_what_is_counted_are_not_answered_with_another_model() {
        let (mut output, _, _) = buffers(false);
        let folder = workspace();
        let asked = Price { input: Tokens::MAX, ..args("openai/gpt-4o", folder.path()) };
        let now = Timestamp::parse("2026-11-23").unwrap();
        let said = run(&asked, now, &mut output).unwrap_err().to_string();
        assert!(said.starts_with("tokens: ") && !said.contains("did you mean"), "{said}");
    }

    #[test]
    fn an_unknown_model_is_never_free() {
        for (model, named) in
            [("gpt-4o", "openai"), ("nobody/gpt-4o", "openai"), ("openai/gtp-4o", "gpt-4o,")]
        {
            let message = printed(model, false).unwrap_err();
            assert!(message.contains(named), "{message}");
        }
    }
}
