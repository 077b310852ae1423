//! What the packages say: installs them, asks them, and gives their answer types.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// Everything the packages say.
#[derive(Deserialize)]
pub(super) struct Facts {
    pub(super) today: String,
    pub(super) versions: BTreeMap<String, String>,
    pub(super) providers: Vec<Provider>,
    pub(super) limits: Vec<Limit>,
}

/// Most output tokens of a model.
#[derive(Deserialize)]
pub(super) struct Limit {
    pub(super) name: String,
    pub(super) provider: Option<String>,
    pub(super) max_output: u64,
}

/// A seller of models.
#[derive(Deserialize)]
pub(super) struct Provider {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) urls: Option<Vec<String>>,
    pub(super) models: Vec<Model>,
}

/// A model.
#[derive(Deserialize)]
pub(super) struct Model {
    pub(super) id: String,
    #[serde(rename = "match")]
    pub(super) clause: Clause,
    pub(super) context_window: Option<u64>,
    pub(super) prices: OneOrMore,
    pub(super) price_variants: Option<Vec<Variant>>,
}

/// Which names a model goes by.
#[derive(Deserialize)]
#[serde(tag = "kind")]
pub(super) enum Clause {
    #[serde(rename = "ClauseEquals")]
    Equals { equals: String },
    #[serde(rename = "ClauseStartsWith")]
    StartsWith { starts_with: String },
    #[serde(rename = "ClauseEndsWith")]
    EndsWith { ends_with: String },
    #[serde(rename = "ClauseContains")]
    Contains { contains: String },
    #[serde(rename = "ClauseRegex")]
    Regex { regex: String },
    #[serde(rename = "ClauseOr")]
    Or {
        #[serde(rename = "or_")]
        clauses: Vec<Clause>,
    },
    #[serde(rename = "ClauseAnd")]
    And {
        #[serde(rename = "and_")]
        clauses: Vec<Clause>,
    },
}

/// One price for all times, or several with conditions, of which the last that applies counts.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    Several(Vec<Conditional>),
    One(Prices),
}

/// Prices that apply at some times.
#[derive(Deserialize)]
pub(super) struct Conditional {
    pub(super) constraint: Option<When>,
    pub(super) prices: Prices,
}

/// Prices that apply to calls processed in some way; what they leave out is as otherwise. The
/// first that applies counts.
#[derive(Deserialize)]
pub(super) struct Variant {
    pub(super) when: BTreeMap<String, String>,
    pub(super) constraint: Option<When>,
    pub(super) prices: Prices,
}

/// At which times.
#[derive(Deserialize)]
#[serde(tag = "kind")]
pub(super) enum When {
    #[serde(rename = "StartDateConstraint")]
    From { start_date: String },
    #[serde(rename = "TimeOfDateConstraint")]
    Hours { start_time: String, end_time: String },
}

/// Prices by kind. One key is `kind`, the name of the Python class, which is no price.
pub(super) type Prices = BTreeMap<String, Price>;

/// A price, or one for each size of the input.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Price {
    Flat(String),
    Tiered { base: String, tiers: Vec<Tier> },
}

/// A price for calls with more input tokens than `start`.
#[derive(Deserialize)]
pub(super) struct Tier {
    pub(super) start: u64,
    pub(super) price: String,
}

impl Facts {
    /// Installs the packages into an environment and asks them.
    pub(super) fn gather(venv: &Path) -> Result<Self> {
        let python = venv.join("bin/python");
        if !python.exists() {
            succeed(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
        }
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"];
        succeed(Command::new(&python).args(pip).arg("genai-prices"))?;
        succeed(Command::new(&python).args(pip).args(["--no-deps", "litellm"]))?;
        let output = Command::new(&python).args(["-c", include_str!("dump.py")]).output();
        let output = output.context("asking the packages")?;
        ensure!(output.status.success(), "asking the packages: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).context("understanding the packages")
    }

    /// The packages with their versions.
    pub(super) fn versions(&self) -> String {
        self.versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} failed") }
}
