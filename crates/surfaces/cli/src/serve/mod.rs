//! Wires the parts of the server together and runs them.
//!
//! Nothing is decided here: this is the one place that knows every part, makes them from the
//! command line, and takes them down in order. Records go last.

mod admin;
mod demo;
mod folder;
mod health;
mod http;
mod machine;
mod node;
mod patient;
mod plane;
mod proxies;
mod telling;
mod untaken;
mod vault;

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use domain::proxy::Trusted;
use domain::secret::Secret;
use domain::time::SharedClock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::args::{self, Listening};
use crate::clock::SystemClock;
use crate::exit::Exit;
use admin::AdminFile;
use node::Node;

/// How long calls under way may take to finish when the server is told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Everything a server is started from.
#[derive(Debug, Clone)]
struct Plan {
    workspace: PathBuf,
    data: PathBuf,
    listening: Listening,
    demo: bool,
    /// Whether what is printed is for a program.
    json: bool,
}

/// Runs the server until it is told to stop. Builds its own runtime.
///
/// # Errors
/// Whatever kept it from starting or from ending well.
pub(crate) fn run(args: args::Serve, global: &args::Global) -> anyhow::Result<Exit> {
    let data = global.data_folder();
    let (workspace, listening) = (args.workspace, args.listening);
    start(Plan { workspace, data, listening, demo: false, json: global.json })
}

/// Runs the server with a sample workspace and simulated history.
///
/// # Errors
/// As [`run`].
pub(crate) fn demo(args: args::Demo, global: &args::Global) -> anyhow::Result<Exit> {
    let data = global.data.clone().unwrap_or_else(|| PathBuf::from(".countersign").join("demo"));
    folder::make(&data).with_context(|| format!("making {}", data.display()))?;
    let workspace = demo::write_workspace(&data)?;
    start(Plan { workspace, data, listening: args.listening, demo: true, json: global.json })
}

fn start(plan: Plan) -> anyhow::Result<Exit> {
    let addresses = plan.listening.listen.addresses()?;
    refuse_public(&addresses, &plan.listening)?;
    log_to_stderr(&plan.listening.log)?;
    runtime()?.block_on(serve(plan, addresses))
}

/// One core needs no work stealing; more than one gets a worker each.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut builder = if cores == 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    builder.enable_all().build().context("the asynchronous runtime could not be started")
}

fn refuse_public(addresses: &[SocketAddr], listening: &Listening) -> anyhow::Result<()> {
    let public = addresses.iter().find(|address| !address.ip().is_loopback());
    if let Some(public) = public.filter(|_| !listening.insecure_public) {
        return Err(anyhow::Error::new(crate::exit::No(format!(
            "{public} is a public address and this server speaks no TLS: keys would cross the network in clear. \
             Listen on 127.0.0.1 behind a proxy that speaks TLS, or say --insecure-public"
        ))));
    }
    Ok(())
}

fn log_to_stderr(filter: &str) -> anyhow::Result<()> {
    use std::io::IsTerminal as _;
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_new(filter).with_context(|| format!("--log {filter:?}"))?;
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let installed = if std::io::stderr().is_terminal() {
        builder.with_target(false).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
    installed.map_err(|error| anyhow::anyhow!("logging: {error}"))
}

/// Listens on the first address of a name that this machine has. One that somebody else listens on
/// is an error: a server at the name's other address would be found by some callers only.
async fn listen(addresses: &[SocketAddr]) -> std::io::Result<TcpListener> {
    let mut last = std::io::Error::from(ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(error),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn serve(plan: Plan, addresses: Vec<SocketAddr>) -> anyhow::Result<Exit> {
    folder::open(&plan.data)?;
    proxies::tell();
    let clock: SharedClock = Arc::new(SystemClock);
    let token = machine::token()?;
    let listener =
        listen(&addresses).await.with_context(|| format!("listening on {}", plan.listening.listen))?;
    let address = listener.local_addr()?;
    let Some(node) = Node::start(&plan, clock, Secret::new(token.clone())).await? else {
        return Ok(Exit::No);
    };
    let made_history = if plan.demo { demo::history(&node).await? } else { 0 };
    let admin = AdminFile::write(&plan.data, address, &token)?;
    let stop = CancellationToken::new();
    let housekeeping = node.keep_house(&stop);
    let trusted = Trusted::new(plan.listening.networks());
    let router = node.router(address, trusted);
    let server = http::serve(listener, router, stop.clone(), GRACE);
    let ready = announce(&plan, &node, address, made_history);
    let signals = node.clone();
    let (ready, (), ()) = tokio::join!(ready, server, async {
        node::wait_for_signal(&signals).await;
        signals.gateway.close();
        signals.control.end_events();
        stop.cancel();
    });
    node.shut_down().await;
    housekeeping.await;
    drop(admin);
    ready.map(|()| Exit::Done)
}

/// Says that the server is ready: in words, or in one line of JSON.
async fn announce(plan: &Plan, node: &Node, address: SocketAddr, made_history: usize) -> anyhow::Result<()> {
    let url = admin::url(address);
    let sign_in = node.control.first_link().await?.map(|link| format!("{url}{}", link.path));
    let demo = if plan.demo { Some(demo::welcome(node, &url, made_history).await?) } else { None };
    let ready = Ready { url, sign_in, demo };
    let text = if plan.json { ready.json() } else { ready.words() };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// What is printed when the server is ready. It holds a link and a key that work: for the terminal
/// alone, never for the log.
struct Ready {
    url: String,
    /// At the first start.
    sign_in: Option<String>,
    demo: Option<demo::Welcome>,
}

impl Ready {
    /// One line; a sign-in link at the first start; what to try in a demo.
    fn words(&self) -> String {
        let mut text = format!("countersign is ready on {}\n", self.url);
        if let Some(link) = &self.sign_in {
            text.push_str(&format!("sign in once, within 24 hours: {link}\n"));
        }
        if let Some(demo) = &self.demo {
            text.push_str(&demo.words());
        }
        text
    }

    /// The same as one object; what there is none of is left out.
    fn json(&self) -> String {
        let mut object = serde_json::Map::new();
        object.insert("url".into(), self.url.as_str().into());
        if let Some(link) = &self.sign_in {
            object.insert("sign_in".into(), link.as_str().into());
        }
        if let Some(demo) = &self.demo {
            object.insert("key".into(), demo.key.as_str().into());
            object.insert("curl".into(), demo.curl.as_str().into());
        }
        format!("{}\n", serde_json::Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_one_line_with_all_that_a_person_gets() {
        let demo = demo::Welcome { made: 7, key: "cs_x".into(), curl: "curl 'a' \\\n  -d b".into() };
        let link = "http://h:1/sign-in/link/t".to_owned();
        let first = Ready { url: "http://h:1".into(), sign_in: Some(link), demo: Some(demo) };
        let line = first.json();
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        let words = first.words();
        for field in ["url", "sign_in", "key", "curl"] {
            assert!(words.contains(read[field].as_str().unwrap()), "{field}: {words}");
        }
        let later = Ready { url: "http://h:1".into(), sign_in: None, demo: None };
        assert_eq!(later.json(), "{\"url\":\"http://h:1\"}\n");
    }
}
