//! `GET /api/v1/explain/{id}`: why a run or an inference went as it did.

use axum::Json;
use axum::extract::State;
use control::views::RunPage;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Asked, Named};

/// Which run, where several workflows used its id.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Id of the workflow whose run is meant; without it, that of the one that used the id last.
    pub(crate) workflow: Option<String>,
}

/// Why a run went as it did: owner, controls, usage, price rows, cost. The id of an inference
/// explains its run, with that inference in `selected`. What was asked and answered is shown to
/// those who may read it.
#[utoipa::path(
    get,
    path = "/api/v1/explain/{id}",
    operation_id = "explain",
    tag = "runs",
    params(("id" = String, Path, description = "Id of a run, or of an inference"), Which),
    responses((status = 200, description = "The run, explained", body = RunPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
    Asked(which): Asked<Which>,
) -> Result<Json<RunPage>, ApiError> {
    Ok(Json(api.control.explain_in(&caller.0, &id, which.workflow.as_deref()).await?))
}
