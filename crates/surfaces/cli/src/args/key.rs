//! The verbs of `key` and their flags.

use clap::{Args, Subcommand};
use domain::ids::{AgentId, WorkflowId};
use domain::money::NanoUsd;

use crate::parse;

/// Verbs of `key`.
#[derive(Subcommand, Debug)]
pub(crate) enum Key {
    /// Create a key and print its secret, once.
    Create(Box<KeyCreate>),
    /// List the keys; their secrets are not kept and can't be shown.
    List,
    /// End a key now, and the streams that run on it.
    Revoke(KeyRevoke),
}

/// Arguments of `key create`.
#[derive(Args, Debug)]
pub(crate) struct KeyCreate {
    /// A workflow the key serves. Repeat it for a key that serves several; callers then name one
    /// in the header `x-countersign-workflow`.
    #[arg(long = "workflow", short = 'w', value_name = "W", required = true)]
    pub(crate) workflows: Vec<WorkflowId>,
    /// The agent that holds the key.
    #[arg(long, value_name = "A")]
    pub(crate) agent: Option<AgentId>,
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// When it ends by itself: a span such as `90d`, `12h`, `30m` or `45s`, or a date such as `2027-01-01`.
    #[arg(long, value_name = "WHEN", value_parser = parse::expiry)]
    pub(crate) expires: Option<String>,
    /// Requests a minute for this key alone.
    #[arg(long, value_name = "N")]
    pub(crate) requests_per_minute: Option<u64>,
    /// Tokens a minute for this key alone, input and output together.
    #[arg(long, value_name = "N")]
    pub(crate) tokens_per_minute: Option<u64>,
    /// Calls at once for this key alone.
    #[arg(long, value_name = "N")]
    pub(crate) concurrent: Option<u64>,
    /// Inferences a run for this key alone.
    #[arg(long, value_name = "N")]
    pub(crate) iterations_per_run: Option<u64>,
    /// The most that a month may cost on this key, such as `"25 USD"`.
    #[arg(long, value_name = "AMOUNT", value_parser = parse::money)]
    pub(crate) budget_month: Option<NanoUsd>,
    /// The most that a day may cost on this key.
    #[arg(long, value_name = "AMOUNT", value_parser = parse::money)]
    pub(crate) budget_day: Option<NanoUsd>,
    /// The most that one run may cost on this key.
    #[arg(long, value_name = "AMOUNT", value_parser = parse::money)]
    pub(crate) budget_run: Option<NanoUsd>,
}

/// Arguments of `key revoke`.
#[derive(Args, Debug)]
pub(crate) struct KeyRevoke {
    /// The key's id, as `key list` shows it: `key_…`.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}
