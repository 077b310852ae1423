//! `link create`: a one-time sign-in link. Whoever opens it first can set the person's password,
//! so it is printed alone, to be handed on by a channel that only the person reads.

use control::views::LinkMade;
use serde_json::json;

use super::{view, words};
use crate::args::{Link, LinkCreate};
use crate::client::Client;
use crate::exit::Exit;
use crate::output::Output;

/// Runs the verb.
pub(super) async fn run(verb: Link, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    match verb {
        Link::Create(args) => create(args, client, output).await,
    }
}

async fn create(args: LinkCreate, client: &Client, output: &mut Output) -> anyhow::Result<Exit> {
    let body = json!({ "person": args.person });
    let made: LinkMade = view(client.post(&["people", "links"], &body).await?)?;
    let url = client.page(&made.path);
    if output.is_json() {
        output.object(&json!({ "person": made.person, "url": url, "expires": made.expires }))?;
    } else {
        let until = words::moment(made.expires);
        output.remark(format!("Signs {} in once, until {until}:", made.person))?;
        output.line(url)?;
    }
    Ok(Exit::Done)
}
