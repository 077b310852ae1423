//! `GET /api/v1/find`: things by a piece of their name.

use axum::Json;
use axum::extract::State;
use control::views::Found;
use domain::people::acts;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// What to look for.
#[derive(Deserialize, IntoParams)]
pub(crate) struct FindQuery {
    /// A piece of a name or an id.
    text: String,
}

/// Finds workflows, people, keys, runs and inferences by a piece of their name or id.
#[utoipa::path(
    get,
    path = "/api/v1/find",
    operation_id = "find",
    tag = "look",
    params(FindQuery),
    responses((status = 200, description = "What was found, best first", body = Vec<Found>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<FindQuery>,
) -> Result<Json<Vec<Found>>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.find(&permit, &query.text).await?))
}
