//! `GET /api/v1/runs`: runs, newest first.

use axum::Json;
use axum::extract::State;
use control::views::{RunsPage, RunsQuery};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// A page of runs, newest first; `next` in the answer is the `cursor` of the page after it.
#[utoipa::path(
    get,
    path = "/api/v1/runs",
    operation_id = "runs_list",
    tag = "runs",
    params(RunsQuery),
    responses((status = 200, description = "Runs, newest first", body = RunsPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<RunsQuery>,
) -> Result<Json<RunsPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.runs(&permit, &query).await?))
}
