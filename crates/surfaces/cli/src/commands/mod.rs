//! One file per command. A command reads its arguments, does one thing or asks a server one
//! thing, and prints the answer; it returns how it ended and never exits by itself.

mod audit;
mod check;
mod config;
mod doctor;
mod errors;
mod explain;
mod guards;
mod init;
mod key;
mod link;
mod price;
mod prompt;
mod spend;
mod status;
mod switch;
mod telemetry;
mod words;

use anyhow::Context as _;
use domain::time::Clock as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::args::{Cli, Command, Global};
use crate::client::{self, Client};
use crate::clock::SystemClock;
use crate::exit::Exit;
use crate::output::Output;
use crate::serve;

/// Runs the command that was asked for.
pub(crate) fn run(cli: Cli, output: &mut Output) -> anyhow::Result<Exit> {
    match cli.command {
        Command::Init(args) => init::run(&args, output),
        Command::Check(args) => check::run(&args, output),
        Command::Price(args) => price::run(&args, SystemClock.now(), output),
        Command::Errors(args) => errors::run(&args, output),
        Command::Serve(args) => serve::run(args, &cli.global),
        Command::Demo(args) => serve::demo(args, &cli.global),
        asking => ask(asking, &cli.global, output),
    }
}

/// Commands that are clients of a server. One thread is enough for one question.
fn ask(command: Command, global: &Global, output: &mut Output) -> anyhow::Result<Exit> {
    let client = Client::new(client::find(global)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("could not start the client")?;
    runtime.block_on(answer(command, &client, output))
}

async fn answer(command: Command, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    match command {
        Command::Key(verb) => key::run(verb, client, output).await,
        Command::Status(args) => status::run(args, client, output).await,
        Command::Switch(args) => switch::run(args, client, output).await,
        Command::Explain(args) => explain::run(args, client, output).await,
        Command::Prompt(verb) => prompt::run(verb, client, output).await,
        Command::Spend(args) => spend::run(args, client, output).await,
        Command::Guards(args) => guards::run(args, client, output).await,
        Command::Telemetry(args) => telemetry::run(args, client, output).await,
        Command::Doctor => doctor::run(client, output).await,
        Command::Audit(verb) => audit::run(verb, client, output).await,
        Command::Config(verb) => config::run(verb, client, output).await,
        Command::Link(verb) => link::run(verb, client, output).await,
        Command::Init(_)
        | Command::Check(_)
        | Command::Price(_)
        | Command::Errors(_)
        | Command::Serve(_)
        | Command::Demo(_) => {
            anyhow::bail!("this command needs no server")
        }
    }
}

/// Reads an answer as the view it is.
fn view<T: DeserializeOwned>(answer: Value) -> anyhow::Result<T> {
    serde_json::from_value(answer)
        .context("the server's answer is not as expected; are its version and this program's the same?")
}
