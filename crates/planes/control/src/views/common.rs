//! Pieces that several pages share: money, moments, rates, sentences, budget lines, series.

use std::fmt;

use domain::money::NanoUsd;
use domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// An amount of US dollars in both forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// Decimal dollars with at least two decimals: `12.50`, `0.00031`.
    pub usd: String,
    /// The same in nano-dollars (10⁻⁹ USD).
    pub nano: i64,
}

impl Money {
    /// The amount as the domain knows it; its `Display` is how a person reads it.
    #[must_use]
    pub const fn amount(&self) -> NanoUsd {
        NanoUsd::from_nano(self.nano)
    }
}

impl Default for Money {
    fn default() -> Self {
        NanoUsd::ZERO.into()
    }
}

impl From<NanoUsd> for Money {
    fn from(amount: NanoUsd) -> Self {
        Self { usd: amount.to_decimal(), nano: amount.nano() }
    }
}

/// A point in time. Serialised as RFC 3339 in UTC with milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-23T09:00:00.000Z")]
pub struct Moment(Timestamp);

impl Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0.ms()
    }

    /// As the domain knows it.
    #[must_use]
    pub const fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Timestamp::parse(&text).map(Self).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

/// A share of a sample, with its 95 % interval (Wilson's score interval).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rate {
    /// How many of the sample.
    pub count: u64,
    /// Sample size.
    pub n: u64,
    /// `count / n` in percent; absent where the sample is empty.
    pub percent: Option<f64>,
    /// Lower end of the interval, in percent.
    pub low: Option<f64>,
    /// Upper end of the interval, in percent.
    pub high: Option<f64>,
}

/// How something is doing. Never shown by colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// As it should be.
    #[default]
    Good,
    /// Worth knowing.
    Info,
    /// Someone should look.
    Warn,
    /// Someone must act.
    Bad,
}

/// What kind of thing a [`Subject`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A workflow, by its id.
    Workflow,
    /// A run, by its id.
    Run,
    /// An inference, by its id.
    Inference,
    /// A gateway key, by its id.
    Key,
    /// A person, by their id.
    Person,
    /// A prompt, by its name.
    Prompt,
    /// A switch scope, as written: `provider/local`.
    Scope,
    /// A provider, by its id.
    Provider,
    /// The configuration; the id is a hash, or empty for the live one.
    Configuration,
    /// Spend; the id is empty.
    Spend,
    /// The ledger's health; the id is empty.
    Ledger,
}

/// A thing that a part of a sentence, an item or a search result is about: where to go next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Subject {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Which one.
    pub id: String,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// The words, spaces included.
    pub text: String,
    /// What they are about, where there is a page for it.
    pub about: Option<Subject>,
    /// Set where the words carry a meaning that should stand out.
    pub tone: Option<Tone>,
}

/// The answer a page opens with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sentence {
    /// The worst that is said in it.
    pub tone: Tone,
    /// Its pieces, to be put side by side.
    pub parts: Vec<Part>,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| f.write_str(&part.text))
    }
}

/// A person where they are mentioned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct PersonRef {
    /// Their id.
    pub id: String,
    /// Their name; the id again where the workspace does not know them.
    pub name: String,
    /// False where they are not among the people of the workspace or have left.
    pub here: bool,
}

/// The time that figures cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// First moment.
    pub from: Moment,
    /// First moment that is no longer in it.
    pub to: Moment,
    /// In words: `today`, `last 7 days`, `1 Nov to 23 Nov`.
    pub words: String,
}

/// What was used over a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// Calls, refused ones included.
    pub calls: u64,
    /// Errors among calls that were not refused.
    pub errors: Rate,
    /// Refusals among all calls.
    pub refused: Rate,
    /// Input tokens, cached ones included.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// What it cost.
    pub cost: Money,
    /// How much of `cost` rests on estimates.
    pub estimated_cost: Money,
    /// How much of `cost` is simulated.
    pub simulated_cost: Money,
    /// Calls that a cache answered, among those for which one was asked.
    pub cache: Rate,
    /// What those would have cost.
    pub saved: Money,
}

/// A limit as it stands in a file or a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LimitLine {
    /// Who holds it: `organisation`, `pod/support`, `workflow/support-replies`, `key/key_…`.
    pub holder: String,
    /// `requests_per_minute`, `tokens_per_minute`, `concurrent`, `iterations_per_run`.
    pub name: String,
    /// In words: `requests a minute`.
    pub words: String,
    /// The limit.
    pub limit: u64,
}

/// A budget, and how it stands in the present window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BudgetLine {
    /// In words: `the workflow support-replies this month`.
    pub account: String,
    /// Who holds it: `organisation`, `pod/support`, `workflow/support-replies`, `key/key_…`.
    pub holder: String,
    /// `day`, `month` or `run`.
    pub window: String,
    /// The limit.
    pub limit: Money,
    /// Charged in this window.
    pub settled: Money,
    /// Held by calls under way.
    pub reserved: Money,
    /// What is left.
    pub left: Money,
    /// Charged and held, in percent of the limit. Above 100 where a provider billed beyond its reservation.
    pub percent: f64,
    /// Percentages at which people are told.
    pub warn_at: Vec<u8>,
    /// `stop`, `economy` or `ask`.
    pub at_limit: String,
    /// First moment of the window; absent for a run.
    pub starts: Option<Moment>,
    /// When it starts afresh; absent for a run.
    pub resets: Option<Moment>,
    /// What will have been charged at the end of the window if spending goes on at its average so
    /// far; absent for a run and in the first twentieth of a window, when it would say nothing.
    pub forecast: Option<Money>,
    /// The forecast in percent of the limit.
    pub forecast_percent: Option<f64>,
    /// Bad: spent. Warn: past a mark of 75 % or more, or will be spent by the forecast. Info: past a lower mark.
    pub tone: Tone,
}

/// One step of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeriesPoint {
    /// First moment of the step.
    pub at: Moment,
    /// All calls.
    pub calls: u64,
    /// Calls that neither failed nor were refused.
    pub ok: u64,
    /// Calls that failed.
    pub errors: u64,
    /// Calls that a control refused.
    pub refused: u64,
    /// What they cost.
    pub cost: Money,
    /// Median duration, in milliseconds.
    pub p50_ms: Option<i64>,
    /// 95th percentile of durations, in milliseconds.
    pub p95_ms: Option<i64>,
}

/// Figures over time, without gaps: a step in which nothing happened is there, with zeros.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Series {
    /// `minute`, `hour` or `day`.
    pub step: String,
    /// Its points, oldest first.
    pub points: Vec<SeriesPoint>,
}
