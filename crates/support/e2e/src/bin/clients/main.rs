//! Real clients against the real binary: `clients FOLDER [--guarded] [NAME…]`.
//!
//! FOLDER holds what `cargo xtask clients` has installed. Starts the scripted provider and a server
//! in front of it, runs every client (or those whose names contain one of the NAMEs) by the variables
//! that its page in docs/how-to gives, and prints a table: client, version, flows, result. Fails
//! where a flow did. No client is told anything but an address and a key. With `--guarded` the
//! workflow redacts both ways and allows few tools.

mod agents;
mod list;
mod report;
mod reported;
mod run;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use e2e::{Server, Upstream};
use list::{CLIENTS, Place};
use report::{Row, Table};
use workspace::Guards;

/// Where everything is.
pub(crate) struct House {
    /// What is installed.
    pub(crate) folder: PathBuf,
    /// The server.
    pub(crate) server: Server,
    /// The scripted provider behind it.
    pub(crate) upstream: Upstream,
    /// Where most clients call, and with what.
    pub(crate) desk: Desk,
}

/// Where a client calls, and where it reports.
pub(crate) struct Desk {
    /// Where it calls models.
    pub(crate) url: String,
    /// With which key.
    pub(crate) key: String,
    /// Where it sends telemetry.
    pub(crate) reports_url: String,
    /// With which key.
    pub(crate) reports_key: String,
}

impl Desk {
    /// A text with the addresses and the keys in their places.
    pub(crate) fn filled(&self, text: &str) -> String {
        let filled = text.replace("{url}", &self.url).replace("{key}", &self.key);
        filled.replace("{reports}", &self.reports_url).replace("{reports_key}", &self.reports_key)
    }
}

impl House {
    /// The interpreter of a place.
    pub(crate) fn program(&self, place: Place) -> PathBuf {
        match place {
            Place::Venv(name) => self.folder.join(name).join("bin/python"),
            Place::Node => self.folder.join("node/node_modules/.bin/node"),
        }
    }
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else { return ExitCode::from(2) };
    let (flags, wanted): (Vec<String>, Vec<String>) = args.partition(|arg| arg == "--guarded");
    let guards = if flags.is_empty() { Guards::Off } else { Guards::On };
    let upstream = Upstream::start();
    let server = Server::start(workspace::of(&upstream, guards));
    let (url, key) = (server.url(), server.key("coding"));
    let desk = Desk { url: url.clone(), key: key.clone(), reports_url: url, reports_key: key };
    let house = House { folder: folder.into(), server, upstream, desk };
    let mut table = Table::default();
    for client in CLIENTS.iter().filter(|client| wanted.is_empty() || client.is_any_of(&wanted)) {
        let before = house.upstream.count();
        let flows = client.run(&house);
        let row = Row { name: client.name, version: client.version(&house), flows };
        table.add(row, house.upstream.count() - before);
    }
    table.finish()
}
