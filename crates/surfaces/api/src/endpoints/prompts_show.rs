//! `GET /api/v1/prompts/{id}`: one prompt.

use axum::Json;
use axum::extract::State;
use control::views::{PeriodQuery, PromptPage};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Asked, Named};

/// One prompt: template, variables, settings, switch, and its versions with what each was used for.
#[utoipa::path(
    get,
    path = "/api/v1/prompts/{id}",
    operation_id = "prompts_show",
    tag = "prompts",
    params(("id" = String, Path, description = "Name of a prompt"), PeriodQuery),
    responses((status = 200, description = "One prompt", body = PromptPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
    Asked(period): Asked<PeriodQuery>,
) -> Result<Json<PromptPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.prompt(&permit, &id, &period).await?))
}
