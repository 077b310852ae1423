//! Base URLs of providers: checked by hand, because only a small part of RFC 3986 makes sense here.

/// A base URL taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    /// The URL without a trailing slash, scheme and host in lower case.
    pub(crate) text: String,
    /// The host, without brackets or port.
    pub(crate) host: String,
    /// Whether the connection is in the clear.
    pub(crate) plain: bool,
}

/// Reads a base URL.
///
/// # Errors
/// What is wrong, to follow "the base URL …". Never repeats the URL: it may hold credentials.
pub(crate) fn read(text: &str) -> Result<BaseUrl, &'static str> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("has white space in it");
    }
    let (scheme, rest) = text.split_once("://").ok_or("has no scheme")?;
    let plain = match scheme.to_ascii_lowercase().as_str() {
        "https" => false,
        "http" => true,
        _ => return Err("is neither http nor https"),
    };
    let (authority, path) = match rest.find(['/', '?', '#']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if authority.contains('@') {
        return Err("has credentials in it");
    }
    if path.contains('?') {
        return Err("has a query");
    }
    if path.contains('#') {
        return Err("has a fragment");
    }
    let (host, port) = host_and_port(authority)?;
    let scheme = if plain { "http" } else { "https" };
    let shown = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = path.trim_end_matches('/');
    Ok(BaseUrl { text: format!("{scheme}://{shown}{port}{path}"), host, plain })
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), &'static str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or("has a host that is no IPv6 address")?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| "has a host that is no IPv6 address")?;
            let port = match after.strip_prefix(':') {
                None if after.is_empty() => None,
                Some(port) => Some(port),
                None => return Err("has something odd after its host"),
            };
            (host, port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let ordinary = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b':');
    if host.is_empty() || !host.bytes().all(ordinary) {
        return Err("has no valid host");
    }
    let port = match port {
        None => None,
        Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port > 0).ok_or("has no valid port")?),
    };
    Ok((host.to_ascii_lowercase(), port))
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_normalised() {
        let text = |url| read(url).map(|url| url.text);
        assert_eq!(text("HTTPS://API.OpenAI.com/v1/"), Ok("https://api.openai.com/v1".into()));
        assert_eq!(text("http://127.0.0.1:8080/v1"), Ok("http://127.0.0.1:8080/v1".into()));
        assert_eq!(text("http://[::1]:80/"), Ok("http://[::1]:80".into()));
        assert_eq!(read("http://vllm:8000").map(|url| (url.host, url.plain)), Ok(("vllm".into(), true)));
    }

    #[test]
    fn wrong_base_urls_are_refused() {
        for wrong in [
            "",
            "api.openai.com/v1",
            "ftp://a",
            "https://",
            "https:///v1",
            "https://user:pass@a/v1",
            "https://a/v1?key=1",
            "https://a/v1#x",
            "https://a b",
            "https://a:port",
            "https://a:0",
            "https://a:99999",
            "https://[::1",
            "https://[zz]",
            "https://[::1]x",
            "https://é",
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "::1", "api.localhost"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["10.0.0.1", "localhost.example", "vllm", "0.0.0.0"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
