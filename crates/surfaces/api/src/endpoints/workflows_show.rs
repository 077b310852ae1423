//! `GET /api/v1/workflows/{id}`: one workflow.

use axum::Json;
use axum::extract::State;
use control::views::{PeriodQuery, WorkflowPage};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Asked, Named};

/// One workflow: owner, limits, budgets, figures, runs, keys, switch and file.
#[utoipa::path(
    get,
    path = "/api/v1/workflows/{id}",
    operation_id = "workflows_show",
    tag = "workflows",
    params(("id" = String, Path, description = "Id of a workflow"), PeriodQuery),
    responses((status = 200, description = "One workflow", body = WorkflowPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
    Asked(period): Asked<PeriodQuery>,
) -> Result<Json<WorkflowPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.workflow(&permit, &id, &period).await?))
}
