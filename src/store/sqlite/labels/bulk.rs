//! Numbers for the addresses of many segments at once. Each looked up in a table of a million would wait for memory each
//! time: they stand in rising order, so those of all segments between two edges are taken together, and a table of
//! these stays near.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use crate::query::Watch;
use crate::store::Result;
use crate::store::segment::SegmentRef;
use crate::store::segment::addresses::Listed;

use super::super::locked;
use super::super::session::Session;
use super::keys::{Addresses, Shorts};
use super::{Keys, Labels, Numbers};

/// Of so many addresses one is looked at to find the edges of parts.
const APART: usize = if cfg!(test) { 3 } else { 512 };
/// Addresses looked at of a part, each standing for [`APART`].
const OF_PART: usize = if cfg!(test) { 2 } else { 64 };
/// Addresses for which a second thread is not worth its start.
const FEW: usize = if cfg!(test) { 16 } else { 1 << 17 };

/// The addresses between two edges, of one segment after the other.
type Part<'l> = Vec<&'l mut [u32]>;

impl Labels {
    /// Reads all texts of some segments where none is known yet, which for addresses is far less work than segment by
    /// segment; leaves out segments that have to be read like that. Returns false where the watch said stop.
    pub(in super::super) fn read_all(
        &mut self,
        session: &Session,
        segments: &[&SegmentRef],
        watch: &dyn Watch,
    ) -> Result<bool> {
        let Keys::Addresses(keys) = &mut self.keys else { return Ok(true) };
        if keys.len() > 0 || segments.len() < 2 {
            return Ok(true);
        }
        let mut lists = Vec::with_capacity(segments.len());
        for segment in segments {
            if watch.cancelled() {
                return Ok(false);
            }
            if let Some(listed) = session.addresses(segment)? {
                lists.push((segment.number, listed));
            }
        }
        number_all(keys, lists.iter_mut().map(|(_, listed)| listed).collect());
        let limit = self.len();
        for (segment, listed) in lists {
            self.size += listed.shorts.len() + 1;
            let numbers = Numbers { ends: Vec::new(), numbers: listed.shorts, limit, runs: listed.runs };
            self.segments.insert(segment, Arc::new(numbers));
        }
        Ok(true)
    }
}

/// Puts numbers in the place of addresses, and of the values between them.
fn number_all(keys: &mut Addresses, mut lists: Vec<&mut Listed>) {
    let edges = edges(&lists);
    let mut parts: Vec<Part<'_>> = (0..=edges.len()).map(|_| Vec::new()).collect();
    lists.iter_mut().for_each(|listed| cut(listed, &edges, &mut parts));
    keys.take_over(merge(parts));
    for listed in lists {
        let places = listed.others.iter().cloned().flatten();
        for (at, id) in places.zip(1..) {
            listed.shorts[at] = keys.number_in(listed.other_values.get(id).unwrap_or_default());
        }
    }
}

/// Returns addresses between which about as many lie each time.
fn edges(lists: &[&mut Listed]) -> Vec<u32> {
    let (mut seen, mut next) = (Vec::new(), 0);
    for listed in lists {
        for run in &listed.rising {
            while next < run.len() {
                seen.push(listed.shorts[run.start + next]);
                next += APART;
            }
            next -= run.len();
        }
    }
    seen.sort_unstable();
    let mut edges: Vec<u32> = seen.into_iter().skip(OF_PART).step_by(OF_PART).collect();
    edges.dedup();
    edges
}

/// Shares the addresses of a segment out: a part ends before its edge.
fn cut<'l>(listed: &'l mut Listed, edges: &[u32], parts: &mut [Part<'l>]) {
    let (mut rest, mut at) = (listed.shorts.as_mut_slice(), 0);
    for run in &listed.rising {
        let (mut left, behind) =
            std::mem::take(&mut rest).split_at_mut(run.start - at).1.split_at_mut(run.len());
        (rest, at) = (behind, run.end);
        while let Some(first) = left.first() {
            let part = edges.partition_point(|edge| edge <= first);
            let len = edges.get(part).map_or(left.len(), |edge| below(left, *edge));
            let (here, behind) = std::mem::take(&mut left).split_at_mut(len);
            parts[part].push(here);
            left = behind;
        }
    }
}

/// Returns how many of rising numbers are below a limit, which lies near their start.
fn below(numbers: &[u32], limit: u32) -> usize {
    let mut near = 64;
    while numbers.get(near).is_some_and(|number| *number < limit) {
        near *= 4;
    }
    let near = numbers.get(..near).unwrap_or(numbers);
    near.partition_point(|number| *number < limit)
}

/// Puts numbers in the place of the addresses of all parts; returns the address of each number.
fn merge(parts: Vec<Part<'_>>) -> Vec<u32> {
    let many = parts.iter().flatten().map(|run| run.len()).sum::<usize>() > FEW;
    // The lowest come first: who looks for the first texts finds most of them at once.
    let (open, next) = (Mutex::new(parts.into_iter()), AtomicU32::new(0));
    let work = || {
        let (mut table, mut done) = (Shorts::default(), Vec::new());
        loop {
            let Some(part) = locked(&open).next() else { return done };
            done.push(merge_part(part, &mut table, &next));
        }
    };
    let done = std::thread::scope(|scope| {
        let other = many.then(|| scope.spawn(work));
        let mut done = work();
        let other = other.map(std::thread::ScopedJoinHandle::join);
        done.extend(other.into_iter().flat_map(|done| done.unwrap_or_else(|p| std::panic::resume_unwind(p))));
        done
    });
    let mut addresses = vec![0; next.into_inner() as usize];
    for (first, distinct) in done {
        addresses[first as usize..][..distinct.len()].copy_from_slice(&distinct);
    }
    addresses
}

/// Puts numbers in the place of the addresses of a part; returns the first number and the address of each.
fn merge_part(part: Part<'_>, table: &mut Shorts, next: &AtomicU32) -> (u32, Vec<u32>) {
    table.clear();
    let mut distinct = Vec::new();
    let mut runs = part;
    for address in runs.iter_mut().flat_map(|run| run.iter_mut()) {
        *address = table.number(*address, || {
            distinct.push(*address);
            distinct.len() as u32 - 1
        });
    }
    let first = next.fetch_add(distinct.len() as u32, Ordering::Relaxed);
    runs.into_iter().flatten().for_each(|number| *number += first);
    (first, distinct)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Ip;
    use crate::store::segment::addresses;
    use crate::store::segment::dict::DictBuilder;
    use crate::store::segment::values::write_ip;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_at_once_have_the_texts_of_each(segments in proptest::collection::vec(
            proptest::collection::vec(prop_oneof![
                9 => any::<u8>().prop_map(|v4| Ip::Addr([10, 0, v4 % 4, v4].into())),
                3 => any::<[u8; 4]>().prop_map(|v4| Ip::Addr(v4.into())),
                1 => (0u16..3).prop_map(|v6| Ip::Addr([v6, 1, 2, 3, 4, 5, 6, 7].into())),
                1 => Just(Ip::Text("10.0.1.9".into())),
                1 => "[a-c]".prop_map(|text| Ip::Text(text.into())),
            ], 1..50), 1..6)) {
            let mut lists = Vec::new();
            let mut texts = Vec::new();
            for segment in &segments {
                let mut builder = DictBuilder::default();
                let ids: Vec<u32> = segment.iter().map(|value| {
                    let mut out = Vec::new();
                    write_ip(value, &mut out);
                    builder.intern(&out)
                }).collect();
                let (values, ids) = addresses::build(builder.dict(), &ids);
                if let Some(listed) = Listed::decode("x", &addresses::encode(&values), ids.len()).unwrap() {
                    texts.push(ids.into_iter().zip(segment).map(|(id, value)| (id, value.to_string())).collect::<Vec<_>>());
                    lists.push(listed);
                }
            }
            let mut keys = Addresses::default();
            number_all(&mut keys, lists.iter_mut().collect());
            let mut known = std::collections::HashMap::new();
            let written = |keys: &Addresses, number| {
                let mut out = Vec::new();
                keys.write(number, &mut out);
                String::from_utf8(out).unwrap()
            };
            for (listed, texts) in lists.iter().zip(&texts) {
                for (id, text) in texts {
                    let number = listed.shorts[*id as usize - 1];
                    prop_assert_eq!(&written(&keys, number), text);
                    prop_assert_eq!(*known.entry(text.clone()).or_insert(number), number);
                }
            }
            prop_assert_eq!(known.len(), keys.len());
            // What comes later has the same numbers.
            for (text, number) in known {
                let value = addresses::short_of(&{
                    let mut out = Vec::new();
                    write_ip(&Ip::read(text.as_str().into()).unwrap(), &mut out);
                    out
                });
                if let Some(short) = value {
                    prop_assert_eq!(keys.number_in(&[&addresses::MAPPED[..], &short.to_be_bytes()].concat()), number);
                }
            }
        }
    }
}
