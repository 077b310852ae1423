//! `GET /v1/models` and `/v1beta/models`: what the key's workflow may ask for, in the caller's dialect.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use domain::inference::Dialect;
use serde_json::{Value, json};

use crate::parts::Gateway;
use crate::reply;
use crate::steps::identify;

/// Lists the models.
pub(crate) async fn list(State(gateway): State<Gateway>, request: Request) -> Response {
    let dialect = crate::dialect_of(&request);
    match names(&gateway, &request) {
        Ok((names, created)) => {
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
    let found = names(gateway, request).and_then(|(names, created)| {
        if names.iter().any(|known| known == name) {
            return Ok(describe(dialect, name, created));
        }
        Err(Refusal::NotFound { noun: "model", name: name.chars().take(200).collect(), hint: String::new() })
    });
    match found {
        Ok(model) => Json(model).into_response(),
        Err(refusal) => reply::refusal(dialect, &refusal, None),
    }
}

fn names(gateway: &Gateway, request: &Request) -> Result<(Vec<String>, i64), Refusal> {
    let query = request.uri().query().unwrap_or_default();
    if let Some(refusal) = crate::gemini::key_in_address(query, request.headers()) {
        return Err(refusal);
    }
    let caller = identify(gateway, request.headers(), gateway.now())?;
    let workspace = &caller.snapshot.workspace;
    let name = &caller.attribution.workflow;
    let workflow = workspace.workflows.get(name).ok_or_else(|| Refusal::WorkflowGone(name.clone()))?;
    Ok((workspace.models(workflow), caller.snapshot.loaded.ms() / 1_000))
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
