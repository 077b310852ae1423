//! The flags of `serve` and `demo`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use domain::proxy::Network;

use super::listen::Listen;

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
    /// The address to listen on: HOST:PORT, or :PORT on this machine only.
    ///
    /// Port 0 picks a free one and prints it.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_LISTEN", default_value = "127.0.0.1:4411")]
    pub(crate) listen: Listen,
    /// A proxy in front of this server, by its address or network: 127.0.0.1, 10.0.0.0/8.
    ///
    /// May be given more than once, or as a list with commas. What it says in `X-Forwarded-For` and
    /// `X-Forwarded-Proto` is believed: attempts to sign in are counted by the caller's own address, and
    /// cookies are kept to https. What anyone else says there is not. Only name proxies that set both.
    #[arg(long = "trusted-proxy", value_name = "NETWORK", env = "COUNTERSIGN_TRUSTED_PROXIES")]
    pub(crate) trusted_proxies: Vec<Networks>,
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

impl Listening {
    /// Every network of the proxies in front.
    pub(crate) fn networks(&self) -> Vec<Network> {
        self.trusted_proxies.iter().flat_map(|some| some.0.iter().copied()).collect()
    }
}

/// Networks, as a list with commas. An empty one is none, as an empty variable of the environment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Networks(pub(crate) Vec<Network>);

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| part.parse().map_err(|error| format!("{part:?}: {error}"));
        parts.map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// What a record survives.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The death of the process.
    Process,
    /// The loss of power too; slower, because each batch waits for the disk.
    Power,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_a_list_and_a_wrong_one_is_named() {
        let read = |text: &str| text.parse::<Networks>().map(|networks| networks.0.len());
        assert_eq!((read(""), read("127.0.0.1"), read(" 10.0.0.0/8, ::1,")), (Ok(0), Ok(1), Ok(2)));
        for wrong in ["proxy", "127.0.0.1,10/8"] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains("10.0.0.0/8") && error.starts_with('"'), "{error}");
        }
    }
}
