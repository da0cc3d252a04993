//! The dictionary of addresses: there may be as many as rows, nearly all of the fourth version. These are written as
//! four bytes each, in rising order among those that as many rows have, so that those of all segments are merged
//! without a look-up for each.

use std::ops::Range;

use super::dict::{Dict, Values};
use super::frame::{Reader, damaged, push_varint, unwrap, wrap};
use crate::store::Result;

/// What such a dictionary begins with: a number written longer than it need be, as no other begins.
const MARK: &[u8; 2] = &[0x80, 0];

/// What comes before the four bytes of an address of the fourth version.
pub(crate) const MAPPED: &[u8; 12] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/// Returns the bits of a value that is an address of the fourth version.
#[inline]
pub(crate) fn short_of(value: &[u8]) -> Option<u32> {
    let (MAPPED, short) = value.split_first_chunk()? else { return None };
    Some(u32::from_be_bytes(short.try_into().ok()?))
}

/// Returns the values that rows use and the new ids of the rows, as [`Values::build`] does; of values that as many rows
/// have the addresses of the fourth version come first, in rising order.
pub(crate) fn build(dict: &Dict, ids: &[u32]) -> (Values, Vec<u32>) {
    let place = |id: &u32| dict.get(*id).and_then(short_of).map_or(u64::MAX, u64::from);
    Values::build_in(dict, ids, |alike| alike.sort_by_cached_key(place))
}

/// Writes a dictionary of addresses as a BLOB, as any other where few are of the fourth version.
pub(crate) fn encode(values: &Values) -> Vec<u8> {
    let all = 1..values.len() as u32;
    let value = |id: u32| values.get(id).unwrap_or_default();
    let shorts: Vec<u32> = all.clone().filter_map(|id| short_of(value(id))).collect();
    if shorts.len() * 2 < all.len() || all.is_empty() {
        return values.encode();
    }
    let (none, counts) = values.counts().split_at(1);
    let mut out = Vec::with_capacity(shorts.len() * 4 + 64);
    out.extend_from_slice(MARK);
    push_varint(&mut out, none[0].into());
    push_varint(&mut out, counts.chunk_by(|a, b| a == b).count() as u64);
    let mut id = 1;
    for alike in counts.chunk_by(|a, b| a == b) {
        let ids = id..id + alike.len() as u32;
        id = ids.end;
        let short = ids.clone().filter(|id| short_of(value(*id)).is_some()).count();
        push_varint(&mut out, alike[0].into());
        push_varint(&mut out, short as u64);
        push_varint(&mut out, (ids.len() - short) as u64);
    }
    out.extend(shorts.iter().flat_map(|short| short.to_le_bytes()));
    let others = || all.clone().map(value).filter(|value| short_of(value).is_none());
    others().for_each(|value| push_varint(&mut out, value.len() as u64));
    others().for_each(|value| out.extend_from_slice(value));
    wrap(&out)
}

/// A dictionary of addresses as it is stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The bits of each address of the fourth version, that of id 1 first; 0 for other values.
    pub(crate) shorts: Vec<u32>,
    /// Where in `shorts` such addresses stand, in rising order and each once.
    pub(crate) rising: Vec<Range<usize>>,
    /// Where in `shorts` other values stand.
    pub(crate) others: Vec<Range<usize>>,
    /// The id behind a run of those that as many rows have, that of no value among them, and how many.
    pub(crate) runs: Vec<(u32, u32)>,
    /// The other values in the order of their ids.
    pub(crate) other_values: Dict,
}

impl Listed {
    /// Reads the dictionary of a column of `rows` rows from its BLOB; `None` where it is written as others are.
    pub(crate) fn decode(what: &str, blob: &[u8], rows: usize) -> Result<Option<Listed>> {
        let payload = unwrap(what, blob)?;
        payload.strip_prefix(MARK).map(|rest| Listed::read(Reader::new(what, rest), what, rows)).transpose()
    }

    fn read(mut reader: Reader<'_>, what: &str, rows: usize) -> Result<Listed> {
        let mut listed = Listed::default();
        let none = reader.varint()?;
        let count_of = |reader: &Reader<'_>, count: u64| {
            u32::try_from(count).map_err(|_| reader.bad("a count is too great"))
        };
        listed.runs.push((1, count_of(&reader, none)?));
        let (mut at, mut sum) = (0usize, u128::from(none));
        for _ in 0..reader.count()? {
            let count = reader.varint()?;
            let (short, other) = (reader.count()?, reader.count()?);
            listed.rising.push(at..at + short);
            listed.others.push(at + short..at + short + other);
            at += short + other;
            sum += u128::from(count) * (short + other) as u128;
            // More values than rows would ask for more memory than there may be.
            if sum > rows as u128 || at > rows {
                return Err(reader.bad("its counts do not add up to its rows"));
            }
            listed.runs.push((at as u32 + 1, count_of(&reader, count)?));
        }
        if sum != rows as u128 {
            return Err(reader.bad("its counts do not add up to its rows"));
        }
        listed.rising.retain(|range| !range.is_empty());
        listed.others.retain(|range| !range.is_empty());
        listed.shorts = listed.read_shorts(&mut reader, at)?;
        for range in listed.rising.iter().map(|range| &listed.shorts[range.clone()]) {
            if !range.is_sorted_by(|a, b| a < b) {
                return Err(reader.bad("its addresses do not rise"));
            }
        }
        let mut lens = Vec::new();
        for _ in 0..listed.others.iter().map(Range::len).sum() {
            lens.push(reader.count()?);
        }
        let mut bytes = reader.rest();
        for len in lens {
            let (value, rest) =
                bytes.split_at_checked(len).ok_or_else(|| damaged(what, "its values are cut short"))?;
            listed.other_values.push(value);
            bytes = rest;
        }
        if bytes.is_empty() { Ok(listed) } else { Err(damaged(what, "it has more bytes than values")) }
    }

    /// Reads the addresses to where they belong among `all` values.
    fn read_shorts(&self, reader: &mut Reader<'_>, all: usize) -> Result<Vec<u32>> {
        let mut shorts = Vec::with_capacity(all);
        for range in &self.rising {
            shorts.resize(range.start, 0);
            let packed = reader.take(range.len() * 4)?.as_chunks().0;
            shorts.extend(packed.iter().map(|short| u32::from_le_bytes(*short)));
        }
        shorts.resize(all, 0);
        Ok(shorts)
    }

    /// Returns the values as they are in any dictionary.
    fn values(&self) -> Values {
        let mut dict = Dict::with_room(self.shorts.len(), self.shorts.len() * 16);
        let mut counts = Vec::with_capacity(self.shorts.len() + 1);
        let mut other = 0;
        let mut others = self.others.iter().cloned().flatten().peekable();
        for (at, short) in self.shorts.iter().enumerate() {
            if others.next_if_eq(&at).is_some() {
                other += 1;
                dict.push(self.other_values.get(other).unwrap_or_default());
                continue;
            }
            let mut value = [0; 16];
            value[..12].copy_from_slice(MAPPED);
            value[12..].copy_from_slice(&short.to_be_bytes());
            dict.push(&value);
        }
        self.runs.iter().for_each(|(behind, count)| counts.resize(*behind as usize, *count));
        Values::of(dict, counts)
    }
}

/// Reads the values of a payload that is written as here; `None` where it is not.
pub(crate) fn read_values(what: &str, payload: &[u8], rows: usize) -> Option<Result<Values>> {
    let rest = payload.strip_prefix(MARK)?;
    Some(Listed::read(Reader::new(what, rest), what, rows).map(|listed| listed.values()))
}

#[cfg(test)]
mod tests {
    use super::super::dict::{DictBuilder, NONE};
    use super::super::values::write_ip;
    use super::*;
    use crate::domain::Ip;
    use proptest::prelude::*;

    fn written(value: &Ip<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        write_ip(value, &mut out);
        out
    }

    proptest! {
        #[test]
        fn addresses_read_back(values in proptest::collection::vec(prop_oneof![
            8 => any::<[u8; 4]>().prop_map(|v4| Some(Ip::Addr(v4.into()))),
            8 => (0u8..9).prop_map(|v4| Some(Ip::Addr([10, 0, 0, v4].into()))),
            1 => (0u16..9).prop_map(|v6| Some(Ip::Addr([v6, 1, 2, 3, 4, 5, 6, 7].into()))),
            1 => "[a0.:]{0,3}".prop_map(|text| Some(Ip::Text(text.into()))),
            1 => Just(None),
        ], 0..60), at: usize, bit in 0u8..8) {
            let mut builder = DictBuilder::default();
            let ids: Vec<u32> = values.iter()
                .map(|v| v.as_ref().map_or(NONE, |v| builder.intern(&written(v)))).collect();
            let (dict, ids) = build(builder.dict(), &ids);
            let blob = encode(&dict);
            prop_assert_eq!(&Values::decode("x", &blob, values.len()).unwrap(), &dict);
            for (id, value) in ids.iter().zip(&values) {
                let wanted = value.as_ref().map(written);
                prop_assert_eq!(dict.get(*id), wanted.as_deref());
            }
            prop_assert!(dict.counts()[1..].is_sorted_by(|a, b| a >= b));
            prop_assert!(Values::decode("x", &blob, values.len() + 1).is_err());
            if let Some(listed) = Listed::decode("x", &blob, values.len()).unwrap() {
                for (at, short) in listed.rising.iter().cloned().flatten().map(|at| (at, listed.shorts[at])) {
                    prop_assert_eq!(dict.get(at as u32 + 1).and_then(short_of), Some(short));
                }
                let all = listed.rising.iter().chain(&listed.others).map(Range::len).sum::<usize>();
                prop_assert_eq!(all + 1, dict.len());
            }
            let mut bad = blob.clone();
            bad[at % blob.len()] ^= 1 << bit;
            prop_assert!(Values::decode("x", &bad, values.len()).is_err());
        }

        #[test]
        fn junk_is_an_error_and_no_panic(payload: Vec<u8>, rows in 0usize..9) {
            let _ = Values::decode("x", &wrap(&[&MARK[..], &payload].concat()), rows);
        }
    }

    #[test]
    fn a_dictionary_written_as_others_are_is_read_as_before() {
        let mut builder = DictBuilder::default();
        let ids = [[192, 0, 2, 7], [192, 0, 2, 1]].map(|v4| builder.intern(&written(&Ip::Addr(v4.into()))));
        let (dict, _) = Values::build(builder.dict(), &ids);
        assert_eq!(Values::decode("x", &dict.encode(), 2).unwrap(), dict);
        assert_eq!(Listed::decode("x", &dict.encode(), 2).unwrap(), None);
    }
}
