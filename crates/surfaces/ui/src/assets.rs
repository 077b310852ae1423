//! Style sheet, scripts and icon, compiled in.
//!
//! All of them live under one folder named by a hash over all of them, so that modules can import
//! each other by relative paths and a browser may keep them for ever. An address with another
//! hash (a page from before an upgrade) gets today's file and is told not to keep it.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// The style sheet, in the order in which its parts build on each other.
pub(crate) const CSS: &str = concat!(
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/frame.css"),
    include_str!("../assets/css/parts.css"),
    include_str!("../assets/css/forms.css"),
    include_str!("../assets/css/charts.css"),
    include_str!("../assets/css/pages.css"),
);

const JS: &str = "text/javascript; charset=utf-8";

/// Name, type and text of every file.
pub(crate) const FILES: [(&str, &str, &str); 11] = [
    ("app.css", "text/css; charset=utf-8", CSS),
    ("app.js", JS, include_str!("../assets/js/app.js")),
    ("charts.js", JS, include_str!("../assets/js/charts.js")),
    ("copy.js", JS, include_str!("../assets/js/copy.js")),
    ("fetch.js", JS, include_str!("../assets/js/fetch.js")),
    ("forms.js", JS, include_str!("../assets/js/forms.js")),
    ("keys.js", JS, include_str!("../assets/js/keys.js")),
    ("live.js", JS, include_str!("../assets/js/live.js")),
    ("palette.js", JS, include_str!("../assets/js/palette.js")),
    ("run.js", JS, include_str!("../assets/js/run.js")),
    ("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
];

/// Hash over all files: the folder they are served from.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let texts = FILES.iter().flat_map(|(name, _, text)| name.bytes().chain(text.bytes()));
    format!("{:016x}", fnv(texts))
});

/// FNV-1a, 64 bit (Fowler, Noll, Vo). It tells versions apart; it protects nothing.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The address of a file.
pub(crate) fn url(name: &str) -> String {
    format!("/assets/{}/{name}", FOLDER.as_str())
}

/// Serves the files, to anyone: there is nothing secret in them.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{folder}/{name}", get(serve))
}

async fn serve(Path((folder, name)): Path<(String, String)>) -> Response {
    let Some((_, kind, text)) = FILES.iter().find(|(known, _, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if folder == *FOLDER { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, *text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_changes_with_the_contents() {
        assert_ne!(fnv("a".bytes()), fnv("b".bytes()));
        assert_eq!(fnv("a".bytes()), 0xaf63_dc4c_8601_ec8c);
        assert!(url("app.css").starts_with("/assets/") && url("app.css").ends_with("/app.css"));
    }

    #[test]
    fn assets_are_small_and_name_no_other_host() {
        let size: usize = FILES.iter().map(|(_, _, text)| text.len()).sum();
        assert!(size < 48_000, "{size} bytes of assets");
        for (name, _, text) in FILES {
            let foreign = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!foreign.contains("http://") && !foreign.contains("https://"), "{name}");
        }
    }
}
