//! Who may manage which key: asked of the workspace as it is now.
//!
//! The rule is `domain::people::Principal::permit_keys`; here it only learns who answers for what.

use config::Workspace;
use domain::Refusal;
use domain::ids::WorkflowId;
use domain::people::{Act, Permit, Principal, acts};
use domain::switch::Scope;

use crate::Control;

impl Control {
    /// Asks for permission to manage a key that serves these workflows. One that is not in the
    /// workspace any more is nobody's.
    ///
    /// # Errors
    /// [`Refusal::NotKeeper`] or [`Refusal::NotPermitted`]; a text that is no id.
    pub fn permit_keys(
        &self,
        who: &Principal,
        workflows: &[String],
    ) -> Result<Permit<acts::ManageKeys>, Refusal> {
        let ids = workflows.iter().map(|id| WorkflowId::new(id.as_str())).collect::<Result<Vec<_>, _>>()?;
        self.with_workspace(|workspace| permit(workspace, who, &ids))
    }

    /// Whether `who` may manage a key that serves these workflows.
    #[must_use]
    pub fn may_manage_keys(&self, who: &Principal, workflows: &[String]) -> bool {
        self.permit_keys(who, workflows).is_ok()
    }

    /// Whether there is any key that `who` may manage.
    #[must_use]
    pub fn may_manage_some_key(&self, who: &Principal) -> bool {
        self.some_key(who).is_ok()
    }

    /// Refuses whoever may manage no key at all, before anything is looked up for them.
    pub(super) fn some_key(&self, who: &Principal) -> Result<(), Refusal> {
        self.with_workspace(|workspace| {
            let theirs = |id: &WorkflowId| permit(workspace, who, std::slice::from_ref(id)).is_ok();
            if who.may(Act::ManageKeys) || workspace.workflows.keys().any(theirs) {
                return Ok(());
            }
            who.permit::<acts::ManageKeys>().map(drop)
        })
    }

    /// Asks for permission to manage a key that serves these workflows.
    pub(super) fn permit_key(
        &self,
        who: &Principal,
        serves: &[WorkflowId],
    ) -> Result<Permit<acts::ManageKeys>, Refusal> {
        self.with_workspace(|workspace| permit(workspace, who, serves))
    }
}

fn permit(
    workspace: &Workspace,
    who: &Principal,
    serves: &[WorkflowId],
) -> Result<Permit<acts::ManageKeys>, Refusal> {
    let scopes: Vec<Scope> = serves.iter().cloned().map(Scope::Workflow).collect();
    let keepers: Vec<_> = serves.iter().zip(scopes.iter().map(|scope| workspace.keepers(scope))).collect();
    who.permit_keys(&keepers)
}
