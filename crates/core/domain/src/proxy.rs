//! Who is calling, behind proxies: from a connection's peer and two headers to the caller.
//!
//! A header is only believed where a proxy of the operator's own wrote it, so everything here starts
//! from the networks those proxies are in ([`Trusted`]). With none, the peer is the caller, whatever
//! the headers say. It never trusts an address because it looks private. `X-Forwarded-For` is read
//! from the right, because each proxy appends the peer it saw, and what stands left of the first
//! stranger is that stranger's word (RFC 7239 §5.2 has the same list in a newer header).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Most hops of `X-Forwarded-For` that are followed.
const MOST_HOPS: usize = 32;

/// A network: an address and how many of its first bits count. An address alone is a network of one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// Text that is no network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected an address or a network, such as 127.0.0.1, 10.0.0.0/8 or fd00::/8")]
pub struct NotANetwork;

impl Network {
    /// Whether `address` is in it. An IPv4 address that came over an IPv6 socket counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let rest = 32_u32.saturating_sub(self.bits);
                same(u32::from(own).into(), u32::from(other).into(), rest)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                same(own.into(), other.into(), 128_u32.saturating_sub(self.bits))
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Whether two numbers are the same but for their last `rest` bits.
fn same(one: u128, other: u128, rest: u32) -> bool {
    // A shift by all 128 bits leaves nothing to differ.
    (one ^ other).checked_shr(rest).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => all,
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= all).ok_or(NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
        };
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// How the caller's end of the connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// Not at all.
    Http,
    /// By TLS, up to the proxy.
    Https,
}

impl Scheme {
    /// As an address begins.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// What a request says about the way it came.
#[derive(Clone, Debug, Default)]
pub struct Said<'a> {
    /// Every value of `X-Forwarded-For`, in the order of the headers.
    pub forwarded_for: Vec<&'a str>,
    /// The first value of `X-Forwarded-Proto`.
    pub forwarded_proto: Option<&'a str>,
}

/// Who is calling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caller {
    /// From where.
    pub address: IpAddr,
    /// How.
    pub scheme: Scheme,
}

/// The networks whose proxies are believed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trusted(Vec<Network>);

impl Trusted {
    /// Those networks.
    #[must_use]
    pub const fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether a proxy at `address` is believed.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who is calling: the rightmost address that no trusted proxy has. Where every hop is trusted it
    /// is the leftmost; where a hop can't be read, the last one before it that could.
    #[must_use]
    pub fn caller(&self, peer: IpAddr, said: &Said<'_>) -> Caller {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return Caller { address: peer, scheme: Scheme::Http };
        }
        let hops = said.forwarded_for.iter().rev().flat_map(|line| line.rsplit(','));
        let mut address = peer;
        for hop in hops.take(MOST_HOPS) {
            let Some(before) = hop_address(hop) else { break };
            address = before;
            if !self.trusts(address) {
                break;
            }
        }
        let first = said.forwarded_proto.and_then(|line| line.split(',').next()).map(str::trim);
        let https = first.is_some_and(|first| first.eq_ignore_ascii_case("https"));
        Caller { address, scheme: if https { Scheme::Https } else { Scheme::Http } }
    }
}

/// An address as proxies write it, with or without a port: `10.0.0.1`, `10.0.0.1:80`, `[::1]:80`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.parse::<IpAddr>().ok();
    let with_port = || hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    bare.or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trusted(networks: &[&str]) -> Trusted {
        Trusted::new(networks.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_is_an_address_and_its_first_bits() {
        let table = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("0.0.0.0/0", "192.0.2.1", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("10.0.0.0/8", "fd00::1", false),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::/0", "2001:db8::1", true),
            ("::1", "::1", true),
        ];
        for (network, address, expected) in table {
            assert_eq!(
                network.parse::<Network>().unwrap().contains(ip(address)),
                expected,
                "{network} {address}"
            );
        }
        for wrong in
            ["", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "::/129", "10.0/8"]
        {
            assert_eq!(wrong.parse::<Network>(), Err(NotANetwork), "{wrong}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_who_is_calling() {
        let ours = ["10.0.0.0/8", "127.0.0.1"];
        let table: [(&[&str], &str, &[&str], &str); 12] = [
            (&[], "127.0.0.1", &["192.0.2.7"], "127.0.0.1"),
            (&ours, "192.0.2.1", &["192.0.2.7"], "192.0.2.1"),
            (&ours, "127.0.0.1", &[], "127.0.0.1"),
            (&ours, "127.0.0.1", &["192.0.2.7"], "192.0.2.7"),
            (&ours, "::ffff:127.0.0.1", &["192.0.2.7"], "192.0.2.7"),
            // The caller's own invention stands to the left of what the proxy saw.
            (&ours, "127.0.0.1", &["198.51.100.1, 192.0.2.7"], "192.0.2.7"),
            (&ours, "127.0.0.1", &["198.51.100.1", "192.0.2.7,10.0.0.2"], "192.0.2.7"),
            (&ours, "127.0.0.1", &["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            (&ours, "127.0.0.1", &["192.0.2.7, unknown, 10.0.0.2"], "10.0.0.2"),
            (&ours, "127.0.0.1", &[""], "127.0.0.1"),
            (&ours, "127.0.0.1", &["192.0.2.7:5123"], "192.0.2.7"),
            (&ours, "127.0.0.1", &["[2001:db8::7]:5123"], "2001:db8::7"),
        ];
        for (networks, peer, forwarded_for, expected) in table {
            let said = Said { forwarded_for: forwarded_for.to_vec(), forwarded_proto: None };
            let caller = trusted(networks).caller(ip(peer), &said);
            assert_eq!(caller.address, ip(expected), "{peer} {forwarded_for:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_that_the_connection_was_encrypted() {
        let scheme = |peer: &str, proto| {
            let said = Said { forwarded_for: Vec::new(), forwarded_proto: proto };
            trusted(&["127.0.0.1"]).caller(ip(peer), &said).scheme
        };
        for yes in ["https", "HTTPS", " https , http"] {
            assert_eq!(scheme("127.0.0.1", Some(yes)), Scheme::Https, "{yes}");
        }
        for no in [None, Some("http"), Some(""), Some("wss"), Some("http, https")] {
            assert_eq!(scheme("127.0.0.1", no), Scheme::Http, "{no:?}");
        }
        assert_eq!(scheme("192.0.2.1", Some("https")), Scheme::Http);
    }

    fn any_address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)]
    }

    proptest! {
        #[test]
        fn what_a_caller_sends_never_changes_who_it_is(caller in any_address(), invented in "\\PC{0,60}") {
            let ours = trusted(&["127.0.0.1"]);
            prop_assume!(!ours.trusts(caller));
            let line = format!("{invented}, {caller}");
            let said = Said { forwarded_for: vec![&line], forwarded_proto: None };
            prop_assert_eq!(ours.caller(ip("127.0.0.1"), &said).address, caller.to_canonical());
            let direct = Said { forwarded_for: vec![&invented], forwarded_proto: Some(&invented) };
            let seen = Caller { address: caller.to_canonical(), scheme: Scheme::Http };
            prop_assert_eq!(ours.caller(caller, &direct), seen);
        }

        #[test]
        fn a_network_holds_its_own_address_and_reads_back(address in any_address(), bits in 0_u32..=128) {
            let text = format!("{address}/{}", bits.min(if address.is_ipv4() { 32 } else { 128 }));
            let network: Network = text.parse().unwrap();
            prop_assert!(address.to_canonical() != address || network.contains(address));
            prop_assert_eq!(network.to_string(), text);
        }
    }
}
