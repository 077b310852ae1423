//! The top of `countersign.toml`: which sections there are.

use super::{gateway, organisation, pricing};
use crate::read::{Spec, optional, table};

pub(crate) static ROOT: Spec = Spec {
    title: "countersign.toml",
    place: "in countersign.toml",
    doc: "Who is here, which providers there are, and how logical models become real ones.",
    keys: &[
        table("organisation", &organisation::ORGANISATION, "unnamed", "Whose workspace this is."),
        optional("people", "[[people]]", "nobody", "The humans."),
        optional("pods", "[[pods]]", "none", "People and agents who deliver together."),
        optional("providers", "[providers.NAME]", "none", "Where models are called."),
        optional("routes", "[routes.NAME]", "none", "Logical models."),
        table("pricing", &pricing::PRICING, "its defaults", "What a call costs whose model has no price."),
        table("gateway", &gateway::GATEWAY, "its defaults", "Settings of the gateway itself."),
    ],
};
