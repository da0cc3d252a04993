//! Texts by numbers, each once: as they are, or, of addresses, of which there may be millions, by their bits.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::domain::short::same;
use crate::domain::{Ip, ip};
use crate::store::segment::addresses::short_of;
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
    kinds: Vec<Kind>,
    /// The bits of those of the fourth version; of others their place among those of their kind.
    entries: Vec<u32>,
    longs: Vec<u128>,
    texts: Vec<Box<str>>,
    short: Shorts,
    /// Numbers of addresses of the fourth version that the table does not know yet.
    late: Range<usize>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    known_texts: HashMap<Box<str>, u32>,
}

/// What stands in the place of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An address of the fourth version.
    Short,
    /// An address of the sixth.
    Long,
    /// A text.
    Text,
}

impl Addresses {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes over addresses of the fourth version, each once, with their numbers; nothing else may be known yet.
    pub(super) fn take_over(&mut self, shorts: Vec<u32>) {
        *self = Addresses {
            kinds: vec![Kind::Short; shorts.len()],
            late: 0..shorts.len(),
            entries: shorts,
            ..Addresses::default()
        };
    }

    /// Returns the number of a value of a dictionary.
    #[inline]
    pub(super) fn number_in(&mut self, value: &[u8]) -> u32 {
        // Nearly all are like this, and there may be millions.
        match short_of(value) {
            Some(short) => self.number_of_short(short),
            None => self.number(&read_ip(value)),
        }
    }

    #[inline]
    fn number_of_short(&mut self, short: u32) -> u32 {
        if !self.late.is_empty() {
            self.catch_up();
        }
        let (kinds, entries) = (&mut self.kinds, &mut self.entries);
        self.short.number(short, || {
            kinds.push(Kind::Short);
            entries.push(short);
            entries.len() as u32 - 1
        })
    }

    /// Puts those into the table that it does not know yet. Where all that is asked for was taken over nobody looks there.
    #[cold]
    fn catch_up(&mut self) {
        for number in std::mem::take(&mut self.late) {
            self.short.number(self.entries[number], || number as u32);
        }
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
        let (entries, longs, hasher) = (&self.entries, &self.longs, &self.hasher);
        let of = |number: &u32| longs[entries[*number as usize] as usize];
        let hash = hasher.hash_one(key);
        if let Some(number) = self.table.find(hash, |number| of(number) == key) {
            return *number;
        }
        let number = entries.len() as u32;
        self.table.insert_unique(hash, number, |number| hasher.hash_one(of(number)));
        self.push(Kind::Long, self.longs.len());
        self.longs.push(key);
        number
    }

    fn number_of_text(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known_texts.get(text) {
            return *number;
        }
        let number = self.entries.len() as u32;
        self.push(Kind::Text, self.texts.len());
        self.texts.push(text.into());
        self.known_texts.insert(text.into(), number);
        number
    }

    fn push(&mut self, kind: Kind, place: usize) {
        self.kinds.push(kind);
        self.entries.push(place as u32);
    }

    /// Returns the place of an address of the fourth version among all such, in the order of their texts.
    #[inline]
    pub(super) fn place(&self, number: u32) -> Option<u32> {
        let number = number as usize;
        // An octet ends before a digit does, so that texts compare octet by octet.
        (self.kinds[number] == Kind::Short).then(|| {
            u32::from_be_bytes(self.entries[number].to_be_bytes().map(|octet| PLACES[usize::from(octet)]))
        })
    }

    /// Appends the text of a number.
    pub(super) fn write(&self, number: u32, out: &mut Vec<u8>) {
        let entry = self.entries[number as usize];
        match self.kinds[number as usize] {
            Kind::Short => write_short(entry.to_be_bytes(), out),
            Kind::Text => out.extend_from_slice(self.texts[entry as usize].as_bytes()),
            Kind::Long => {
                let addr = ip::from_bytes(self.longs[entry as usize].to_be_bytes());
                // Nothing is written but memory.
                drop(write!(out, "{addr}"));
            }
        }
    }
}

fn write_short(octets: [u8; 4], out: &mut Vec<u8>) {
    for (at, octet) in octets.into_iter().enumerate() {
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
pub(super) struct Shorts {
    /// The bits in the upper half, one more than the number in the lower; a power of two of them, at least a quarter
    /// free.
    slots: Vec<u64>,
    used: usize,
    hasher: DefaultHashBuilder,
}

impl Shorts {
    /// Forgets all and keeps the room.
    pub(super) fn clear(&mut self) {
        self.slots.fill(0);
        self.used = 0;
    }

    /// Returns the number of an address, `new` where it was not seen before.
    #[inline]
    pub(super) fn number(&mut self, short: u32, new: impl FnOnce() -> u32) -> u32 {
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
