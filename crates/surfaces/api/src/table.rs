//! The table of endpoints: what is served where, and therefore what is documented.

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter};
use domain::Refusal;
use utoipa::OpenApi;

use crate::error::{ApiError, ErrorBody, ErrorDetail};
use crate::{Api, endpoints};

macro_rules! table {
    ($($path:literal { $($method:ident $handler:ident,)+ })+) => {
        /// Every endpoint as a route; another method on its path is refused by name.
        pub(crate) fn routes() -> Router<Api> {
            Router::new()$(.route(
                concat!("/api/v1", $path),
                MethodRouter::new()$(.on(MethodFilter::$method, endpoints::$handler::handle))+
                    .fallback(|| async { not_allowed($path, concat!($(", ", stringify!($method)),+)) }),
            ))+
        }

        /// Method and path of every route.
        #[cfg(test)]
        pub(crate) const ROUTES: &[(&str, &str)] =
            &[$($((stringify!($method), concat!("/api/v1", $path)),)+)+];

        /// What the attributes beside the handlers say.
        #[derive(OpenApi)]
        #[openapi(paths($($(endpoints::$handler::handle),+),+), components(schemas(ErrorBody, ErrorDetail)))]
        pub(crate) struct Documented;
    };
}

fn not_allowed(path: &str, allowed: &'static str) -> ApiError {
    let allowed = allowed.trim_start_matches(", ");
    ApiError::from(Refusal::MethodNotAllowed { path: format!("/api/v1{path}"), allowed })
}

table! {
    "/session" { GET session, }
    "/overview" { GET overview, }
    "/status" { GET status, }
    "/workflows" { GET workflows_list, }
    "/workflows/{id}" { GET workflows_show, }
    "/runs" { GET runs_list, }
    "/runs/{id}" { GET runs_show, }
    "/inferences/{id}" { GET inferences_show, }
    "/explain/{id}" { GET explain, }
    "/prompts" { GET prompts_list, }
    "/prompts/{id}" { GET prompts_show, }
    "/spend" { GET spend, }
    "/keys" { GET keys_list, POST keys_create, }
    "/keys/{id}" { DELETE keys_revoke, }
    "/switches" { GET switches_list, PUT switches_turn, }
    "/switches/drill" { POST switches_drill, }
    "/providers" { GET providers, }
    "/telemetry" { GET telemetry, }
    "/guards" { GET guards, }
    "/configuration" { GET configuration_show, }
    "/configuration/reload" { POST configuration_reload, }
    "/audit" { GET audit_list, }
    "/price" { GET price, }
    "/people" { GET people_list, }
    "/people/links" { POST people_link, }
    "/find" { GET find, }
    "/events" { GET events, }
    "/openapi.json" { GET openapi, }
}
