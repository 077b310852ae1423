//! `GET /api/v1/runs/{id}`: one run in full.

use axum::Json;
use axum::extract::State;
use control::views::RunPage;
use domain::Refusal;

use super::explain::Which;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Asked, Named};

/// One run with its inferences, explained. Unlike `explain`, the id of an inference is no run here.
#[utoipa::path(
    get,
    path = "/api/v1/runs/{id}",
    operation_id = "runs_show",
    tag = "runs",
    params(("id" = String, Path, description = "Id of a run, as its caller chose it"), Which),
    responses((status = 200, description = "The run", body = RunPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
    Asked(which): Asked<Which>,
) -> Result<Json<RunPage>, ApiError> {
    let page = api.control.explain_in(&caller.0, &id, which.workflow.as_deref()).await?;
    if page.run == id {
        Ok(Json(page))
    } else {
        Err(Refusal::NotFound { noun: "run", name: id, hint: String::new() }.into())
    }
}
