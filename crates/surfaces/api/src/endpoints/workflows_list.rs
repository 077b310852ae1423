//! `GET /api/v1/workflows`: all workflows, worst first.

use axum::Json;
use axum::extract::State;
use control::views::{PeriodQuery, WorkflowsPage};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// All workflows with their owners and figures, worst first.
#[utoipa::path(
    get,
    path = "/api/v1/workflows",
    operation_id = "workflows_list",
    tag = "workflows",
    params(PeriodQuery),
    responses((status = 200, description = "All workflows, worst first", body = WorkflowsPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(period): Asked<PeriodQuery>,
) -> Result<Json<WorkflowsPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.workflows(&permit, &period).await?))
}
