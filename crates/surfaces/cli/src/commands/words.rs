//! How figures read in a terminal. The same figures go to programs untouched, as JSON.

use control::views::{Moment, Money, PersonRef, PriceRow, Rate, Tone};

use crate::output::Style;

/// An amount: `$12.40`, `0.31 ¢`.
pub(super) fn money(amount: &Money) -> String {
    amount.amount().to_string()
}

/// A price, with every digit it has and at least two decimals: `$0.075`.
pub(super) fn price(amount: &Money) -> String {
    format!("${}", amount.amount().to_decimal())
}

/// An amount with the mark of an estimate where part of it is one.
pub(super) fn money_with_mark(amount: &Money, estimated: &Money) -> String {
    if estimated.nano == 0 { money(amount) } else { format!("≈ {}", money(amount)) }
}

/// A line of a bill: unit, tokens, price of a million, cost, price row.
pub(super) fn price_row(row: &PriceRow) -> [String; 5] {
    let unit = row.unit.replace('_', " ");
    [unit, row.tokens.to_string(), price(&row.per_million), money(&row.cost), row.row.clone()]
}

/// A time to the second: `2026-11-23 09:00:00Z`.
pub(super) fn moment(at: Moment) -> String {
    let text = at.to_string();
    text.get(..19).map_or_else(|| text.clone(), |seconds| format!("{}Z", seconds.replace('T', " ")))
}

/// A person, marked where the workspace does not have them.
pub(super) fn person(person: &PersonRef) -> String {
    if person.here { person.name.clone() } else { format!("{} (left)", person.name) }
}

/// A count out of a sample: `3 of 120`.
pub(super) fn rate(rate: &Rate) -> String {
    if rate.n == 0 { "–".into() } else { format!("{} of {}", rate.count, rate.n) }
}

/// A percentage, if there is one.
pub(super) fn percent(percent: Option<f64>) -> String {
    percent.map_or_else(|| "–".into(), |percent| format!("{percent:.0} %"))
}

/// A change in percent, with its sign.
pub(super) fn change(percent: Option<f64>) -> String {
    percent.map_or_else(|| "–".into(), |percent| format!("{percent:+.0} %"))
}

/// A span: `412 ms`, `3.2 s`, `4 min 10 s`.
pub(super) fn span(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// Something or a dash.
pub(super) fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("–").to_owned()
}

/// Words with the emphasis of their tone.
pub(super) fn toned(style: Style, tone: Tone, text: &str) -> String {
    match tone {
        Tone::Bad => style.bad(text),
        Tone::Warn => style.warn(text),
        Tone::Good | Tone::Info => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{NanoUsd, Timestamp};

    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(span(412), "412 ms");
        assert_eq!(span(3_249), "3.2 s");
        assert_eq!(span(250_000), "4 min 10 s");
        assert_eq!(change(Some(12.4)), "+12 %");
        assert_eq!(percent(None), "–");
        let at = Moment::from(Timestamp::parse("2026-11-23T09:00:00.123Z").unwrap());
        assert_eq!(moment(at), "2026-11-23 09:00:00Z");
        let amount = |nano| Money::from(NanoUsd::from_nano(nano));
        assert_eq!(money_with_mark(&amount(3_100_000), &amount(0)), "0.31 ¢");
        assert_eq!(money_with_mark(&amount(3_100_000), &amount(1)), "≈ 0.31 ¢");
        assert_eq!(rate(&Rate { count: 3, n: 120, ..Rate::default() }), "3 of 120");
    }
}
