//! Money as integers.
//!
//! One type, [`NanoUsd`], for every amount, and one, [`PerMillion`], for every token price.
//! Nothing here uses floating point: a sum of a million tiny charges is exact, and a conversion
//! that does not fit is an error, never zero.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

/// US dollars in units of 10⁻⁹; range ± 9.2 billion dollars. Nano, not micro: at $0.15 per
/// million tokens one token costs 150 nano-dollars, and a cached one less still.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NanoUsd(i64);

/// An amount that does not fit [`NanoUsd`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is out of range (± 9.2 billion dollars)")]
pub struct Overflow;

/// Why a text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Not `"<amount> USD"`.
    #[error("expected an amount such as \"12.50 USD\"")]
    Shape,
    /// A currency other than US dollars.
    #[error("the currency {0:?} is not supported; amounts are in USD, such as \"12.50 USD\"")]
    Currency(String),
    /// More than nine decimals.
    #[error("an amount has at most nine decimals")]
    Precision,
    /// Too large.
    #[error(transparent)]
    Range(#[from] Overflow),
}

const NANO: i64 = 1_000_000_000;

impl NanoUsd {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest amount that fits.
    pub const MAX: Self = Self(i64::MAX);

    /// Wraps an amount given in nano-dollars.
    #[must_use]
    pub const fn from_nano(nano: i64) -> Self {
        Self(nano)
    }

    /// Whole dollars.
    ///
    /// # Errors
    /// [`Overflow`] beyond ± 9.2 billion.
    pub fn from_dollars(dollars: i64) -> Result<Self, Overflow> {
        dollars.checked_mul(NANO).map(Self).ok_or(Overflow)
    }

    /// The amount in nano-dollars.
    #[must_use]
    pub const fn nano(self) -> i64 {
        self.0
    }

    /// Adds, or says that the sum does not fit.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// Subtracts, stopping at zero: what is left of a budget.
    #[must_use]
    pub fn saturating_less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// Parses a plain decimal number of dollars such as `0.50`.
    ///
    /// # Errors
    /// [`ParseMoneyError`] for anything else, for more than nine decimals, and out of range.
    pub fn parse_decimal(text: &str) -> Result<Self, ParseMoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let misplaced = whole.is_empty() || (fraction.is_empty() && digits.contains('.'));
        if misplaced || !numeric(whole) || !numeric(fraction) {
            return Err(ParseMoneyError::Shape);
        }
        if fraction.len() > 9 {
            return Err(ParseMoneyError::Precision);
        }
        let whole: i64 = whole.parse().map_err(|_| Overflow)?;
        let fraction: i64 = format!("{fraction:0<9}").parse().map_err(|_| ParseMoneyError::Shape)?;
        let amount = whole.checked_mul(NANO).and_then(|nano| nano.checked_add(fraction)).ok_or(Overflow)?;
        Ok(Self(if negative { -amount } else { amount }))
    }

    /// Parses an amount as workspace files write it: `"12.50 USD"`.
    ///
    /// # Errors
    /// [`ParseMoneyError`].
    pub fn parse_usd(text: &str) -> Result<Self, ParseMoneyError> {
        let (amount, currency) = text.trim().split_once(' ').ok_or(ParseMoneyError::Shape)?;
        match currency.trim() {
            "USD" => Self::parse_decimal(amount),
            other => Err(ParseMoneyError::Currency(other.to_owned())),
        }
    }

    /// The amount as a decimal string of dollars with as many decimals as it needs, at least two:
    /// `0.00031`, `12.50`. This is the form the HTTP API uses.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / NANO.unsigned_abs(), magnitude % NANO.unsigned_abs());
        let mut decimals = format!("{fraction:09}");
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        format!("{}{whole}.{decimals}", if self.0 < 0 { "-" } else { "" })
    }
}

impl fmt::Display for NanoUsd {
    /// As a person reads it: `$12.40`, and below a cent `0.031 ¢` with two significant digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, magnitude) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        if magnitude >= 10_000_000 {
            let cents = (u128::from(magnitude) + 5_000_000) / 10_000_000;
            return write!(f, "{sign}${}.{:02}", cents / 100, cents % 100);
        }
        if magnitude == 0 {
            return f.write_str("$0.00");
        }
        let digits = magnitude.ilog10(); // 0..=6: a cent has 10⁷ nano-dollars
        let unit = 10_u64.pow(digits.saturating_sub(1));
        let rounded = (magnitude + unit / 2) / unit * unit;
        let mut text = format!("{}.{:07}", rounded / 10_000_000, rounded % 10_000_000);
        while text.ends_with('0') && !text.ends_with(".0") {
            text.pop();
        }
        write!(f, "{sign}{} ¢", text.strip_suffix(".0").unwrap_or(&text))
    }
}

impl Add for NanoUsd {
    type Output = Self;
    /// Saturates: a sum of charges never wraps round to a small number.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for NanoUsd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for NanoUsd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for NanoUsd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for NanoUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// A number of tokens.
pub type Tokens = u64;

/// Price of one million tokens. Source and date of each price stand in the price book.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMillion(NanoUsd);

impl PerMillion {
    /// Wraps the price of a million tokens.
    #[must_use]
    pub const fn new(price: NanoUsd) -> Self {
        Self(price)
    }

    /// The price of a million tokens.
    #[must_use]
    pub const fn price(self) -> NanoUsd {
        self.0
    }

    /// Cost of `tokens`, rounded **up** to the next nano-dollar, once per line item.
    ///
    /// # Errors
    /// [`Overflow`] where the cost does not fit.
    pub fn cost(self, tokens: Tokens) -> Result<NanoUsd, Overflow> {
        let exact = i128::from(self.0.0) * i128::from(tokens);
        let rounded = exact.div_euclid(1_000_000) + i128::from(exact.rem_euclid(1_000_000) != 0);
        i64::try_from(rounded).map(NanoUsd).map_err(|_| Overflow)
    }

    /// How many tokens `amount` pays for; `None` where the price is zero (as many as one likes).
    #[must_use]
    pub fn affordable(self, amount: NanoUsd) -> Option<Tokens> {
        if self.0.0 <= 0 {
            return None;
        }
        let tokens = i128::from(amount.0.max(0)) * 1_000_000 / i128::from(self.0.0);
        Some(u64::try_from(tokens).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let nano = |text| NanoUsd::parse_usd(text).map(NanoUsd::nano);
        assert_eq!(nano("400 USD"), Ok(400_000_000_000));
        assert_eq!(nano("0.50 USD"), Ok(500_000_000));
        assert_eq!(nano("0.000000001 USD"), Ok(1));
        assert_eq!(nano("0.0000000001 USD"), Err(ParseMoneyError::Precision));
        assert_eq!(nano("12 EUR"), Err(ParseMoneyError::Currency("EUR".into())));
        assert_eq!(nano("99999999999 USD"), Err(ParseMoneyError::Range(Overflow)));
        for wrong in ["", "12", "USD", ".5 USD", "5. USD", "1e3 USD", "1,000 USD", "+5 USD"] {
            assert_eq!(nano(wrong), Err(ParseMoneyError::Shape), "{wrong:?}");
        }
    }

    #[test]
    fn amounts_read_well() {
        let shown = |nano| NanoUsd::from_nano(nano).to_string();
        assert_eq!(shown(12_400_000_000), "$12.40");
        assert_eq!(shown(10_000_000), "$0.01");
        assert_eq!(shown(3_100_000), "0.31 ¢");
        assert_eq!(shown(150), "0.000015 ¢");
        assert_eq!(shown(9_999_999), "1 ¢");
        assert_eq!(shown(0), "$0.00");
        assert_eq!(shown(-2_500_000_000), "-$2.50");
        assert_eq!(NanoUsd::from_nano(310_000).to_decimal(), "0.00031");
    }

    proptest! {
        #[test]
        fn a_price_never_rounds_a_charge_down(price in 0_i64..=1_000_000_000_000, tokens in 0_u64..=10_000_000) {
            let cost = PerMillion::new(NanoUsd::from_nano(price)).cost(tokens).unwrap();
            let exact = i128::from(price) * i128::from(tokens);
            prop_assert!(i128::from(cost.nano()) * 1_000_000 >= exact);
            prop_assert!((i128::from(cost.nano()) - 1) * 1_000_000 < exact || cost == NanoUsd::ZERO);
        }

        #[test]
        fn what_is_affordable_costs_no_more_than_the_amount(price in 1_i64..=1_000_000_000_000, amount in 0_i64..=1_000_000_000_000) {
            let price = PerMillion::new(NanoUsd::from_nano(price));
            let tokens = price.affordable(NanoUsd::from_nano(amount)).unwrap();
            prop_assert!(price.cost(tokens).unwrap() <= NanoUsd::from_nano(amount));
        }

        #[test]
        fn decimals_round_trip(nano in any::<i64>().prop_filter("min has no positive twin", |n| *n != i64::MIN)) {
            let amount = NanoUsd::from_nano(nano);
            prop_assert_eq!(NanoUsd::parse_decimal(&amount.to_decimal()), Ok(amount));
        }
    }
}
