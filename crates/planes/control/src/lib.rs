//! The control plane: every use case that a page, the HTTP API or the command line offers.
//!
//! A use case takes a [`Permit`](domain::people::Permit), loads what a decision needs, lets
//! `domain` decide, and writes the next state together with its audit entry in one transaction.
//! It returns a plain [view](views). Nothing here renders, routes or parses HTTP, and nothing
//! here knows the gateway: what has to reach it goes through the [`Plane`] that the binary passes
//! in.
//!
//! A start has two steps, because the gateway is built from what the control plane loads:
//! [`Prepared::load`] reads configuration, keys and switches; [`Prepared::join`] takes the
//! [`Plane`] and gives the [`Control`]. Nothing runs by itself: the binary calls
//! [`Control::watch`].

mod audit;
mod background;
mod budgets;
mod charges;
mod configuration;
pub mod csv;
mod deferred;
mod error;
mod events;
mod explain;
mod figures;
mod files;
mod guards;
mod keys;
mod mirror;
mod names;
mod overview;
mod people;
mod period;
mod plane;
mod prices;
mod prompts;
mod providers;
mod random;
mod runs;
mod say;
mod spend;
mod state;
mod status;
mod switches;
mod telemetry;
pub mod views;
mod words;
mod workflows;

pub use configuration::{AtStart, StartError, read_folder};
pub use error::{Error, Fault};
pub use events::Event;
pub use people::{Credentials, LinkFor, MIN_PASSWORD, Session, SignedIn};
pub use plane::{Plane, Reach};
pub use prices::quote;
pub use state::{Control, Parts, Prepared};
