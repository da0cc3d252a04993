//! Texts by numbers, each once: as they are, or, of addresses, of which there may be millions, by their bits.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::io::Write as _;
use std::net::IpAddr;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::domain::short::same;
use crate::domain::{Ip, ip};

/// Texts end to end.
#[derive(Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the number of a text, a new one where it was not seen before.
    pub(super) fn number(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(number) = self.table.find(hash, |number| same(text_of(bytes, ends, *number), text)) {
            return *number;
        }
        let number = self.ends.len() as u32;
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.table.insert_unique(hash, number, |number| hasher.hash_one(text_of(bytes, ends, *number)));
        number
    }

    pub(super) fn get(&self, number: u32) -> &[u8] {
        text_of(&self.bytes, &self.ends, number)
    }
}

fn text_of<'t>(bytes: &'t [u8], ends: &[usize], number: u32) -> &'t [u8] {
    let at = number as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start..ends[at]]
}

/// Addresses, and the texts that stand in their place.
#[derive(Default)]
pub(super) struct Addresses {
    /// Those of texts are 0.
    bits: Vec<u128>,
    /// Most are of the fourth version: with their number beside them one look at memory finds it.
    short: HashTable<(u32, u32)>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    texts: HashMap<Box<str>, u32>,
    numbers: HashMap<u32, Box<str>>,
}

impl Addresses {
    pub(super) fn len(&self) -> usize {
        self.bits.len()
    }

    /// Returns the number of what a dictionary holds. A text that reads like an address is shown like it, so it is
    /// the same.
    pub(super) fn number(&mut self, value: &Ip<'_>) -> u32 {
        match value {
            Ip::Addr(addr) => self.number_of(*addr),
            Ip::Text(text) => match ip::parse_addr(text).filter(|addr| Ip::Addr(*addr).to_string() == **text)
            {
                Some(addr) => self.number_of(addr),
                None => self.number_of_text(text),
            },
        }
    }

    fn number_of(&mut self, addr: IpAddr) -> u32 {
        let key = u128::from_be_bytes(ip::to_bytes(addr));
        let (bits, hasher) = (&mut self.bits, &self.hasher);
        if let IpAddr::V4(v4) = addr.to_canonical() {
            let short = v4.to_bits();
            let entry = self.short.entry(
                hasher.hash_one(short),
                |(known, _)| *known == short,
                |(known, _)| hasher.hash_one(*known),
            );
            let number = || {
                bits.push(key);
                (short, bits.len() as u32 - 1)
            };
            return entry.or_insert_with(number).get().1;
        }
        let hash = hasher.hash_one(key);
        if let Some(number) = self.table.find(hash, |number| bits[*number as usize] == key) {
            return *number;
        }
        let number = bits.len() as u32;
        bits.push(key);
        self.table.insert_unique(hash, number, |number| hasher.hash_one(bits[*number as usize]));
        number
    }

    fn number_of_text(&mut self, text: &str) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let number = self.bits.len() as u32;
        self.bits.push(0);
        self.texts.insert(text.into(), number);
        self.numbers.insert(number, text.into());
        number
    }

    /// Appends the text of a number.
    pub(super) fn write(&self, number: u32, out: &mut Vec<u8>) {
        let bits = self.bits[number as usize];
        if let Some(text) = self.numbers.get(&number).filter(|_| bits == 0) {
            out.extend_from_slice(text.as_bytes());
            return;
        }
        match ip::from_bytes(bits.to_be_bytes()) {
            IpAddr::V4(v4) => {
                for (at, octet) in v4.octets().into_iter().enumerate() {
                    if at > 0 {
                        out.push(b'.');
                    }
                    let digits = [b'0' + octet / 100, b'0' + octet / 10 % 10, b'0' + octet % 10];
                    let zeros = if octet > 99 {
                        0
                    } else if octet > 9 {
                        1
                    } else {
                        2
                    };
                    out.extend_from_slice(digits.get(zeros..).unwrap_or_default());
                }
            }
            // Nothing is written but memory.
            v6 @ IpAddr::V6(_) => drop(write!(out, "{v6}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_address_has_one_number_and_its_text(values in proptest::collection::vec(prop_oneof![
            any::<[u8; 4]>().prop_map(|v4| Ip::Addr(v4.into())),
            (0u8..3, 0u8..3).prop_map(|(a, b)| Ip::Addr([a, 0, b, 100].into())),
            any::<[u16; 8]>().prop_map(|v6| Ip::Addr(v6.into())),
            Just(Ip::Addr([0u16; 8].into())),
            "[a0.:]{0,3}".prop_map(|text| Ip::Text(text.into())),
            Just(Ip::Text("1.0.2.100".into())),
            Just(Ip::Text("::".into())),
        ], 1..40)) {
            let mut addresses = Addresses::default();
            let numbers: Vec<u32> = values.iter().map(|value| addresses.number(value)).collect();
            for (value, number) in values.iter().zip(&numbers) {
                let mut text = Vec::new();
                addresses.write(*number, &mut text);
                prop_assert_eq!(String::from_utf8(text).unwrap(), value.to_string());
                for (other, same) in values.iter().zip(&numbers) {
                    prop_assert_eq!(number == same, value.to_string() == other.to_string());
                }
            }
            prop_assert_eq!(numbers.iter().max().map(|most| *most as usize + 1), Some(addresses.len()));
        }
    }
}
