//! `GET /v1/models` and `/v1beta/models`: what the key's workflow may ask for, in the caller's dialect.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use config::{PriceList, Resolved, Snapshot, UnknownModel, Workflow};
use domain::ids::WorkflowId;
use domain::inference::Dialect;
use domain::{Refusal, Timestamp};
use serde_json::{Value, json};

use crate::parts::Gateway;
use crate::reply;
use crate::steps::{Caller, identify};

/// Lists the models.
pub(crate) async fn list(State(gateway): State<Gateway>, request: Request) -> Response {
    let dialect = crate::dialect_of(&request);
    match names(&gateway, &request) {
        Ok(names) => {
            let (names, created) = (names.listed(), names.created());
            let data: Vec<Value> = names.iter().map(|name| describe(dialect, name, created)).collect();
            let page = match dialect {
                Dialect::Openai => json!({"object": "list", "data": data}),
                Dialect::Anthropic => json!({
                    "data": data, "has_more": false, "first_id": names.first(), "last_id": names.last(),
                }),
                Dialect::Gemini => json!({"models": data}),
            };
            Json(page).into_response()
        }
        Err(refusal) => reply::refusal(dialect, &refusal, None),
    }
}

/// Describes one model.
pub(crate) async fn one(
    State(gateway): State<Gateway>,
    name: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let dialect = crate::dialect_of(&request);
    let Ok(Path(name)) = name else {
        return reply::refusal(dialect, &Refusal::NoSuchPath(crate::path_of(&request)), None);
    };
    named(&gateway, &name, &request)
}

/// Describes the model of this name.
pub(crate) fn named(gateway: &Gateway, name: &str, request: &Request) -> Response {
    let dialect = crate::dialect_of(request);
    let found = names(gateway, request).and_then(|names| {
        if names.has(name, gateway.now()) {
            return Ok(describe(dialect, name, names.created()));
        }
        Err(Refusal::NotFound { noun: "model", name: name.chars().take(200).collect(), hint: String::new() })
    });
    match found {
        Ok(model) => Json(model).into_response(),
        Err(refusal) => reply::refusal(dialect, &refusal, None),
    }
}

/// What a workflow may ask for.
struct Names {
    snapshot: Arc<Snapshot>,
    workflow: WorkflowId,
}

impl Names {
    fn workflow(&self) -> Option<&Workflow> {
        self.snapshot.workspace.workflows.get(&self.workflow)
    }

    fn listed(&self) -> Vec<String> {
        self.workflow().map(|workflow| self.snapshot.workspace.models(workflow)).unwrap_or_default()
    }

    /// Whether a call that asks for this name would be let through: patterns of `allow` cover more
    /// names than a list can hold.
    fn has(&self, name: &str, now: Timestamp) -> bool {
        let Snapshot { workspace, book, .. } = &*self.snapshot;
        let Some(resolved) = self.workflow().and_then(|workflow| workspace.resolve(workflow, name)) else {
            return false;
        };
        match resolved {
            Resolved::Route(_) => true,
            Resolved::Direct { provider, model } => match &provider.price_list {
                PriceList::Free => true,
                PriceList::Named(list) => {
                    workspace.pricing.unknown_model == UnknownModel::EstimateHigh
                        || book.find(list, model, now).is_some()
                }
            },
        }
    }

    fn created(&self) -> i64 {
        self.snapshot.loaded.ms() / 1_000
    }
}

fn names(gateway: &Gateway, request: &Request) -> Result<Names, Refusal> {
    let query = request.uri().query().unwrap_or_default();
    if let Some(refusal) = crate::gemini::key_in_address(query, request.headers()) {
        return Err(refusal);
    }
    let Caller { snapshot, attribution, .. } = identify(gateway, request.headers(), gateway.now())?;
    let names = Names { snapshot, workflow: attribution.workflow };
    match names.workflow() {
        Some(_) => Ok(names),
        None => Err(Refusal::WorkflowGone(names.workflow)),
    }
}

fn describe(dialect: Dialect, name: &str, created: i64) -> Value {
    match dialect {
        Dialect::Openai => {
            json!({"id": name, "object": "model", "created": created, "owned_by": "countersign"})
        }
        Dialect::Anthropic => json!({
            "id": name, "type": "model", "display_name": name,
            "created_at": domain::Timestamp::from_ms(created * 1_000).to_string(),
        }),
        Dialect::Gemini => json!({
            "name": format!("models/{name}"), "displayName": name, "version": "",
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }),
    }
}
