//! What happens now and then, and what the data plane reports.

use domain::audit::Action;
use domain::budget::{Account, Warning};
use domain::holder::Holder;

use crate::budgets::key;
use crate::{Control, Event};

impl Control {
    /// A budget passed a mark: leaves an audit entry and tells live pages.
    pub async fn budget_warned(&self, warning: Warning) {
        let subject = match &warning.account {
            Account::Held(holder, _) => key(holder),
            Account::Run(workflow, _) => key(&Holder::Workflow(workflow.clone())),
        };
        let detail = format!(
            "{} % of the budget of {} for {} is used: {}",
            warning.mark, warning.limit, warning.account, warning.settled
        );
        tracing::warn!(account = %warning.account, mark = warning.mark, "a budget passed a mark");
        self.note(self.entry("system", Action::BudgetWarned, &subject, detail)).await;
        self.announce(Event::Attention);
    }

    /// A breaker moved: tells live pages.
    pub fn lanes_moved(&self) {
        self.announce(Event::Providers);
    }

    /// Deletes content that is older than its workflow keeps it.
    pub(crate) async fn apply_retention(&self) {
        let keep: Vec<_> = self.with_workspace(|workspace| {
            let workflows = workspace.workflows.values();
            workflows.map(|workflow| (workflow.id.clone(), workflow.content.retention_days)).collect()
        });
        if let Err(fault) = self.ledger().apply_retention(&keep).await {
            tracing::error!(
                error = fault.chain(),
                "old content could not be deleted; it is tried again in an hour"
            );
        }
    }
}
