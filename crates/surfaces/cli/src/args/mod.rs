//! The command line as types: every noun, verb and flag, with the help people read.
//!
//! Nothing here acts. Environment variables stand beside the flag they replace, so that `--help`
//! names both; this and [`crate::environment`] are the only places that read the environment.

mod key;
mod listen;
mod prompt;
mod serving;
mod switch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::ids::WorkflowId;
use domain::money::Tokens;

pub(crate) use key::{Key, KeyCreate, KeyRevoke};
pub(crate) use prompt::Prompt;
pub(crate) use serving::{Demo, Durability, Listening, Serve};
pub(crate) use switch::{Drill, Switch, Turn, Verb};

use crate::parse;

/// Makes AI work owned, held to limits, logged and priced.
///
/// One binary: `serve` runs the gateway, the control plane and the pages; every other command
/// asks a running server or works on files.
#[derive(Parser, Debug)]
#[command(
    name = "countersign",
    version,
    arg_required_else_help = true,
    after_help = "Exit status: 0 done; 1 the answer is no (a check failed, the server refused); 2 wrong use; 3 could not (no server, no access)."
)]
pub(crate) struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What stands over the flags of every command in help texts.
const GLOBAL: &str = "Flags of every command";

/// Flags of every command.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Global {
    /// Print JSON for programs: one object, or one object a line.
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,
    /// The folder that holds the state of a server on this machine [default: .countersign].
    ///
    /// `serve` keeps its database, journal and `admin.json` there; the other commands read
    /// `admin.json` to find that server and to sign in to it.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR", env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// The address of the server to ask, such as `https://ai.acme.example`.
    ///
    /// Without it, the server that left `admin.json` in the data folder is asked, if there is one.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "URL", env = "COUNTERSIGN_URL")]
    pub(crate) url: Option<String>,
    /// The admin token of that server.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "TOKEN", env = "COUNTERSIGN_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
}

impl Global {
    /// The folder that holds the state.
    pub(crate) fn data_folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from(".countersign"))
    }
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Write a commented sample workspace that passes `check`.
    Init(Init),
    /// Check the files of a workspace and show everything that is wrong with them.
    ///
    /// With --json, one object: `ok`, `errors` and `warnings` (counts), `configuration` (the hash, where it is
    /// fine) and `problems` (a list).
    Check(Check),
    /// Run the gateway, the control plane and the pages in one process.
    ///
    /// With --json, one object when it is ready: `url`, and at the first start `sign_in`, a one-time link.
    Serve(Serve),
    /// Try it: `serve` with a sample workspace, a simulated provider and simulated history.
    ///
    /// With --json, one object when it is ready: as for `serve`, and `key` and `curl`, which make a call.
    Demo(Demo),
    /// Create, list and revoke gateway keys.
    #[command(subcommand)]
    Key(Key),
    /// Show how things stand: what is live, what it cost, what is switched off.
    Status(Status),
    /// Turn a switch, or drill it, and see how many running calls it ended and how long that took.
    Switch(Switch),
    /// Show why a run or an inference went as it did: owner, controls, usage, price rows, cost.
    Explain(Explain),
    /// List and show the prompts that calls may name.
    #[command(subcommand)]
    Prompt(Prompt),
    /// Show what was spent, by workflow or by something else.
    Spend(Spend),
    /// What redaction found and which tools were kept away: kinds, names and numbers.
    Guards(Window),
    /// What coding agents and other clients report about themselves.
    Telemetry(Window),
    /// Show what a call would cost, and by which dated price rows. Needs no server.
    Price(Price),
    /// Explain an error code, or list them all. Needs no server.
    Errors(Errors),
    /// Hold the stored state against the rules that must always hold, and say what is wrong.
    Doctor,
    /// Read the audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Show or reload the configuration of the running server.
    #[command(subcommand)]
    Config(Config),
    /// Make one-time sign-in links.
    #[command(subcommand)]
    Link(Link),
}

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// The folder to write to; made if it does not exist. No existing file is overwritten.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// The workspace: the folder that holds `countersign.toml`.
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}

/// Arguments of `status`.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// One workflow instead of the whole installation.
    #[arg(value_name = "WORKFLOW")]
    pub(crate) workflow: Option<WorkflowId>,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A run id, as the caller chose it, or an inference id, `inf_…`.
    #[arg(value_name = "RUN|INFERENCE")]
    pub(crate) id: String,
    /// Whose run, where several workflows used its id [default: the one that used it last].
    #[arg(long, value_name = "W")]
    pub(crate) workflow: Option<WorkflowId>,
}

/// Arguments of `spend`.
#[derive(Args, Debug)]
pub(crate) struct Spend {
    /// What to add it up by.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = SpendBy::Workflow)]
    pub(crate) by: SpendBy,
    /// One workflow only.
    #[arg(long, value_name = "W")]
    pub(crate) workflow: Option<WorkflowId>,
    /// The first day (UTC), or its midnight as an RFC 3339 time [default: the first of this month].
    #[arg(long, value_name = "D", value_parser = parse::first_day)]
    pub(crate) from: Option<domain::Timestamp>,
    /// The last day (UTC), included, or a midnight as an RFC 3339 time, not included [default: now].
    #[arg(long, value_name = "D", value_parser = parse::last_day)]
    pub(crate) to: Option<domain::Timestamp>,
    /// How to print it.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Arguments of `guards` and `telemetry`: whose, and when.
#[derive(Args, Debug)]
pub(crate) struct Window {
    /// One workflow only.
    #[arg(long, value_name = "W")]
    pub(crate) workflow: Option<WorkflowId>,
    /// The first day (UTC), or its midnight as an RFC 3339 time [default: 30 days ago].
    #[arg(long, value_name = "D", value_parser = parse::first_day)]
    pub(crate) from: Option<domain::Timestamp>,
    /// The last day (UTC), included, or a midnight as an RFC 3339 time, not included [default: now].
    #[arg(long, value_name = "D", value_parser = parse::last_day)]
    pub(crate) to: Option<domain::Timestamp>,
}

impl Window {
    /// The query that the server understands.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let workflow = self.workflow.as_ref().map(|workflow| ("workflow", workflow.to_string()));
        let from = self.from.map(|from| ("from", from.to_string()));
        let to = self.to.map(|to| ("to", to.to_string()));
        [workflow, from, to].into_iter().flatten().collect()
    }
}

/// What spend is added up by.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpendBy {
    /// Workflows.
    Workflow,
    /// Models, as `provider/model`.
    Model,
    /// Providers.
    Provider,
    /// Pods.
    Pod,
    /// UTC days.
    Day,
    /// Units of work, as callers named them.
    Unit,
    /// Owners.
    Owner,
    /// Keys.
    Key,
}

impl SpendBy {
    /// The word the server understands.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Pod => "pod",
            Self::Day => "day",
            Self::Unit => "unit",
            Self::Owner => "owner",
            Self::Key => "key",
        }
    }
}

/// How to print figures.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Aligned columns for people.
    Table,
    /// One object; the same as `--json`.
    Json,
    /// Comma-separated values with a head line.
    Csv,
}

/// Arguments of `price`.
#[derive(Args, Debug)]
pub(crate) struct Price {
    /// Which price, as `list/model`: `openai/gpt-4o`, `google/gemini-2.5-flash`.
    #[arg(value_name = "MODEL")]
    pub(crate) model: String,
    /// Input tokens that are neither read from nor written to a prompt cache.
    #[arg(long, value_name = "N")]
    pub(crate) input: Tokens,
    /// Output tokens, reasoning included.
    #[arg(long, value_name = "N")]
    pub(crate) output: Tokens,
    /// Input tokens read from a prompt cache, on top of `--input`.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) cached: Tokens,
    /// Input tokens written to a prompt cache that lives five minutes, on top of `--input`.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) cache_write: Tokens,
    /// The day the call is made, for prices that change [default: today].
    #[arg(long, value_name = "DATE", value_parser = parse::time)]
    pub(crate) at: Option<domain::Timestamp>,
    /// A workspace whose `prices.toml` goes before the built-in book [default: this folder, if it
    /// is one].
    #[arg(long, value_name = "DIR")]
    pub(crate) workspace: Option<PathBuf>,
}

/// Arguments of `errors`.
#[derive(Args, Debug)]
pub(crate) struct Errors {
    /// The code, as `CS-0205` or `205` [default: list all].
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

/// Verbs of `audit`.
#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// List who did what, newest first.
    List(AuditList),
}

/// Arguments of `audit list`.
#[derive(Args, Debug)]
pub(crate) struct AuditList {
    /// How many entries.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
}

/// Verbs of `config`.
#[derive(Subcommand, Debug)]
pub(crate) enum Config {
    /// Show what the server runs on, and what is wrong with newer files if they were refused.
    Show,
    /// Read the workspace again now. Files that are wrong are refused, and the last good
    /// configuration stays.
    Reload,
}

/// Verbs of `link`.
#[derive(Subcommand, Debug)]
pub(crate) enum Link {
    /// Make a one-time sign-in link for a person of the workspace.
    Create(LinkCreate),
}

/// Arguments of `link create`.
#[derive(Args, Debug)]
pub(crate) struct LinkCreate {
    /// The person's id in `countersign.toml`.
    #[arg(value_name = "PERSON")]
    pub(crate) person: domain::ids::PersonId,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
