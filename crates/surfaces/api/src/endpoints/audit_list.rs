//! `GET /api/v1/audit`: who did what, newest first.

use axum::Json;
use axum::extract::State;
use control::views::{AuditPage, AuditQuery};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// A page of the audit log, newest first; `next` in the answer is the `cursor` of the page after it.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    operation_id = "audit_list",
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, description = "Who did what, newest first", body = AuditPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<AuditPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.audit(&permit, &query).await?))
}
