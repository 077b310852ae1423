//! `GET /api/v1/prompts`: all prompts of the workspace.

use axum::Json;
use axum::extract::State;
use control::views::{PeriodQuery, PromptsPage};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// All prompts with their live versions and what they were used for, by name.
#[utoipa::path(
    get,
    path = "/api/v1/prompts",
    operation_id = "prompts_list",
    tag = "prompts",
    params(PeriodQuery),
    responses((status = 200, description = "All prompts, by name", body = PromptsPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(period): Asked<PeriodQuery>,
) -> Result<Json<PromptsPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.prompts(&permit, &period).await?))
}
