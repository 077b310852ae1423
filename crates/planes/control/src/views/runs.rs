//! Runs: the list, and one of them explained.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BudgetLine, Moment, Money, PersonRef, PriceRow, RunsQuery, Sentence, Subject, Tone};

/// A page of runs, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunsPage {
    /// The answer.
    pub sentence: Sentence,
    /// What was asked for.
    pub filter: RunsQuery,
    /// The runs.
    pub rows: Vec<RunRow>,
    /// Pass it as `cursor` to get the next page; absent on the last.
    pub next: Option<String>,
    /// What the filter can be set to.
    pub choices: FilterChoices,
}

/// Values for filters and forms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilterChoices {
    /// Ids of workflows.
    pub workflows: Vec<String>,
    /// People who own workflows.
    pub owners: Vec<PersonRef>,
    /// `provider/model` of the targets of routes.
    pub models: Vec<String>,
    /// Statuses, after `error` for every one that counts as an error.
    pub statuses: Vec<String>,
    /// Ids of agents.
    pub agents: Vec<String>,
}

/// One run in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunRow {
    /// Its id.
    pub run: String,
    /// Its workflow.
    pub workflow: String,
    /// Who owned it at the time.
    pub owner: PersonRef,
    /// When its first call began.
    pub started: Moment,
    /// When its last call ended.
    pub ended: Moment,
    /// From one to the other, in milliseconds.
    pub duration_ms: i64,
    /// Inferences, refused ones included.
    pub calls: u64,
    /// How many failed.
    pub errors: u64,
    /// How many were refused.
    pub refused: u64,
    /// How its last call ended: `ok`, `refused`, `upstream_error`, `failed`, `cancelled`, `cut`, `lost`.
    pub status: String,
    /// How that is.
    pub tone: Tone,
    /// The model that was called last: `provider/model`.
    pub model: Option<String>,
    /// What it cost.
    pub cost: Money,
    /// Whether any of it is an estimate.
    pub estimated: bool,
    /// Whether any of it is simulated.
    pub simulated: bool,
}

/// One run, explained: the tree from the request to the outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunPage {
    /// The answer.
    pub sentence: Sentence,
    /// The run.
    pub run: String,
    /// The inference that was asked for, where it was one.
    pub selected: Option<String>,
    /// Id of its workflow.
    pub workflow: String,
    /// The workflow's title, if it is still in the workspace.
    pub workflow_title: Option<String>,
    /// Who owned it at the time.
    pub owner: PersonRef,
    /// Its pod at the time.
    pub pod: String,
    /// The agents that acted.
    pub agents: Vec<String>,
    /// When its first call began.
    pub started: Moment,
    /// When its last call ended.
    pub ended: Moment,
    /// From one to the other, in milliseconds.
    pub duration_ms: i64,
    /// How its last call ended.
    pub status: String,
    /// How that is.
    pub tone: Tone,
    /// What it used.
    pub usage: UsageView,
    /// What it cost.
    pub cost: Money,
    /// How much of that rests on estimates.
    pub estimated_cost: Money,
    /// Whether any of it is simulated.
    pub simulated: bool,
    /// Unit of work, as the caller named it.
    pub unit: Option<String>,
    /// End user, as the caller named them.
    pub user: Option<String>,
    /// What its budget was, where it had one, by today's configuration.
    pub budget: Option<BudgetLine>,
    /// The most inferences it may make, by today's configuration.
    pub iteration_cap: Option<u64>,
    /// Why it went as it did, sentence by sentence.
    pub why: Vec<String>,
    /// The other workflows that used this run id; theirs are other runs, asked for with `workflow`.
    #[serde(default)]
    pub others: Vec<String>,
    /// How to turn it off: switch scopes that hold for it, narrowest first.
    pub off: Vec<Subject>,
    /// Its inferences, oldest first.
    pub inferences: Vec<InferenceView>,
    /// True where the run has more inferences than are in this view. Its figures are of all of them.
    pub truncated: bool,
    /// How many inferences are left out here.
    pub left_out: u64,
    /// The inference before the first one here: explaining it shows those left out before.
    pub earlier: Option<String>,
    /// The inference after the last one here: explaining it shows those left out after.
    pub later: Option<String>,
}

/// Where a bar of the waterfall lies, in percent of the run's duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Offset {
    /// From the run's start, in milliseconds.
    pub start_ms: i64,
    /// From the run's start, in percent.
    pub start_percent: f64,
    /// Until the first byte, in percent.
    pub wait_percent: f64,
    /// Until the end, in percent.
    pub width_percent: f64,
}

/// One inference, explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InferenceView {
    /// Its id.
    pub id: String,
    /// Its place in the run, from 1.
    pub number: u64,
    /// Step within the run, as the caller named it.
    pub step: Option<String>,
    /// When it began.
    pub started: Moment,
    /// Where its bar lies.
    pub offset: Offset,
    /// Milliseconds until the provider's first byte.
    pub first_byte_ms: Option<i64>,
    /// Milliseconds until the end.
    pub duration_ms: i64,
    /// The path that was called.
    pub path: String,
    /// The model the caller asked for.
    pub asked: String,
    /// Where it went; absent where it was refused before a target was chosen.
    pub target: Option<TargetView>,
    /// Whether it was a stream.
    pub stream: bool,
    /// How it ended.
    pub status: String,
    /// How that is.
    pub tone: Tone,
    /// HTTP status the caller got; 0 where none was sent.
    pub http_status: u16,
    /// `CS-…` of the refusal or failure.
    pub code: Option<String>,
    /// What went wrong, in one line.
    pub error: Option<String>,
    /// What it used.
    pub usage: UsageView,
    /// What it cost.
    pub cost: Money,
    /// The bill.
    pub price: Vec<PriceRow>,
    /// Attempts that were given up and may be billed; what they may cost is part of the cost, and
    /// counted under their own targets.
    pub abandoned: Vec<AbandonedView>,
    /// Whether a price is an estimate: the model was not in the price book, or an attempt was given up.
    pub price_estimated: bool,
    /// What had been reserved for it.
    pub reserved: Money,
    /// The controls that looked at it, in order.
    pub controls: Vec<ControlView>,
    /// What was changed in the request or withheld from the answer.
    pub changes: Vec<String>,
    /// Why it went as it did, sentence by sentence.
    pub why: Vec<String>,
    /// Live variant of the workflow at the time; with the prompt, where it was rendered from one.
    pub variant: String,
    /// The prompt it was rendered from; absent where its caller sent messages.
    pub prompt: Option<PromptRef>,
    /// What the cache did; absent where the workflow has none, or it was not asked.
    pub cache: Option<CacheView>,
    /// Hash of the configuration it ran under.
    pub config: String,
    /// Id of the key used.
    pub key: String,
    /// What people call that key.
    pub key_label: Option<String>,
    /// The agent the key belongs to.
    pub agent: Option<String>,
    /// Ids of what was retrieved into the prompt.
    pub context: Vec<String>,
    /// Bytes of the caller's body.
    pub request_bytes: u64,
    /// Bytes of the answer's body.
    pub response_bytes: u64,
    /// Keyed hash of the request body.
    pub request_hash: Option<String>,
    /// Keyed hash of the answer's body.
    pub response_hash: Option<String>,
    /// The provider's own id of the call, from its headers.
    pub upstream_id: Option<String>,
    /// The provider's id of the answer, from its body.
    pub response_id: Option<String>,
    /// The W3C trace that the caller named beside the run.
    pub trace: Option<String>,
    /// The session of the client, where it names one.
    pub session: Option<String>,
    /// Whether the provider is the built-in simulation.
    pub simulated: bool,
    /// What was asked and answered.
    pub content: Content,
}

/// A version of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PromptRef {
    /// The prompt.
    pub name: String,
    /// Its version: twelve hexadecimal digits.
    pub version: String,
    /// The label that its author gave the version.
    pub label: Option<String>,
}

/// What the cache did for a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CacheView {
    /// `hit` or `miss`.
    pub result: String,
    /// Of a hit: the inference whose answer was given again.
    pub from: Option<String>,
    /// Of a hit: how old that answer was, in milliseconds.
    pub age_ms: Option<i64>,
    /// Of a hit: what that inference cost, and this one did not.
    pub saved: Option<Money>,
}

/// Where an inference went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetView {
    /// The route it was resolved through; absent for `provider/model`.
    pub route: Option<String>,
    /// The provider.
    pub provider: String,
    /// The model's name there.
    pub model: String,
}

/// An attempt that was given up before another was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AbandonedView {
    /// Where it went.
    pub target: TargetView,
    /// Why it failed.
    pub why: String,
    /// What its provider may bill for it: an estimate.
    pub cost: Money,
}

/// What was used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageView {
    /// Input tokens that were neither read from nor written to a cache.
    pub input: u64,
    /// Input tokens read from the provider's cache.
    pub cache_read: u64,
    /// Input tokens written to the provider's cache.
    pub cache_write: u64,
    /// Output tokens, reasoning included.
    pub output: u64,
    /// How many of them were reasoning.
    pub reasoning: u64,
    /// All of them.
    pub total: u64,
    /// `reported`, `partial` or `estimated`; of a run, the least certain of its inferences.
    pub source: String,
}

/// A control that looked at a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ControlView {
    /// Its name: `key`, `owner`, `switch`, `rate-limit`, `iteration-cap`, `budget`, `route`, `price`, `timeout`,
    /// `prompt`, `cache`.
    pub name: String,
    /// `pass`, `change`, `warn` or `stop`.
    pub verdict: String,
    /// How that is.
    pub tone: Tone,
    /// Why.
    pub why: String,
}

/// Whether there is content to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContentState {
    /// Here it is.
    Shown,
    /// The reader's roles do not allow it.
    NotPermitted,
    /// The workflow keeps hashes only.
    HashOnly,
    /// It was kept, and its time is over; or the call had none.
    NotKept,
    /// The run has too much of it to show at once: ask for the inference by itself.
    NotLoaded,
    /// It was to be kept, and was dropped under load: the gap is real.
    Dropped,
}

/// What was asked and answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Content {
    /// Whether there is any to show.
    pub state: ContentState,
    /// The state in words.
    pub note: String,
    /// The request, turn by turn.
    pub request: Vec<Turn>,
    /// The answer, turn by turn.
    pub response: Vec<Turn>,
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Turn {
    /// `system`, `user`, `assistant`, `tool`, as the dialect names it.
    pub role: String,
    /// Its parts.
    pub parts: Vec<ContentPart>,
}

/// One part of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContentPart {
    /// `text`, `image`, `tool-call`, `tool-result`, `reasoning` or `other`.
    pub kind: String,
    /// Its text.
    pub text: String,
}
