//! The table of routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use control::Control;
use domain::proxy::Trusted;
use domain::time::SharedClock;

use crate::{assets, caller, live, pages, security, session};

/// What the pages need to know besides the control plane.
#[derive(Clone)]
pub struct Settings {
    /// What time it is.
    pub clock: SharedClock,
    /// The proxies whose word is taken for where a request comes from and how.
    pub trusted: Trusted,
    /// What this installation is called, where there are several: `staging`. Shown in the top bar.
    pub environment: Option<String>,
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct App {
    /// The use cases.
    pub(crate) control: Control,
    /// The settings.
    pub(crate) settings: Arc<Settings>,
}

/// Largest form that is read.
const MAX_FORM: usize = 64 * 1024;

/// All pages, their assets, and the stream of changes. Sets no fallback, so that it can be merged
/// with other routers; use [`crate::not_found`] for paths that nobody serves.
pub fn router(control: Control, settings: Settings) -> Router {
    let app = App { control, settings: Arc::new(settings) };
    let signed = Router::new()
        .route("/", get(pages::overview::show))
        .route("/workflows", get(pages::workflows::show))
        .route("/workflows/{id}", get(pages::workflow::show))
        .route("/switch", get(pages::switch::show).post(pages::switch::turn))
        .route("/runs", get(pages::runs::show))
        .route("/runs/{id}", get(pages::run::show))
        .route("/inferences/{id}", get(pages::run::inference))
        .route("/prompts", get(pages::prompts::list))
        .route("/prompts/{name}", get(pages::prompts::show))
        .route("/spend", get(pages::spend::show))
        .route("/spend.csv", get(pages::spend::csv))
        .route("/keys", get(pages::keys::show).post(pages::keys::create))
        .route("/keys/{id}/created", get(pages::keys::created))
        .route("/keys/{id}/revoke", get(pages::keys::confirm).post(pages::keys::revoke))
        .route("/people", get(pages::people::show))
        .route("/people/{id}/invite", post(pages::people::invite))
        .route("/people/{id}/sign-out", get(pages::people::confirm_end).post(pages::people::end_sessions))
        .route("/providers", get(pages::providers::show))
        .route("/telemetry", get(pages::telemetry::show))
        .route("/guards", get(pages::guards::show))
        .route("/configuration", get(pages::configuration::show))
        .route("/audit", get(pages::audit::show))
        .route("/find", get(pages::find::show))
        .route("/find.json", get(pages::find::json))
        .route("/account", get(pages::account::show).post(pages::account::change))
        .route("/sign-out", post(pages::sign_in::sign_out))
        .route("/events", get(live::events))
        .route_layer(from_fn_with_state(app.clone(), session::around));
    let open = Router::new()
        .route("/sign-in", get(pages::sign_in::show).post(pages::sign_in::sign_in))
        .route("/sign-in/link/{token}", get(pages::sign_in::link).post(pages::sign_in::use_link))
        .route("/errors", get(pages::codes::list))
        .route("/errors/{code}", get(pages::codes::show))
        .route_layer(from_fn(session::bare));
    signed
        .merge(open)
        .route_layer(DefaultBodyLimit::max(MAX_FORM))
        .route_layer(from_fn(security::guard))
        .route_layer(from_fn_with_state(app.clone(), caller::around))
        .merge(assets::router())
        .with_state(app)
}
