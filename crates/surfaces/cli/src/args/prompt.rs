//! Arguments of `prompt`.

use clap::{Args, Subcommand, ValueEnum};
use domain::ids::PromptId;

/// Verbs of `prompt`.
#[derive(Subcommand, Debug)]
pub(crate) enum Prompt {
    /// List the prompts of the workspace: live version, who may use them, what they cost.
    List(PromptList),
    /// Show one prompt: template, variables, settings, and its versions.
    Show(PromptShow),
}

/// Arguments of `prompt list`.
#[derive(Args, Debug)]
pub(crate) struct PromptList {
    /// The time that the figures cover.
    #[arg(long, value_enum, value_name = "PERIOD", default_value_t = Span::Month)]
    pub(crate) period: Span,
}

/// Arguments of `prompt show`.
#[derive(Args, Debug)]
pub(crate) struct PromptShow {
    /// The prompt's name: the stem of its file.
    #[arg(value_name = "PROMPT")]
    pub(crate) name: PromptId,
    /// The time that the figures cover.
    #[arg(long, value_enum, value_name = "PERIOD", default_value_t = Span::Month)]
    pub(crate) period: Span,
}

/// A time that figures cover.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// This UTC day.
    Today,
    /// The last seven days.
    #[value(name = "7d")]
    Days7,
    /// The last thirty days.
    #[value(name = "30d")]
    Days30,
    /// This month.
    Month,
}

impl Span {
    /// The word the server understands.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Days7 => "7d",
            Self::Days30 => "30d",
            Self::Month => "month",
        }
    }
}
