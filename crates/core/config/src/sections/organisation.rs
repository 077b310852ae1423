//! `[organisation]`: whose workspace this is, and what holds for all of it.

use domain::budget::Budget;
use domain::limits::Limits;
use serde::Serialize;

use super::{budget, limits};
use crate::read::{Entry, Section, Spec, required, table};

/// The organisation.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Organisation {
    /// Its name; empty where the file gives none.
    pub name: String,
    /// Limits on all workflows together.
    pub limits: Limits,
    /// Budget of all workflows together.
    pub budget: Budget,
}

pub(crate) static ORGANISATION: Spec = Spec {
    title: "[organisation]",
    place: "in [organisation]",
    doc: "Whose workspace this is, and what holds for all of it.",
    keys: &[
        required("name", "\"Acme\"", "What pages call the organisation."),
        table("limits", &limits::LIMITS, "unlimited", "Limits on all workflows together."),
        table("budget", &budget::BUDGET, "unlimited", "Budget of all workflows together."),
    ],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Organisation {
    let Some(section) = section else { return Organisation::default() };
    Organisation {
        name: section.get("name").and_then(|entry: Entry<'_>| entry.text()).unwrap_or_default(),
        limits: limits::read(section.inner("limits")),
        budget: budget::read(section.inner("budget")),
    }
}
