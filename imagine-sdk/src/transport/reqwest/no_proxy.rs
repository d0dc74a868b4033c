//! The hosts that need no proxy, in the format of curl.

use std::net::IpAddr;

use url::{Host, Url};

/// A list of hosts: domains with their subdomains, addresses, networks, or `*` for all. Each can have a port.
pub(super) struct NoProxy {
    entries: Vec<Entry>,
    contains_all: bool,
}

struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

enum Hosts {
    /// In lower case, without a dot at either end.
    Domain(String),
    Network {
        address: IpAddr,
        /// The number of leading bits.
        prefix: u32,
    },
}

impl NoProxy {
    /// Reads a list, which is separated by commas or spaces.
    pub(super) fn new(list: &str) -> Self {
        let names = || {
            let names = list.split(|c: char| c == ',' || c.is_whitespace());
            names.filter(|name| !name.is_empty())
        };
        Self {
            entries: names().map(Entry::new).collect(),
            contains_all: names().any(|name| name == "*"),
        }
    }

    pub(super) fn contains_all(&self) -> bool {
        self.contains_all
    }

    pub(super) fn contains(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        let contains = |entry: &Entry| {
            let has_port = entry.port.is_none() || entry.port == port;
            has_port && url.host().is_some_and(|host| entry.hosts.contains(&host))
        };
        self.contains_all || self.entries.iter().any(contains)
    }
}

impl Entry {
    fn new(name: &str) -> Self {
        // An address without brackets has colons of its own.
        if let Some(hosts) = Hosts::network(name) {
            return Self { hosts, port: None };
        }
        let with_port = name.rsplit_once(':');
        let with_port = with_port.and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = match with_port {
            Some((host, port)) => (host, Some(port)),
            None => (name, None),
        };
        let hosts = Hosts::network(host).unwrap_or_else(|| {
            let domain = host.strip_prefix("*.").unwrap_or(host);
            Hosts::Domain(domain.trim_matches('.').to_ascii_lowercase())
        });
        Self { hosts, port }
    }
}

impl Hosts {
    /// Reads an address or a network, such as `10.0.0.0/8` or `[::1]`.
    fn network(name: &str) -> Option<Self> {
        let (address, prefix) = match name.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().ok()?)),
            None => (name, None),
        };
        let bracketed = address.strip_prefix('[');
        let address = bracketed
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(address);
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        Some(Self::Network {
            address,
            prefix: prefix.unwrap_or(bits).min(bits),
        })
    }

    fn contains(&self, host: &Host<&str>) -> bool {
        match (self, host) {
            (Self::Domain(domain), Host::Domain(host)) => {
                let host = host.trim_end_matches('.');
                let parent = host.strip_suffix(&**domain);
                parent.is_some_and(|parent| parent.is_empty() || parent.ends_with('.'))
            }
            (Self::Network { address, prefix }, Host::Ipv4(host)) => {
                is_same_network(*address, IpAddr::V4(*host), *prefix)
            }
            (Self::Network { address, prefix }, Host::Ipv6(host)) => {
                is_same_network(*address, IpAddr::V6(*host), *prefix)
            }
            _ => false,
        }
    }
}

fn is_same_network(one: IpAddr, other: IpAddr, prefix: u32) -> bool {
    let (difference, bits) = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(one.to_bits() ^ other.to_bits()), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits(), 128),
        _ => return false,
    };
    let host_bits: u32 = bits - prefix;
    // Rust does not define a shift by all bits.
    difference.checked_shr(host_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(list: &str, url: &str) -> bool {
        NoProxy::new(list).contains(&Url::parse(url).unwrap())
    }

    /// As curl reads the variable (H7).
    #[test]
    fn lists_domains_addresses_networks_and_ports() {
        for (list, url) in [
            ("*", "https://h/"),
            ("a, *", "https://h/"),
            ("example.com", "https://example.com/"),
            ("example.com", "https://a.b.Example.com./"),
            (".example.com.", "https://example.com/"),
            ("*.example.com", "https://a.example.com/"),
            ("a b,EXAMPLE.com", "https://example.com/"),
            ("localhost", "http://localhost:8080/"),
            ("localhost:8080", "http://localhost:8080/"),
            ("example.com:443", "https://example.com/"),
            ("127.0.0.1", "http://127.0.0.1:1/"),
            ("127.0.0.1:1", "http://127.0.0.1:1/"),
            ("10.0.0.0/8", "http://10.255.0.1/"),
            ("0.0.0.0/0", "http://10.255.0.1/"),
            ("::1", "http://[::1]:1/"),
            ("[::1]", "http://[::1]:1/"),
            ("[::1]:1", "http://[::1]:1/"),
            ("fe80::/10", "http://[febf::1]/"),
            ("::/0", "http://[febf::1]/"),
        ] {
            assert!(contains(list, url), "{list} contains {url}");
        }
        for (list, url) in [
            ("", "https://h/"),
            (",,", "https://h/"),
            ("example.com", "https://notexample.com/"),
            ("example.com", "https://example.com.evil/"),
            ("a.example.com", "https://example.com/"),
            ("localhost:8080", "http://localhost:8081/"),
            ("example.com:80", "https://example.com/"),
            ("10.0.0.0/8", "http://11.0.0.1/"),
            ("10.0.0.1/33", "http://10.0.0.2/"),
            ("127.0.0.1", "http://[::1]/"),
            ("::1", "http://127.0.0.1/"),
            ("::ffff:127.0.0.1", "http://127.0.0.1/"),
            ("1", "http://127.0.0.1/"),
        ] {
            assert!(!contains(list, url), "{list} does not contain {url}");
        }
    }
}
