//! `GET /api/v1/people`: everyone in the workspace.

use axum::Json;
use axum::extract::State;
use control::views::PeoplePage;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Everyone in the workspace, with roles, workflows and sessions.
#[utoipa::path(
    get,
    path = "/api/v1/people",
    operation_id = "people_list",
    tag = "people",
    responses((status = 200, description = "Everyone in the workspace", body = PeoplePage)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<PeoplePage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.people(&permit).await?))
}
