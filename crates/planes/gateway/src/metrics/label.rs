//! Which names of models may be labels of metrics.
//!
//! A caller whose workflow allows `provider/*` can make up names without end, and every name is a
//! series of its own. So a model is named only where somebody other than the caller wrote its name
//! down: in a route, in the price book, or in the workflow's `allow` without a wildcard. Must never
//! return what only the caller said.

use config::{Pattern, PriceList, Snapshot, Workspace};
use domain::ids::WorkflowId;
use domain::inference::Target;

/// The name by which a target's model is counted; `None` where callers could have made it up. A
/// model that a route names goes by that name, one of the book by its name there.
pub(crate) fn label<'a>(
    snapshot: &'a Snapshot,
    workflow: &WorkflowId,
    target: &'a Target,
) -> Option<&'a str> {
    let workspace = &snapshot.workspace;
    if target.route.is_some() || written(workspace, workflow, target) {
        return Some(&target.model);
    }
    match &workspace.providers.get(&target.provider)?.price_list {
        PriceList::Named(list) => snapshot.book.listed(list, &target.model),
        PriceList::Free => None,
    }
}

/// Whether a route or the workflow's `allow` names exactly this model of this provider.
fn written(workspace: &Workspace, workflow: &WorkflowId, target: &Target) -> bool {
    let Target { provider, model, .. } = target;
    let mut targets = workspace.routes.values().flat_map(|route| route.targets.iter());
    let plainly = |pattern: &Pattern| {
        matches!(pattern, Pattern::Model { model: named, .. } if named == model && !named.contains('*'))
            && pattern.allows_model(provider, model)
    };
    targets.any(|known| known.provider == *provider && known.model == *model)
        || workspace.workflows.get(workflow).is_some_and(|workflow| workflow.allow.iter().any(plainly))
}

#[cfg(test)]
mod tests {
    use config::Files;
    use domain::Timestamp;
    use domain::ids::{ProviderId, RouteId};
    use pricing::PriceBook;

    use super::*;

    const ROOT: &str = r#"
[organisation]
name = "Test"

[[people]]
id = "maya"
name = "Maya"
email = "maya@test.example"
roles = ["owner"]

[[pods]]
id = "pod"
people = ["maya"]

[providers.priced]
api = "openai"
base_url = "http://127.0.0.1:1/v1"
prices = "openai"

[providers.free]
api = "simulated"
prices = "none"

[routes.standard]
targets = [{ provider = "free", model = "routed" }]
"#;

    const WORKFLOW: &str = r#"
title = "T"
owner = "maya"
pod = "pod"
operating_model = "assisted"
unit_of_work = "u"
good = "g"

[routes]
default = "standard"
allow = ["priced/*", "free/*", "free/written", "free/wild*"]
"#;

    fn snapshot() -> Snapshot {
        let files = [("countersign.toml", ROOT), ("workflows/w.toml", WORKFLOW)];
        let files: Files = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let workspace = config::load(&files).unwrap_or_else(|problems| panic!("{problems:?}"));
        Snapshot::new(workspace, PriceBook::builtin().as_ref().clone(), Timestamp::from_ms(0))
    }

    #[test]
    fn a_model_is_named_where_someone_but_the_caller_named_it() {
        let snapshot = snapshot();
        let workflow = WorkflowId::new("w").unwrap();
        for (provider, model, expected) in [
            ("priced", "gpt-4o", Some("gpt-4o")),
            ("priced", "gpt-4o-2099-01-01", Some("gpt-4o")),
            ("priced", "GPT-4o", Some("gpt-4o")),
            ("priced", "made-up-17", None),
            ("free", "routed", Some("routed")),
            ("free", "written", Some("written")),
            ("free", "wild*", None),
            ("free", "wilder", None),
            ("free", "gpt-4o", None),
            ("gone", "gpt-4o", None),
        ] {
            let (provider, model) = (ProviderId::new(provider).unwrap(), model.to_owned());
            let mut target = Target { route: None, provider, model };
            assert_eq!(label(&snapshot, &workflow, &target), expected, "{target:?}");
            target.route = Some(RouteId::new("standard").unwrap());
            assert_eq!(label(&snapshot, &workflow, &target), Some(target.model.as_str()));
        }
    }
}
