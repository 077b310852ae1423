//! The layer table.

use std::fmt;

/// Where a crate stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place<'a> {
    Domain,
    Core(&'a str),
    Adapter(&'a str),
    Gateway,
    Control,
    Surface(&'a str),
    Cli,
    Support(&'a str),
    Xtask,
}

/// What would bring I/O into the pure core.
const IO: [&str; 8] =
    ["tokio", "axum", "hyper", "reqwest", "sqlx", "rustls", "getrandom", "tracing-subscriber"];

impl<'a> Place<'a> {
    /// The place of a crate in this folder; `None` where there is none.
    pub(super) fn of(folder: &'a str) -> Option<Self> {
        let mut parts = folder.split('/');
        let place = match (parts.next()?, parts.next(), parts.next()) {
            ("xtask", None, None) => Self::Xtask,
            ("crates", Some("core"), Some("domain")) => Self::Domain,
            ("crates", Some("core"), Some(name)) => Self::Core(name),
            ("crates", Some("adapters"), Some(name)) => Self::Adapter(name),
            ("crates", Some("planes"), Some("gateway")) => Self::Gateway,
            ("crates", Some("planes"), Some("control")) => Self::Control,
            ("crates", Some("surfaces"), Some("cli")) => Self::Cli,
            ("crates", Some("surfaces"), Some(name)) => Self::Surface(name),
            ("crates", Some("support"), Some(name)) => Self::Support(name),
            _ => return None,
        };
        Some(place)
    }

    /// Whether a crate here may use one of ours there.
    pub(super) fn may_use(self, there: Place<'_>) -> bool {
        use Place::{Adapter, Cli, Control, Core, Domain, Gateway, Support, Surface, Xtask};
        match (self, there) {
            (_, Xtask | Cli) | (Domain, _) => false,
            (Support(_) | Xtask, _) => true,
            (_, Support(_)) => false,
            (Cli, _) | (_, Domain | Core(_)) => true,
            (Adapter("store" | "ledger" | "jobs"), Adapter(to)) => to == "db",
            (Gateway, Adapter(to)) => matches!(to, "ledger" | "providers"),
            (Control, Adapter(to)) => matches!(to, "store" | "ledger" | "providers" | "jobs"),
            (Surface(_), Control) => true,
            (Core(_) | Adapter(_) | Gateway | Control | Surface(_), _) => false,
        }
    }

    /// Whether a crate here may use this crate of others.
    pub(super) fn may_use_outside(self, name: &str) -> bool {
        match self {
            Self::Domain => !IO.contains(&name) && name != "serde_json",
            Self::Core(_) => !IO.contains(&name),
            Self::Gateway | Self::Control | Self::Surface(_) => name != "sqlx",
            Self::Adapter(_) => name != "axum",
            Self::Cli | Self::Support(_) | Self::Xtask => true,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain => f.write_str("core/domain"),
            Self::Core(name) => write!(f, "core/{name}"),
            Self::Adapter(name) => write!(f, "adapters/{name}"),
            Self::Gateway => f.write_str("planes/gateway"),
            Self::Control => f.write_str("planes/control"),
            Self::Surface(name) => write!(f, "surfaces/{name}"),
            Self::Cli => f.write_str("surfaces/cli"),
            Self::Support(name) => write!(f, "support/{name}"),
            Self::Xtask => f.write_str("xtask"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(from: &str, to: &str) -> bool {
        let place = |name: &'static str| Place::of(name).unwrap();
        let folder = |name: &str| if name == "xtask" { name.to_owned() } else { format!("crates/{name}") };
        place(folder(from).leak()).may_use(place(folder(to).leak()))
    }

    #[test]
    fn the_table() {
        for (from, to) in [
            ("core/config", "core/domain"),
            ("core/config", "core/pricing"),
            ("adapters/store", "adapters/db"),
            ("adapters/ledger", "core/domain"),
            ("planes/gateway", "adapters/ledger"),
            ("planes/control", "adapters/store"),
            ("surfaces/api", "planes/control"),
            ("surfaces/cli", "planes/gateway"),
            ("support/e2e", "planes/gateway"),
            ("xtask", "support/testkit"),
        ] {
            assert!(may(from, to), "{from} may use {to}");
        }
        for (from, to) in [
            ("core/domain", "core/pricing"),
            ("core/pricing", "adapters/db"),
            ("adapters/providers", "adapters/db"),
            ("adapters/store", "adapters/ledger"),
            ("planes/gateway", "adapters/store"),
            ("planes/gateway", "planes/control"),
            ("planes/control", "planes/gateway"),
            ("surfaces/ui", "adapters/store"),
            ("surfaces/api", "surfaces/ui"),
            ("surfaces/ui", "support/testkit"),
            ("support/e2e", "surfaces/cli"),
            ("surfaces/cli", "support/testkit"),
        ] {
            assert!(!may(from, to), "{from} must not use {to}");
        }
        assert!(
            !Place::Domain.may_use_outside("serde_json") && !Place::Core("config").may_use_outside("tokio")
        );
        assert_eq!(Place::of("crates/odd"), None);
    }
}
