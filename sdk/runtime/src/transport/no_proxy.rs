//! `NO_PROXY`: which servers are reached without a proxy, by Go's rules (`golang.org/x/net/http/httpproxy`).

use std::net::IpAddr;

/// The entries of `NO_PROXY`: `*`, addresses, networks (CIDR), and domains with those below them; each but networks
/// with or without a port. This machine is always covered.
pub(super) struct NoProxy {
    all: bool,
    networks: Vec<(IpAddr, u8)>,
    addresses: Vec<(IpAddr, Option<u16>)>,
    domains: Vec<Domain>,
}

struct Domain {
    /// `.example.com`
    suffix: String,
    port: Option<u16>,
    /// Whether `example.com` itself is meant too.
    itself: bool,
}

impl NoProxy {
    /// Entries that make no sense are left out, as Go leaves them out.
    pub(super) fn parse(text: &str) -> Self {
        let mut out = NoProxy { all: false, networks: vec![], addresses: vec![], domains: vec![] };
        for entry in text.split(',').map(|it| it.trim().to_ascii_lowercase()).filter(|it| !it.is_empty()) {
            if entry == "*" {
                out.all = true;
            } else if let Some(network) = network(&entry) {
                out.networks.push(network);
            } else {
                let (host, port) = split_port(&entry);
                let host = host.trim_start_matches('[').trim_end_matches(']');
                match (host.parse(), port) {
                    (_, Err(())) => {}
                    (Ok(address), Ok(port)) => out.addresses.push((address, port)),
                    (Err(_), Ok(port)) => out.domains.extend(domain(host, port)),
                }
            }
        }
        out
    }

    /// Whether a server is reached directly. The host is a name or an address without brackets.
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        let host = host.to_ascii_lowercase();
        if self.all || host == "localhost" {
            return true;
        }
        let is_port = |it: Option<u16>| it.is_none_or(|it| it == port);
        match host.parse::<IpAddr>() {
            Ok(address) => {
                let address = address.to_canonical();
                address.is_loopback()
                    || self.networks.iter().any(|it| contains(*it, address))
                    || self.addresses.iter().any(|it| it.0.to_canonical() == address && is_port(it.1))
            }
            Err(_) => self.domains.iter().any(|it| {
                let below = host.ends_with(&it.suffix);
                let itself = it.itself && it.suffix.strip_prefix('.') == Some(&host);
                (below || itself) && is_port(it.port)
            }),
        }
    }
}

/// `10.0.0.0/8` or `fd00::/8`.
fn network(entry: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = entry.split_once('/')?;
    let (address, length): (IpAddr, u8) = (address.parse().ok()?, length.parse().ok()?);
    let most = if address.is_ipv4() { 32 } else { 128 };
    (length <= most).then_some((address, length))
}

fn contains((network, length): (IpAddr, u8), address: IpAddr) -> bool {
    let (bits, other, width) = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (network.to_bits().into(), address.to_bits().into(), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let differing: u128 = bits ^ other;
    differing.checked_shr(width - u32::from(length)).unwrap_or(0) == 0
}

/// The host of an entry and its port; an error where there is a port that is none. A name of several colons is an
/// address without a port.
fn split_port(entry: &str) -> (&str, Result<Option<u16>, ()>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || (host.starts_with('[') && host.ends_with(']')) => {
            (host, port.parse().map(Some).map_err(|_| ()))
        }
        _ => (entry, Ok(None)),
    }
}

fn domain(host: &str, port: Option<u16>) -> Option<Domain> {
    let host = host.strip_prefix('*').filter(|it| it.starts_with('.')).unwrap_or(host);
    match host.chars().next()? {
        '.' => Some(Domain { suffix: host.to_owned(), port, itself: false }),
        _ => Some(Domain { suffix: format!(".{host}"), port, itself: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_go_reads_them() {
        let check = |entries: &str, host: &str, port: u16, expected: bool| {
            let found = NoProxy::parse(entries).covers(host, port);
            assert_eq!(found, expected, "NO_PROXY={entries} {host}:{port}");
        };
        check("", "example.com", 443, false);
        check("*", "example.com", 443, true);
        check("a,*", "8.8.8.8", 443, true);
        check("example.com", "example.com", 443, true);
        check("Example.COM", "a.b.EXAMPLE.com", 443, true);
        check("example.com", "notexample.com", 443, false);
        check("example.com", "example.org", 443, false);
        check(".example.com", "a.example.com", 443, true);
        check(".example.com", "example.com", 443, false);
        check("*.example.com", "a.example.com", 443, true);
        check("*.example.com", "example.com", 443, false);
        check("*example.com", "a.example.com", 443, false);
        check("example.com:443", "example.com", 443, true);
        check("example.com:443", "example.com", 6443, false);
        check("example.com:x", "example.com", 443, false);
        check(" a , example.com ,", "example.com", 443, true);
        check("10.0.0.1", "10.0.0.1", 443, true);
        check("10.0.0.1:6443", "10.0.0.1", 6443, true);
        check("10.0.0.1:6443", "10.0.0.1", 443, false);
        check("10.0.0.0/8", "10.200.0.1", 443, true);
        check("10.0.0.0/8", "11.0.0.1", 443, false);
        check("0.0.0.0/0", "11.0.0.1", 443, true);
        check("10.0.0.0/33", "10.0.0.1", 443, false);
        check("fd00::/8", "fd12::1", 443, true);
        check("fd00::/8", "fe80::1", 443, false);
        check("::/0", "fe80::1", 443, true);
        check("::/0", "10.0.0.1", 443, false);
        check("[fd00::1]:443", "fd00::1", 443, true);
        check("[fd00::1]:443", "fd00::1", 6443, false);
        check("fd00::1", "fd00:0::1", 443, true);
        check("[fd00::1]", "fd00::1", 443, true);
        check("::ffff:10.0.0.1", "10.0.0.1", 443, true);
        check(":443", "example.com", 443, false);
        check("", "localhost", 443, true);
        check("", "127.8.0.1", 443, true);
        check("", "::1", 443, true);
        check("", "localhost.example.com", 443, false);
    }
}
