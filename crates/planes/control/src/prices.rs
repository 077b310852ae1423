//! What a call costs, by the price book.

use domain::inference::PriceLine;
use domain::people::{Permit, acts};
use domain::{Timestamp, Usage};
use pricing::PriceBook;

use crate::error::{bad, not_found};
use crate::views::{PriceQuery, PriceQuote, PriceRow};
use crate::{Control, Error, period};

impl Control {
    /// What a call would cost, by the live price book.
    ///
    /// # Errors
    /// A refusal where the book has no such list or model.
    pub fn price(&self, _permit: &Permit<acts::Look>, query: &PriceQuery) -> Result<PriceQuote, Error> {
        quote(&self.snapshot().book, query, self.now())
    }
}

/// What a call would cost, by a price book. Needs no server.
///
/// # Errors
/// A refusal where the book has no such list or model, or the time can't be read.
pub fn quote(book: &PriceBook, query: &PriceQuery, now: Timestamp) -> Result<PriceQuote, Error> {
    let Some((list, model)) = query.model.split_once('/') else {
        return Err(bad("model", format!("{:?} is not list/model, such as openai/gpt-4o", query.model)));
    };
    if !book.has_list(list) {
        return Err(not_found("price list", list, book.lists()));
    }
    let at = match query.at.as_deref().filter(|text| !text.is_empty()) {
        None => now,
        Some(text) => period::instant("at", text)?,
    };
    let rate = book.find(list, model, at).ok_or_else(|| not_found("price for", &query.model, []))?;
    let usage = Usage {
        input: query.input,
        output: query.output,
        cache_read: query.cached,
        cache_write_5m: query.cache_write,
        ..Usage::default()
    };
    let bill = rate.bill(&usage).map_err(|error| bad("tokens", error.to_string()))?;
    Ok(PriceQuote {
        list: list.to_owned(),
        model: model.to_owned(),
        at: at.into(),
        cost_nano_usd: bill.cost.nano(),
        cost: bill.cost.into(),
        rows: bill.lines.iter().map(row).collect(),
        source: rate.source.clone(),
        checked: rate.checked.clone(),
    })
}

/// One line of a bill.
pub(crate) fn row(line: &PriceLine) -> PriceRow {
    PriceRow {
        unit: line.unit.clone(),
        tokens: line.tokens,
        per_million: line.per_million.into(),
        cost: line.cost.into(),
        row: line.row.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_names_its_rows_and_adds_up() {
        let query =
            PriceQuery { model: "openai/gpt-4o".into(), input: 1_000, output: 500, ..PriceQuery::default() };
        let now = Timestamp::parse("2026-11-23").unwrap();
        let quote = quote(&PriceBook::builtin(), &query, now).unwrap();
        assert_eq!(quote.rows.iter().map(|row| row.cost.nano).sum::<i64>(), quote.cost_nano_usd);
        assert!(
            quote.cost_nano_usd > 0 && quote.rows.iter().all(|row| row.row.starts_with("openai/gpt-4o@"))
        );
    }

    #[test]
    fn what_is_not_in_the_book_is_refused_with_what_may_have_been_meant() {
        let now = Timestamp::parse("2026-11-23").unwrap();
        let said = |model: &str| {
            let query = PriceQuery { model: model.into(), ..PriceQuery::default() };
            quote(&PriceBook::builtin(), &query, now).unwrap_err().to_string()
        };
        assert!(said("gpt-4o").contains("list/model"));
        assert!(said("opnai/gpt-4o").contains("did you mean \"openai\""));
        assert!(said("openai/never-made").contains("openai/never-made"));
    }
}
