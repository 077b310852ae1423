//! `POST /api/v1/switches/drill`: what was measured.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::{DrillSwitch, DrillView};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Order;
use crate::repeats::{Answer, once};

/// Turns a switch off for real, measures, turns it back, and answers with the figures.
#[utoipa::path(
    post,
    path = "/api/v1/switches/drill",
    operation_id = "switches_drill",
    tag = "switches",
    request_body = DrillSwitch,
    responses((status = 200, description = "What was measured", body = DrillView)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    order: Order<DrillSwitch>,
) -> Result<Answer, ApiError> {
    let who = caller.0.clone();
    let control = api.control.clone();
    let write = async move |wish: DrillSwitch| control.drill(&who, &wish).await;
    once(&api, &caller, order, StatusCode::OK, write).await
}
