//! `GET /api/v1/inferences/{id}`: one inference in full.

use axum::Json;
use axum::extract::State;
use control::views::InferenceView;
use domain::Refusal;
use domain::ids::InferenceId;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Named;

/// One inference, explained: controls, usage, bill, and for those who may read it, its content.
#[utoipa::path(
    get,
    path = "/api/v1/inferences/{id}",
    operation_id = "inferences_show",
    tag = "runs",
    params(("id" = String, Path, description = "Id of an inference: `inf_…`")),
    responses((status = 200, description = "The inference", body = InferenceView)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<InferenceView>, ApiError> {
    let wanted: InferenceId = id.parse().map_err(Refusal::from)?;
    let id = wanted.to_string();
    let page = api.control.explain(&caller.0, &id).await?;
    let found = page.inferences.into_iter().find(|inference| inference.id == id);
    Ok(Json(found.ok_or(Refusal::NotFound { noun: "inference", name: id, hint: String::new() })?))
}
