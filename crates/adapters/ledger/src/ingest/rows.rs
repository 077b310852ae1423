//! The parts of a fact that roll-ups need, read without copying.
//!
//! A fact's JSON goes into the database as it is; only these fields are looked at on the way.

use std::borrow::Cow;

use domain::abandoned::Abandoned;
use domain::cache::CacheUse;
use domain::guarded::Guarded;
use domain::ids::KeyId;
use domain::inference::Status;
use domain::money::NanoUsd;
use domain::prompt::PromptUse;
use domain::time::Timestamp;
use domain::usage::{Usage, UsageSource};
use serde::Deserialize;

use super::sums::Figures;

/// A fact, as far as it is added up.
#[derive(Debug, Deserialize)]
pub(super) struct Slim<'a> {
    pub(super) started: Timestamp,
    #[serde(borrow)]
    pub(super) attribution: SlimAttribution<'a>,
    #[serde(borrow, default)]
    pub(super) target: Option<SlimTarget<'a>>,
    pub(super) status: Status,
    pub(super) duration_ms: i64,
    usage: Usage,
    usage_source: UsageSource,
    pub(super) cost: NanoUsd,
    /// Attempts that were given up; seldom any.
    #[serde(default)]
    pub(super) abandoned: Vec<Abandoned>,
    #[serde(default)]
    price_estimated: bool,
    #[serde(default)]
    pub(super) simulated: bool,
    #[serde(borrow, default)]
    pub(super) upstream_id: Option<Label<'a>>,
    #[serde(borrow, default)]
    pub(super) response_id: Option<Label<'a>>,
    #[serde(default)]
    pub(super) guarded: Vec<Guarded>,
    #[serde(default)]
    pub(super) prompt: Option<PromptUse>,
    #[serde(default)]
    cache: Option<CacheUse>,
}

/// Whom it is attributed to.
#[derive(Debug, Deserialize)]
pub(super) struct SlimAttribution<'a> {
    pub(super) workflow: &'a str,
    pub(super) owner: &'a str,
    pub(super) pod: &'a str,
    pub(super) key: KeyId,
    #[serde(borrow)]
    pub(super) run: Cow<'a, str>,
    #[serde(default)]
    pub(super) unit: Option<String>,
    #[serde(borrow, default)]
    pub(super) session: Option<Label<'a>>,
    #[serde(borrow, default)]
    pub(super) trace: Option<Label<'a>>,
}

/// A text that is borrowed where it holds no escapes.
#[derive(Debug, Deserialize)]
pub(super) struct Label<'a>(#[serde(borrow)] Cow<'a, str>);

impl std::ops::Deref for Label<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Where it went.
#[derive(Debug, Deserialize)]
pub(super) struct SlimTarget<'a> {
    pub(super) provider: &'a str,
    #[serde(borrow)]
    pub(super) model: Cow<'a, str>,
}

impl Slim<'_> {
    pub(super) fn figures(&self) -> Figures<'_> {
        Figures {
            status: self.status,
            usage: self.usage,
            source: self.usage_source,
            price_estimated: self.price_estimated,
            simulated: self.simulated,
            cost: self.cost,
            abandoned: &self.abandoned,
            cache: self.cache,
        }
    }

    /// `provider/model`; empty where nothing was sent.
    pub(super) fn model(&self) -> String {
        self.target.as_ref().map(|target| format!("{}/{}", target.provider, target.model)).unwrap_or_default()
    }
}
