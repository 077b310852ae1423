//! Kill switches: what stands between a call and the model when someone says stop.
//!
//! A switch belongs to a [`Scope`] and stands in a [`State`]. The [`Board`] holds every switch
//! that is not `on`; a call asks it once at admission and again at each streamed event. Turning a
//! switch is decided by [`decide`], which never touches the board: the shell stores the row and
//! publishes a new board.

mod decide;
pub mod drill;
#[cfg(test)]
mod drill_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use decide::{Command, Turned, decide};

use crate::ids::{AgentId, PromptId, ProviderId, WorkflowId};
use crate::time::Timestamp;

/// Where a switch stands, from harmless to severe.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Normal service.
    On,
    /// Only the known-good fallback answers.
    Fallback,
    /// People do the work; calls are refused with where to go.
    HumanOnly,
    /// Nothing answers.
    Off,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::On, Self::Fallback, Self::HumanOnly, Self::Off];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Fallback => "fallback",
            Self::HumanOnly => "human-only",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a switch state: use on, fallback, human-only or off"))
    }
}

/// What a switch turns.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// Everything.
    All,
    /// One workflow.
    Workflow(WorkflowId),
    /// One prompt.
    Prompt(String),
    /// One model of one provider.
    Model(ProviderId, String),
    /// One provider.
    Provider(ProviderId),
    /// One tool.
    Tool(String),
    /// One agent.
    Agent(AgentId),
}

impl fmt::Display for Scope {
    /// `all`, `workflow/W`, `prompt/P`, `model/PROVIDER/MODEL`, `provider/P`, `tool/T`, `agent/A`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Workflow(name) => write!(f, "workflow/{name}"),
            Self::Prompt(name) => write!(f, "prompt/{name}"),
            Self::Model(provider, model) => write!(f, "model/{provider}/{model}"),
            Self::Provider(name) => write!(f, "provider/{name}"),
            Self::Tool(name) => write!(f, "tool/{name}"),
            Self::Agent(name) => write!(f, "agent/{name}"),
        }
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is not a scope: use all, workflow/W, prompt/P, model/PROVIDER/MODEL, provider/P, tool/T or agent/A"
            )
        };
        let (kind, rest) = match text.split_once('/') {
            None if text == "all" => return Ok(Self::All),
            Some((kind, rest)) if !rest.is_empty() => (kind, rest),
            _ => return Err(wrong()),
        };
        let named = |error: crate::ids::ParseIdError| error.to_string();
        match kind {
            "workflow" => WorkflowId::new(rest).map(Self::Workflow).map_err(named),
            "provider" => ProviderId::new(rest).map(Self::Provider).map_err(named),
            "agent" => AgentId::new(rest).map(Self::Agent).map_err(named),
            "prompt" => Ok(Self::Prompt(rest.to_owned())),
            "tool" => Ok(Self::Tool(rest.to_owned())),
            "model" => match rest.split_once('/') {
                Some((provider, model)) if !model.is_empty() => {
                    Ok(Self::Model(ProviderId::new(provider).map_err(named)?, model.to_owned()))
                }
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One switch as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Switch {
    /// What it turns.
    pub scope: Scope,
    /// Where it stands.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Who turned it.
    pub by: String,
    /// When.
    pub since: Timestamp,
}

/// Every switch that is not `on`. Immutable: a turn makes a new board with a higher number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    number: u64,
    switches: BTreeMap<String, Switch>,
}

impl Board {
    /// A board of these switches; those that are `on` are left out.
    #[must_use]
    pub fn new(number: u64, switches: impl IntoIterator<Item = Switch>) -> Self {
        let thrown = switches.into_iter().filter(|switch| switch.state != State::On);
        Self { number, switches: thrown.map(|switch| (switch.scope.to_string(), switch)).collect() }
    }

    /// Grows with every change.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Whether every switch is on: the common case, answered without a look-up.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.switches.is_empty()
    }

    /// The switches that are not on.
    pub fn iter(&self) -> impl Iterator<Item = &Switch> {
        self.switches.values()
    }

    /// How one scope stands by itself.
    #[must_use]
    pub fn get(&self, scope: &Scope) -> Option<&Switch> {
        if self.switches.is_empty() { None } else { self.switches.get(&scope.to_string()) }
    }

    /// The most severe switch over who is calling: everything, the workflow, the agent.
    #[must_use]
    pub fn over_caller(&self, workflow: &WorkflowId, agent: Option<&AgentId>) -> Option<&Switch> {
        if self.is_clear() {
            return None;
        }
        let agent = agent.and_then(|agent| self.get(&Scope::Agent(agent.clone())));
        [self.get(&Scope::All), self.get(&Scope::Workflow(workflow.clone())), agent]
            .into_iter()
            .flatten()
            .max_by_key(|switch| switch.state)
    }

    /// The switch over the prompt that a call was rendered from.
    #[must_use]
    pub fn over_prompt(&self, prompt: Option<&PromptId>) -> Option<&Switch> {
        let prompt = prompt.filter(|_| !self.is_clear())?;
        self.get(&Scope::Prompt(prompt.to_string()))
    }

    /// The tools that are not on, by name.
    #[must_use]
    pub fn tools_off(&self) -> Vec<String> {
        let tool = |switch: &Switch| match &switch.scope {
            Scope::Tool(name) => Some(name.clone()),
            _ => None,
        };
        self.iter().filter_map(tool).collect()
    }

    /// The most severe switch over where a call goes: the provider, the model.
    #[must_use]
    pub fn over_target(&self, provider: &ProviderId, model: &str) -> Option<&Switch> {
        if self.is_clear() {
            return None;
        }
        [
            self.get(&Scope::Provider(provider.clone())),
            self.get(&Scope::Model(provider.clone(), model.to_owned())),
        ]
        .into_iter()
        .flatten()
        .max_by_key(|switch| switch.state)
    }
}
