//! The flags of `serve` and `demo`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `serve`.
#[derive(Args, Debug, Clone)]
pub(crate) struct Serve {
    /// The workspace: the folder that holds `countersign.toml`. Watched for changes.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) workspace: PathBuf,
    /// How the server runs.
    #[command(flatten)]
    pub(crate) listening: Listening,
}

/// Arguments of `demo`.
#[derive(Args, Debug, Clone)]
pub(crate) struct Demo {
    /// How the server runs.
    #[command(flatten)]
    pub(crate) listening: Listening,
}

/// How a server listens and where it keeps its records.
#[derive(Args, Debug, Clone)]
pub(crate) struct Listening {
    /// Keep records in PostgreSQL instead of SQLite: `postgres://user@host/name`.
    ///
    /// The data folder is still needed: calls are journalled there before the database has them.
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_DATABASE_URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// The address to listen on; port 0 picks a free one and prints it.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_LISTEN", default_value = "127.0.0.1:4411")]
    pub(crate) listen: SocketAddr,
    /// Listen on a public address although the connection is not encrypted.
    ///
    /// Keys and content then cross the network in clear. Put a proxy that speaks TLS in front.
    #[arg(long)]
    pub(crate) insecure_public: bool,
    /// What a record survives before the call it belongs to is answered.
    ///
    /// Without it, `[gateway] durability` of the workspace decides [default: process].
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) durability: Option<Durability>,
    /// What to log: `error`, `warn`, `info`, `debug`, or by part, such as `info,gateway=debug`.
    #[arg(long, value_name = "LEVEL", env = "COUNTERSIGN_LOG", default_value = "info")]
    pub(crate) log: String,
}

/// What a record survives.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The death of the process.
    Process,
    /// The loss of power too; slower, because each batch waits for the disk.
    Power,
}
