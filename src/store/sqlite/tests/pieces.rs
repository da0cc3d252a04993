//! Columns in pieces: what a page reads of them, beside columns stored whole as they were before.

use super::*;
use crate::query::{Anchor, PageRequest};
use crate::store::segment::columns::{IntCol, PIECE_ROWS};
use crate::store::segment::ints::Ints;
use crate::store::sqlite::session::column_key;

const ENTRIES: u64 = 100;
const ROWS: usize = 40;

fn filled() -> Fixture {
    numbered(ROWS, ENTRIES, |_, _| ())
}

fn check(fixture: &Fixture) {
    let mut reader = fixture.reader();
    for rank in (0..ENTRIES).step_by(9) {
        let anchor = Anchor::Rank(rank);
        let request = PageRequest { filter: Filter::all(), sort: Sort::default(), anchor, limit: 10 };
        let page = reader.page(&request, &mut NoWatch).unwrap().unwrap();
        for (row, rank) in page.rows.iter().zip(page.first..) {
            let raw = format!("{{\"n\":{}}}", ENTRIES - 1 - rank);
            assert_eq!(row.id, EntryId::of(raw.as_bytes(), 0));
            assert_eq!(reader.record(row.id).unwrap().unwrap().raw, raw.as_bytes());
        }
    }
    assert_eq!(fixture.rows(&Filter::all(), Sort::default()).len() as u64, ENTRIES);
}

/// The pieces of the ids of all segments: segment, rows, and the numbers of the pieces of each half.
fn pieces(connection: &rusqlite::Connection) -> Vec<(u64, usize)> {
    let mut query = connection.prepare("SELECT number, rows FROM segments WHERE rows > ?1").unwrap();
    let rows = query.query_map([PIECE_ROWS as i64], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    rows.unwrap().map(Result::unwrap).map(|(number, rows)| (number as u64, rows as usize)).collect()
}

#[test]
fn ids_lie_in_pieces_and_a_page_finds_them() {
    let fixture = filled();
    let connection = rusqlite::Connection::open(fixture.path()).unwrap();
    let segments = pieces(&connection);
    assert!(!segments.is_empty());
    for (segment, rows) in segments {
        for col in [IntCol::Head, IntCol::Tail] {
            let has = |code| {
                let key = column_key(segment, code);
                let sql = "SELECT count(*) FROM columns WHERE key = ?1";
                connection.query_row(sql, [key], |row| row.get::<_, i64>(0)).unwrap() == 1
            };
            assert!(col.piece_codes(rows).all(has) && !has(col.code()));
        }
    }
    check(&fixture);
}

#[test]
fn ids_of_before_are_found_whole() {
    let fixture = filled();
    let connection = rusqlite::Connection::open(fixture.path()).unwrap();
    for (segment, rows) in pieces(&connection) {
        for col in [IntCol::Head, IntCol::Tail] {
            let mut all = Vec::new();
            for code in col.piece_codes(rows) {
                let key = column_key(segment, code);
                let sql = "DELETE FROM columns WHERE key = ?1 RETURNING data";
                let blob: Vec<u8> = connection.query_row(sql, [key], |row| row.get(0)).unwrap();
                let len = PIECE_ROWS.min(rows - all.len());
                all.extend(Ints::decode("x", &blob, len).unwrap().iter());
            }
            let blob = Ints::pack(&all).encode();
            let sql = "INSERT INTO columns VALUES (?1, ?2)";
            connection.execute(sql, (column_key(segment, col.code()), blob)).unwrap();
        }
    }
    check(&fixture);
}

#[test]
fn a_piece_that_is_missing_or_damaged_is_told() {
    for damage in ["DELETE FROM columns WHERE key = ?1", "UPDATE columns SET data = x'0100' WHERE key = ?1"] {
        let fixture = filled();
        let connection = rusqlite::Connection::open(fixture.path()).unwrap();
        let (segment, rows) = pieces(&connection)[0];
        let code = IntCol::Tail.piece_codes(rows).start;
        connection.execute(damage, [column_key(segment, code)]).unwrap();
        let told = |error: crate::store::StoreError| {
            let named = error.to_string().contains(&format!("segment {segment}, column {code}"));
            assert!(error.is_damage() && named, "{error}");
        };
        let anchor = Anchor::Last;
        let request = PageRequest { filter: Filter::all(), sort: Sort::default(), anchor, limit: 100 };
        told(fixture.reader().page(&request, &mut NoWatch).unwrap_err());
        let each = &mut |_: &Row| true;
        let whole = fixture.reader().for_each(&Filter::all(), Sort::default(), &mut NoWatch, each);
        told(whole.unwrap_err());
    }
}
