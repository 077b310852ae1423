//! `GET /api/v1/price`: what a call would cost.

use axum::Json;
use axum::extract::State;
use control::views::{PriceQuery, PriceQuote};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// What a call would cost by the live price book, and by which dated rows.
#[utoipa::path(
    get,
    path = "/api/v1/price",
    operation_id = "price",
    tag = "money",
    params(PriceQuery),
    responses((status = 200, description = "What a call would cost", body = PriceQuote)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<PriceQuery>,
) -> Result<Json<PriceQuote>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.price(&permit, &query)?))
}
