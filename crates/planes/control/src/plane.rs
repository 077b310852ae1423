//! The control plane's view of the data plane: what it publishes there, and what it asks.

use std::sync::Arc;

use config::Snapshot;
use domain::budget::{Account, Standing};
use domain::keys::KeyRing;
use domain::routing::{LaneState, Transition};
use domain::switch::{Board, Scope};
use ledger::Charged;

/// What a new board did to calls under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Running calls that it ends.
    pub ended: u64,
}

/// The data plane. Implemented by the binary over the gateway, so that the two planes need not
/// know each other.
pub trait Plane: Send + Sync {
    /// Replaces the configuration. Calls under way keep the one they began with.
    fn publish_snapshot(&self, snapshot: Arc<Snapshot>);

    /// Reads the providers' credentials again, where they are, for the configuration that is live:
    /// they may have changed while it did not.
    fn reread_credentials(&self) {}

    /// Replaces the keys. Running streams of keys that were revoked end.
    fn publish_keys(&self, keys: Arc<KeyRing>);

    /// Replaces the switches. When it returns, new calls meet them.
    fn publish_switches(&self, board: Arc<Board>) -> Reach;

    /// Takes over what holders were charged, as the ledger has it. What is known better stays.
    fn restore(&self, charged: Vec<Charged>);

    /// Calls under way that a switch over `scope` would reach.
    fn running(&self, scope: &Scope) -> u64;

    /// Whether any call under `scope` that came now would meet a switch that refuses it.
    fn refuses(&self, scope: &Scope) -> bool;

    /// How budget accounts stand, calls under way included, in the order asked for.
    fn standing(&self, accounts: &[Account]) -> Vec<Standing>;

    /// How the lanes to providers stand that were used of late; none where nothing keeps count.
    fn lanes(&self) -> Vec<LaneState> {
        Vec::new()
    }

    /// The latest moves of their breakers, the newest first.
    fn transitions(&self) -> Vec<Transition> {
        Vec::new()
    }
}
