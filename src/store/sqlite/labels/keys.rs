//! Texts by numbers, each once: as they are, or, of addresses, of which there may be millions, by their bits.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::io::Write as _;
use std::net::IpAddr;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::domain::short::same;
use crate::domain::{Ip, ip};
use crate::store::segment::values::read_ip;

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
    short: Shorts,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    texts: HashMap<Box<str>, u32>,
    numbers: HashMap<u32, Box<str>>,
}

impl Addresses {
    pub(super) fn len(&self) -> usize {
        self.bits.len()
    }

    /// Returns the number of a value of a dictionary.
    #[inline]
    pub(super) fn number_in(&mut self, value: &[u8]) -> u32 {
        // Nearly all are like this, and there may be millions.
        if let Some((MAPPED, short)) = value.split_first_chunk()
            && let Ok(short) = short.try_into()
        {
            return self.number_of_short(u32::from_be_bytes(short));
        }
        self.number(&read_ip(value))
    }

    #[inline]
    fn number_of_short(&mut self, short: u32) -> u32 {
        let bits = &mut self.bits;
        self.short.number(short, || {
            bits.push(u128::from(short) | 0xffff_u128 << 32);
            bits.len() as u32 - 1
        })
    }

    /// Returns the number of what a dictionary holds. A text that reads like an address is shown like it, so it is
    /// the same.
    fn number(&mut self, value: &Ip<'_>) -> u32 {
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
        if let IpAddr::V4(v4) = addr.to_canonical() {
            return self.number_of_short(v4.to_bits());
        }
        let key = u128::from_be_bytes(ip::to_bytes(addr));
        let (bits, hasher) = (&mut self.bits, &self.hasher);
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

    /// Returns the place of an address of the fourth version among all such, in the order of their texts.
    pub(super) fn place(&self, number: u32) -> Option<u32> {
        let (head, short) = self.bits[number as usize]
            .to_be_bytes()
            .split_last_chunk()
            .map(|(head, short): (&[u8], &[u8; 4])| (*head == MAPPED[..], *short))?;
        // An octet ends before a digit does, so that texts compare octet by octet.
        head.then(|| u32::from_be_bytes(short.map(|octet| PLACES[usize::from(octet)])))
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

/// What comes before the four bytes of an address of the fourth version.
const MAPPED: &[u8; 12] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/// The places of octets in the order of their texts: 0, 1, 10, 100, 101 ...
static PLACES: [u8; 256] = places();

const fn places() -> [u8; 256] {
    let mut places = [0; 256];
    let (mut octet, mut place) = (0, 0);
    while place < 255 {
        place += 1;
        octet = after(octet);
        places[octet] = place;
    }
    places
}

/// Returns the octet whose text comes next.
const fn after(octet: usize) -> usize {
    if octet > 0 && octet * 10 < 256 {
        return octet * 10;
    }
    let mut next = octet;
    while next % 10 == 9 || next == 255 {
        next /= 10;
    }
    next + 1
}

/// Addresses of the fourth version by their bits, each with its number beside it, so that one look at memory finds it.
#[derive(Default)]
struct Shorts {
    /// The bits in the upper half, one more than the number in the lower; a power of two of them, at least a quarter
    /// free.
    slots: Vec<u64>,
    used: usize,
    hasher: DefaultHashBuilder,
}

impl Shorts {
    /// Returns the number of an address, `new` where it was not seen before.
    #[inline]
    fn number(&mut self, short: u32, new: impl FnOnce() -> u32) -> u32 {
        if self.slots.len() * 3 <= self.used * 4 {
            self.grow();
        }
        let at = self.find(short);
        let slot = &mut self.slots[at];
        if *slot == 0 {
            *slot = u64::from(short) << 32 | (u64::from(new()) + 1);
            self.used += 1;
        }
        (*slot as u32).wrapping_sub(1)
    }

    /// Returns where an address stands or is to stand.
    #[inline]
    fn find(&self, short: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.hash_one(short) as usize & mask;
        while self.slots[at] != 0 && (self.slots[at] >> 32) as u32 != short {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let room = vec![0; (self.slots.len() * 2).max(64)];
        for slot in std::mem::replace(&mut self.slots, room).into_iter().filter(|slot| *slot != 0) {
            let at = self.find((slot >> 32) as u32);
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn octets_stand_in_the_order_of_their_texts() {
        let mut octets: Vec<u8> = (0..=255).collect();
        octets.sort_by_key(|octet| PLACES[usize::from(*octet)]);
        assert!(octets.iter().map(u8::to_string).is_sorted());
        let mut addresses = Addresses::default();
        let v6 = addresses.number(&Ip::Addr([0xffffu16; 8].into()));
        assert_eq!(addresses.place(v6), None);
    }

    #[test]
    fn many_addresses_keep_their_numbers() {
        let mut shorts = Shorts::default();
        for round in 0..2 {
            for number in 0..5000u32 {
                let address = number.wrapping_mul(0x9e37_79b1);
                assert_eq!(
                    shorts.number(address, || {
                        assert_eq!(round, 0);
                        number
                    }),
                    number
                );
            }
        }
    }

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
                    let places = addresses.place(*number).zip(addresses.place(*same));
                    let texts = value.to_string().cmp(&other.to_string());
                    prop_assert!(places.is_none_or(|(place, other)| place.cmp(&other) == texts));
                    prop_assert_eq!(number == same, value.to_string() == other.to_string());
                }
            }
            prop_assert_eq!(numbers.iter().max().map(|most| *most as usize + 1), Some(addresses.len()));
        }
    }
}
