//! Where an act came from: an address, or the text a vendor put in its place.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::Str;

/// An IP address, or what stood in its place (`AWS Internal`, a service's name).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ip<'a> {
    /// An address; IPv4 inside IPv6 is kept as IPv4.
    Addr(IpAddr),
    /// Text that is no address.
    Text(Str<'a>),
}

impl<'a> Ip<'a> {
    /// Reads what a vendor wrote: an address, `address:port` (the port is dropped), `[v6]:port`, or text.
    /// `None` for an empty text.
    pub fn read(text: Str<'a>) -> Option<Ip<'a>> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        Some(match parse_addr(trimmed) {
            Some(addr) => Ip::Addr(addr),
            None => Ip::Text(text),
        })
    }

    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Ip<'static> {
        match self {
            Ip::Addr(addr) => Ip::Addr(addr),
            Ip::Text(text) => Ip::Text(Cow::Owned(text.into_owned())),
        }
    }
}

impl std::fmt::Display for Ip<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ip::Addr(addr) => write!(f, "{addr}"),
            Ip::Text(text) => f.write_str(text),
        }
    }
}

/// Reads an address with or without a port, also as `/192.0.2.7` and `ipv4:192.0.2.7:445`, in which programs print
/// the address of a peer; IPv4-mapped IPv6 becomes IPv4.
pub fn parse_addr(text: &str) -> Option<IpAddr> {
    plain_addr(text).or_else(|| {
        const PRINTED: [&str; 6] = ["/", "ipv4:", "ipv6:", "tcp:", "tcp4:", "tcp6:"];
        let printed = PRINTED.into_iter().find_map(|before| plain_addr(text.strip_prefix(before)?));
        printed.or_else(|| with_interface(text))
    })
}

/// `192.0.2.7:443:X1`: firewalls add the interface behind the port.
fn with_interface(text: &str) -> Option<IpAddr> {
    let mut parts = text.split(':');
    let (addr, port, interface) = (parts.next()?, parts.next()?, parts.next()?);
    let rest = parts.next().is_none() && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let named = interface.starts_with(|c: char| c.is_ascii_alphabetic()) && interface.len() <= 16;
    plain_v4(addr.as_bytes()).filter(|_| rest && named).map(IpAddr::V4)
}

fn plain_addr(text: &str) -> Option<IpAddr> {
    if let Some(addr) = plain_v4(text.as_bytes()) {
        return Some(IpAddr::V4(addr));
    }
    let plain = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    let addr =
        plain.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(addr.to_canonical())
}

/// Reads what most records hold: four decimal numbers and nothing else; a third of what reading any address takes.
fn plain_v4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for octet in &mut octets {
        let digits = parts.next()?;
        // A leading zero is octal to some: what it means is not decided here.
        if !(1..=3).contains(&digits.len()) || (digits.len() > 1 && digits[0] == b'0') {
            return None;
        }
        for digit in digits {
            let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
            *octet = octet.checked_mul(10)?.checked_add(digit)?;
        }
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// Returns an address as 16 bytes, IPv4 mapped into IPv6, so that one order holds for both.
pub fn to_bytes(addr: IpAddr) -> [u8; 16] {
    match addr {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// Returns the address of 16 bytes made by [`to_bytes`].
pub fn from_bytes(bytes: [u8; 16]) -> IpAddr {
    IpAddr::from(bytes).to_canonical()
}

/// Returns the first and last address of a network in CIDR notation; `None` where it is none.
pub fn parse_cidr(text: &str) -> Option<(IpAddr, IpAddr)> {
    let (addr, bits) = text.split_once('/')?;
    let addr: IpAddr = addr.parse().ok()?;
    let bits: u32 = bits.parse().ok()?;
    let (offset, base) = match addr {
        IpAddr::V4(v4) => (96, u128::from_be_bytes(to_bytes(IpAddr::V4(v4)))),
        IpAddr::V6(v6) => (0, u128::from(v6)),
    };
    let free = 128u32.checked_sub(bits + offset)?;
    let mask = if free == 128 { u128::MAX } else { (1u128 << free) - 1 };
    let low = from_bytes((base & !mask).to_be_bytes());
    let high = from_bytes((base | mask).to_be_bytes());
    Some((low, high))
}

/// The address that no record carries, used where a column needs some bytes.
pub const UNSPECIFIED: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_ports_and_text() {
        let read = |text: &'static str| Ip::read(text.into()).map(|ip| format!("{ip:?}"));
        assert_eq!(read("203.0.113.7").unwrap(), "Addr(203.0.113.7)");
        assert_eq!(read("203.0.113.7:443").unwrap(), "Addr(203.0.113.7)");
        assert_eq!(read("[2001:db8::1]:443").unwrap(), "Addr(2001:db8::1)");
        assert_eq!(read("/203.0.113.7:5120").unwrap(), "Addr(203.0.113.7)");
        assert_eq!(read("ipv4:203.0.113.7:445").unwrap(), "Addr(203.0.113.7)");
        assert_eq!(read("ipv6:2001:db8::1").unwrap(), "Addr(2001:db8::1)");
        assert_eq!(read("/etc/hosts").unwrap(), "Text(\"/etc/hosts\")");
        assert_eq!(read("::ffff:10.0.0.1").unwrap(), "Addr(10.0.0.1)");
        assert_eq!(read("AWS Internal").unwrap(), "Text(\"AWS Internal\")");
        assert_eq!(read(" "), None);
    }

    proptest::proptest! {
        #[test]
        fn plain_addresses_read_as_the_library_reads_them(text in "[0-9]{0,4}(\\.[0-9]{0,4}){2,4}[ .:]?", octets: [u8; 4]) {
            let library = text.parse::<Ipv4Addr>().ok();
            proptest::prop_assert_eq!(plain_v4(text.as_bytes()), library);
            let addr = Ipv4Addr::from(octets);
            proptest::prop_assert_eq!(plain_v4(addr.to_string().as_bytes()), Some(addr));
        }
    }

    #[test]
    fn networks_have_ends() {
        let ends = |text| parse_cidr(text).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(ends("10.1.2.3/8").unwrap(), "10.0.0.0 10.255.255.255");
        assert_eq!(ends("2001:db8::/127").unwrap(), "2001:db8:: 2001:db8::1");
        assert_eq!(ends("0.0.0.0/0").unwrap(), "0.0.0.0 255.255.255.255");
        assert_eq!(ends("10.0.0.0/33"), None);
        assert!(ends("::/0").is_some());
    }
}
