//! The address to listen on, as people write it: `127.0.0.1:4411`, `localhost:4411`, `[::1]:4411`, `:0`.
//!
//! A port alone means this machine only. Other programs take it for every interface; here that is
//! never the meaning of something left out, because there is no TLS inside.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::str::FromStr;

use anyhow::Context as _;

/// What would be right.
const EXPECTED: &str = "expected HOST:PORT or :PORT, such as 127.0.0.1:4411, localhost:4411, [::1]:4411 or :0 \
                        (a free port)";

/// An address to listen on. A name in it is not looked up yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Listen {
    /// An address.
    At(SocketAddr),
    /// A name and a port.
    Named(String, u16),
}

impl Listen {
    /// The addresses that are meant, those of IPv4 first.
    ///
    /// # Errors
    /// A name that nobody knows.
    pub(crate) fn addresses(&self) -> anyhow::Result<Vec<SocketAddr>> {
        let (host, port) = match self {
            Self::At(address) => return Ok(vec![*address]),
            Self::Named(host, port) => (host.as_str(), *port),
        };
        let found = (host, port).to_socket_addrs();
        let mut found: Vec<_> =
            found.with_context(|| format!("--listen {self}: looking up {host:?}"))?.collect();
        found.sort_by_key(SocketAddr::is_ipv6);
        found.dedup();
        anyhow::ensure!(!found.is_empty(), "--listen {self}: {host:?} has no address");
        Ok(found)
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || EXPECTED.to_owned();
        if let Ok(address) = text.parse() {
            return Ok(Self::At(address));
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if host.is_empty() {
            Ok(Self::At((Ipv4Addr::LOCALHOST, port).into()))
        } else if host.bytes().all(plain) && host.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            Ok(Self::Named(host.to_owned(), port))
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(address) => write!(f, "{address}"),
            Self::Named(host, port) => write!(f, "{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_or_a_port_on_this_machine() {
        let table = [
            ("127.0.0.1:4411", "127.0.0.1:4411"),
            ("[::1]:0", "[::1]:0"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            (":0", "127.0.0.1:0"),
            (":4411", "127.0.0.1:4411"),
            ("localhost:4411", "localhost:4411"),
            ("my-host.internal:80", "my-host.internal:80"),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Listen>().map(|listen| listen.to_string()).as_deref(), Ok(expected));
        }
        let wrong = [
            "",
            ":",
            "4411",
            "localhost",
            "localhost:",
            ":-1",
            ":+1",
            ":65536",
            "::1:80",
            "1.2.3:80",
            "*:80",
            "http://127.0.0.1:80",
            "a b:80",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Listen>(), Err(EXPECTED.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_looked_up_and_a_wrong_one_is_named() {
        let found = "localhost:4411".parse::<Listen>().unwrap().addresses().unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 4411));
        assert!(found.first().is_some_and(SocketAddr::is_ipv4), "{found:?}");
        let error = "no-such-host.invalid:1".parse::<Listen>().unwrap().addresses().unwrap_err();
        assert!(error.to_string().contains("no-such-host.invalid"), "{error}");
    }
}
