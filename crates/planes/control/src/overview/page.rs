//! The first page: is it safe, what did it cost today, who has to do what.

use domain::people::{Permit, acts};
use domain::switch::Scope;

use super::attention::{self, ledger_view};
use crate::figures::{self, By};
use crate::period::Period;
use crate::say::Say;
use crate::switches::works;
use crate::views::{
    Attention, BudgetLine, Figures, KeyRow, Overview, Sentence, SubjectKind, Tone, WorkflowRow,
};
use crate::words::{plural, share, short};
use crate::{Control, Error, budgets, configuration};

impl Control {
    /// The first page: is it safe, what did it cost today, who has to do what.
    ///
    /// # Errors
    /// A fault where the ledger can't be read.
    pub async fn overview(&self, _permit: &Permit<acts::Look>) -> Result<Overview, Error> {
        self.fresh().await;
        let now = self.now();
        let period = Period::today(now);
        let workflows = self.workflow_rows(&period).await?;
        let today = figures::of(&figures::total(&self.spend_by(By::Day, &period, None).await?));
        let hours = self.series(&period, None).await?;
        let live = self.configured();
        let lines = self.standing(&budgets::all(&live.snapshot.workspace));
        let attention = self.attention(&workflows, &lines);
        let budgets: Vec<BudgetLine> =
            lines.into_iter().filter(|line| line.holder == "organisation").collect();
        Ok(Overview {
            sentence: sentence(&workflows, &today, &budgets, &attention),
            period: period.view(),
            running: self.inner.plane.running(&Scope::All),
            simulated: today.simulated_cost.nano > 0 || self.is_simulated(),
            today,
            budgets,
            hours,
            attention,
            switches: self.thrown(),
            config: configuration::brief(&live, &self.inner.parts.workspace),
            ledger: ledger_view(&self.ledger().health()),
            workflows,
        })
    }

    fn attention(&self, workflows: &[WorkflowRow], lines: &[BudgetLine]) -> Vec<Attention> {
        let all = self.all_keys();
        let ending = all.iter().filter(|key| key.expires.is_some() && works(key, self.now()));
        let keys: Vec<KeyRow> = ending.map(|key| self.key_row(key)).collect();
        let mut items = self.of_server();
        items.extend(attention::workflows(workflows));
        items.extend(attention::wide_budgets(lines));
        items.extend(attention::ending(&keys, self.now()));
        attention::worst_first(&mut items);
        items
    }
}

fn sentence(
    workflows: &[WorkflowRow],
    today: &Figures,
    budgets: &[BudgetLine],
    attention: &[Attention],
) -> Sentence {
    let count = u64::try_from(workflows.len()).unwrap_or(u64::MAX);
    let off = workflows.iter().filter(|row| row.switch.is_some()).count();
    let say = Say::new();
    let say = match (workflows.len(), off) {
        (0, _) => say.text("No workflow is declared yet"),
        (_, 0) if count == 1 => say.text("The workflow is on"),
        (_, 0) => say.text(&format!("All {} are on", plural(count, "workflow"))),
        (all, off) if all == off => {
            say.toned(Tone::Bad, &format!("None of {} is on", plural(count, "workflow")))
        }
        (_, off) => say.toned(Tone::Bad, &format!("{off} of {} not on", plural(count, "workflow"))),
    };
    let mark = if today.estimated_cost.nano > 0 { "≈ " } else { "" };
    let cost = format!("{mark}{}", today.cost.amount());
    let say = say.text("; ").about(SubjectKind::Spend, "", &cost).text(" spent today");
    let say = match budgets::nearest(budgets) {
        None => say,
        Some(line) => {
            let text = format!("{} % of the {} budget", short(line.percent), line.window);
            say.text(", ").both(line.tone, SubjectKind::Spend, "", &text).text(" used")
        }
    };
    let say = match (today.calls, today.errors.count) {
        (0, _) => say.text("; no call yet"),
        (calls, 0) => say.text(&format!("; {}, none failed", plural(calls, "call"))),
        (calls, _) => say.text(&format!("; {}, {} failed", plural(calls, "call"), share(today.errors))),
    };
    let urgent = attention.iter().filter(|item| item.tone >= Tone::Warn).count();
    let tone = attention.first().map_or(Tone::Good, |item| item.tone);
    match urgent {
        0 => say.text("; nothing needs you.").end(),
        1 => say.text("; ").toned(tone, "1 thing needs someone").text(".").end(),
        many => say.text("; ").toned(tone, &format!("{many} things need someone")).text(".").end(),
    }
}
