//! `switch`: turns a switch and says how long it took.

use control::views::{SwitchTurned, TurnSwitch};

use super::view;
use crate::args::Switch;
use crate::client::Client;
use crate::exit::Exit;
use crate::output::Output;

/// Turns it. The server answers once new calls are refused.
pub(super) async fn run(args: Switch, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let turn =
        TurnSwitch { scope: args.scope.to_string(), state: args.state.to_string(), reason: args.reason };
    let answer = client.put(&["switches"], &serde_json::to_value(turn)?).await?;
    if output.is_json() {
        output.object(&answer)?;
    } else {
        let turned: SwitchTurned = view(answer)?;
        output.line(turned.words)?;
    }
    Ok(Exit::Done)
}
