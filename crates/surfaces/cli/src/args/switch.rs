//! Arguments of `switch`: a turn by itself, or the verb `drill`.
//!
//! The turn has no verb because it is what somebody in a hurry types.

use clap::{Args, Subcommand};
use domain::switch::{Scope, State};

/// Arguments of `switch`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Switch {
    /// What else can be done with a switch.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// The turn.
    #[command(flatten)]
    pub(crate) turn: Option<Turn>,
}

/// Verbs of `switch`.
#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// Prove that a switch works: turn the scope off for real, measure, turn it back at once.
    ///
    /// Running calls of the scope are ended and new ones are refused while it is off, most often for
    /// some milliseconds, a second at most. The figures go into the audit log. Exit status 1 if new
    /// calls were refused later than after 50 ms, or running ones had not ended after 1 s.
    Drill(Drill),
}

/// Arguments of `switch drill`.
#[derive(Args, Debug)]
pub(crate) struct Drill {
    /// What to drill: `all`, `workflow/W`, `prompt/P`, `model/PROVIDER/MODEL`, `provider/P`, `tool/T`
    /// or `agent/A`. It must be on.
    #[arg(value_name = "SCOPE")]
    pub(crate) scope: Scope,
}

/// A turn.
#[derive(Args, Debug)]
pub(crate) struct Turn {
    /// What to turn: `all`, `workflow/W`, `prompt/P`, `model/PROVIDER/MODEL`, `provider/P`,
    /// `tool/T` or `agent/A`.
    #[arg(value_name = "SCOPE")]
    pub(crate) scope: Scope,
    /// Where it should stand: `on`, `fallback`, `human-only` or `off`.
    #[arg(value_name = "STATE")]
    pub(crate) state: State,
    /// Why; callers that are refused read it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Command};

    fn parsed(arguments: &str) -> Result<Switch, clap::Error> {
        let words = format!("countersign switch {arguments}");
        match Cli::try_parse_from(words.split(' '))?.command {
            Command::Switch(switch) => Ok(switch),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_switch_is_turned_or_drilled_and_never_both() {
        let turned = parsed("all off --reason x --json").unwrap();
        assert!(turned.verb.is_none() && turned.turn.is_some_and(|turn| turn.scope == Scope::All));
        let drilled = parsed("drill workflow/w --json").unwrap();
        assert!(matches!(drilled.verb, Some(Verb::Drill(Drill { scope: Scope::Workflow(_) }))));
        for wrong in
            ["all off", "all", "drill", "drill everything", "drill all off", "all off --reason x drill all"]
        {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
