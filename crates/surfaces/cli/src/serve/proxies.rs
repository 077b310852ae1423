//! Proxies on the way to providers that the environment names: told at the start where one can't be
//! used, and not first by a call that fails. The value may hold credentials and is never shown.

/// Says in the log which variables name a proxy that can't be used.
pub(super) fn tell() {
    for (variable, value) in crate::environment::proxies() {
        if let Some(scheme) = unusable(&value) {
            tracing::warn!(
                variable,
                scheme,
                "this proxy can't be used: http and https are spoken; calls to providers that would go through it fail or go straight"
            );
        }
    }
}

/// The scheme of a proxy that is neither http nor https. One without a scheme is http.
fn unusable(value: &str) -> Option<&str> {
    let (scheme, _) = value.trim().split_once("://")?;
    let usable = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (!usable).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::unusable;

    #[test]
    fn http_and_https_can_be_used_and_nothing_else() {
        for (value, expected) in [
            ("", None),
            ("proxy:3128", None),
            ("http://maya:secret@proxy:3128", None),
            (" HTTPS://proxy", None),
            ("socks5://maya:secret@proxy:1080", Some("socks5")),
            ("ftp://proxy", Some("ftp")),
        ] {
            assert_eq!(unusable(value), expected, "{value:?}");
        }
    }
}
