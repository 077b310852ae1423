//! `GET /api/v1/configuration`: the configuration.

use axum::Json;
use axum::extract::State;
use control::views::ConfigurationPage;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// The configuration as it is live, what is wrong with newer files, and what was live before.
#[utoipa::path(
    get,
    path = "/api/v1/configuration",
    operation_id = "configuration_show",
    tag = "configuration",
    responses((status = 200, description = "The configuration", body = ConfigurationPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<ConfigurationPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.configuration(&permit).await?))
}
