//! The gateway, as the control plane sees it.

use std::sync::Arc;

use config::Snapshot;
use control::{Plane, Reach};
use domain::budget::{Account, Standing};
use domain::keys::KeyRing;
use domain::routing::{LaneState, Transition};
use domain::switch::{Board, Scope};
use gateway::{Gateway, Live};
use ledger::Charged;

use super::vault::Vault;

/// Joins the two planes, so that neither has to know the other.
pub(crate) struct GatewayPlane {
    pub(crate) live: Arc<Live>,
    pub(crate) gateway: Gateway,
    pub(crate) vault: Arc<Vault>,
}

impl Plane for GatewayPlane {
    fn publish_snapshot(&self, snapshot: Arc<Snapshot>) {
        self.vault.fill(&snapshot.workspace);
        self.live.publish_snapshot(snapshot);
    }

    fn reread_credentials(&self) {
        self.vault.refill();
    }

    fn publish_keys(&self, keys: Arc<KeyRing>) {
        self.live.publish_keys(keys);
    }

    fn publish_switches(&self, board: Arc<Board>) -> Reach {
        let ended = self.gateway.ended_by(&board);
        self.live.publish_board(board);
        Reach { ended }
    }

    fn restore(&self, charged: Vec<Charged>) {
        self.gateway.restore(charged);
    }

    fn running(&self, scope: &Scope) -> u64 {
        self.gateway.running_under(scope)
    }

    fn refuses(&self, scope: &Scope) -> bool {
        self.gateway.refuses(scope)
    }

    fn standing(&self, accounts: &[Account]) -> Vec<Standing> {
        self.gateway.standing(accounts)
    }

    fn lanes(&self) -> Vec<LaneState> {
        self.gateway.lanes()
    }

    fn transitions(&self) -> Vec<Transition> {
        self.gateway.transitions()
    }
}
