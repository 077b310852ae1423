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
    /// The server's address.
    pub(crate) url: String,
    /// A key of its workflow.
    pub(crate) key: String,
}

impl House {
    /// The interpreter of a place.
    pub(crate) fn program(&self, place: Place) -> PathBuf {
        match place {
            Place::Venv(name) => self.folder.join(name).join("bin/python"),
            Place::Node => self.folder.join("node/node_modules/.bin/node"),
        }
    }

    /// A value of the environment, with the address and the key in their places.
    pub(crate) fn filled(&self, value: &str) -> String {
        value.replace("{url}", &self.url).replace("{key}", &self.key)
    }
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else { return ExitCode::from(2) };
    let (flags, wanted): (Vec<String>, Vec<String>) = args.partition(|arg| arg == "--guarded");
    let guards = if flags.is_empty() { Guards::Off } else { Guards::On };
    let upstream = Upstream::start();
    let server = Server::start(workspace::of(&upstream, guards));
    let key = server.key("coding");
    let house = House { folder: folder.into(), url: server.url(), key };
    let mut table = Table::default();
    for client in CLIENTS.iter().filter(|client| wanted.is_empty() || client.is_any_of(&wanted)) {
        let before = upstream.count();
        let flows = client.run(&house);
        let row = Row { name: client.name, version: client.version(&house), flows };
        table.add(row, upstream.count() - before);
    }
    table.finish()
}
