//! `PUT /api/v1/switches`: what was turned, and how long it took.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::{SwitchTurned, TurnSwitch};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Order;
use crate::repeats::{Answer, once};

/// Turns a switch, and answers once new calls meet it.
#[utoipa::path(
    put,
    path = "/api/v1/switches",
    operation_id = "switches_turn",
    tag = "switches",
    request_body = TurnSwitch,
    responses((status = 200, description = "What was turned, and how long it took", body = SwitchTurned)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    order: Order<TurnSwitch>,
) -> Result<Answer, ApiError> {
    let who = caller.0.clone();
    let control = api.control.clone();
    let write = async move |turn: TurnSwitch| control.turn(&who, &turn).await;
    once(&api, &caller, order, StatusCode::OK, write).await
}
