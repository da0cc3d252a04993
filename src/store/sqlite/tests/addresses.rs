//! Columns of many addresses: counted at once for all segments, beside dictionaries as they were written before.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::*;
use crate::domain::{Field, Ip};
use crate::query::Facet;
use crate::store::segment::columns::DictCol;
use crate::store::segment::dict::Values;
use crate::store::sqlite::session::column_key;

const ENTRIES: u32 = 400;
const ROWS: usize = 32;

fn address(number: u32) -> Option<Ip<'static>> {
    match number % 23 {
        0 => None,
        1 => Some(Ip::Text("internal".into())),
        2 => Some(Ip::Addr([0x2001, 0xdb8, 0, 0, 0, 0, 0, (number % 5) as u16].into())),
        // As it stands in the place of an address, but shown like one.
        3 => Some(Ip::Text("192.0.2.7".into())),
        4 => Some(Ip::Addr([192, 0, 2, 7].into())),
        _ => Some(Ip::Addr(Ipv4Addr::from_bits((number % 97).wrapping_mul(0x9e37_79b1)).into())),
    }
}

fn filled() -> Fixture {
    numbered(ROWS, ENTRIES.into(), |number, entry| entry.ip = address(number as u32))
}

fn counted(fixture: &Fixture) -> crate::store::Result<Facet> {
    let groups = [(Field::Ip, Filter::all())];
    Ok(fixture.reader().facets(&groups, 1000, &mut NoWatch)?.unwrap().remove(0))
}

fn check(fixture: &Fixture) {
    let mut wanted: BTreeMap<String, u64> = BTreeMap::new();
    (0..ENTRIES).filter_map(address).for_each(|ip| *wanted.entry(ip.to_string()).or_default() += 1);
    let facet = counted(fixture).unwrap();
    let found: BTreeMap<String, u64> = facet.values.iter().map(|v| (v.value.to_string(), v.count)).collect();
    assert_eq!(found, wanted);
    assert_eq!(facet.without, (0..ENTRIES).filter(|n| address(*n).is_none()).count() as u64);
}

/// Writes the BLOBs of some dictionaries of addresses anew.
fn change(fixture: &Fixture, every: i64, write: impl Fn(&[u8]) -> Vec<u8>) {
    let connection = rusqlite::Connection::open(fixture.path()).unwrap();
    let code = i64::from(DictCol::Ip.values_code());
    let sql = "SELECT key, data FROM columns WHERE key & 255 = ?1 AND (key >> 8) % ?2 = 0";
    let mut query = connection.prepare(sql).unwrap();
    let blobs = query.query_map([code, every], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
    let blobs: Vec<_> = blobs.unwrap().map(Result::unwrap).collect();
    assert!(!blobs.is_empty());
    for (key, blob) in blobs {
        assert_eq!(key, column_key(key as u64 >> 8, DictCol::Ip.values_code()));
        let set = "UPDATE columns SET data = ?2 WHERE key = ?1";
        connection.execute(set, (key, write(&blob))).unwrap();
    }
}

#[test]
fn addresses_of_all_segments_are_counted_at_once() {
    let fixture = filled();
    assert!(fixture.reader().stats().unwrap().segments > 3);
    check(&fixture);
}

#[test]
fn dictionaries_of_before_are_counted_beside_those_of_now() {
    for every in [1, 2] {
        let fixture = filled();
        change(&fixture, every, |blob| {
            let rows = |rows: &usize| Values::decode("x", blob, *rows).is_ok();
            let rows = (1..=ROWS).find(rows).unwrap();
            Values::decode("x", blob, rows).unwrap().encode()
        });
        check(&fixture);
    }
}

#[test]
fn a_damaged_dictionary_of_addresses_is_told() {
    let fixture = filled();
    change(&fixture, 3, |blob| {
        let mut blob = blob.to_vec();
        let middle = blob.len() / 2;
        blob[middle] ^= 4;
        blob
    });
    let error = counted(&fixture).unwrap_err();
    assert!(error.is_damage() && error.to_string().contains("column 84"), "{error}");
}
