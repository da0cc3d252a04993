//! Is a document the answer of a query, whose rows are lists of cells under columns that stand beside or near them?
//!
//! Told by shape alone: a list of rows, and the nearest list that describes as many columns as a row has cells; rows
//! of pairs need none, and in some the first row names them. Knows no product.

use crate::domain::json::{Doc, Kind, Node};
use crate::ingest::cells::{self, Cells, Column};
use crate::ingest::text::says_when;

use super::columns::names_column;
use super::envelope::Behind;
use super::sniff::Hints;

/// How deep rows and columns may lie in the document.
const DEPTH: usize = 8;

/// How many elements of a list are looked at.
const ELEMENTS: usize = 16;

/// Where the rows of an answer are and what their cells are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Paths to the lists of rows; lists on the way are passed through.
    pub(super) rows: Vec<Vec<String>>,
    /// Paths to the lists that describe columns.
    pub(super) columns: Vec<Vec<String>>,
    /// The columns of records, each of another number; none where the rows are pairs.
    pub(super) known: Vec<Vec<Column>>,
    /// The columns of tables that hold no records: what was asked, how long it took.
    pub(super) beside: Vec<Vec<Column>>,
    /// The byte that a row begins with.
    pub(super) opens: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    At(usize),
}

type Place = Vec<Step>;

/// A list of rows and what they are under.
struct Table {
    rows: Place,
    columns: Option<Place>,
    names: Vec<Column>,
    grade: Grade,
    opens: u8,
}

/// How surely a table holds records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    /// Nothing says so.
    Table,
    /// Its rows say when something happened.
    Timed,
    /// A format knows them.
    Known,
}

/// Returns where the rows of an answer are; `None` where the document is something else.
pub(super) fn find(root: Node<'_>, behind: Behind, hints: &Hints<'_>) -> Option<Answer> {
    let is_record = |node: Node<'_>, depth| (hints.known)(node) || says_when(node, depth);
    let timed = match root.kind() {
        Kind::Array => {
            let records =
                root.items().take(ELEMENTS).any(|item| item.kind() == Kind::Object && is_record(item, 1));
            return if records {
                None
            } else {
                tables(root, hints).and_then(|all| joined(all, Grade::Timed))
            };
        }
        _ if (hints.known)(root) => return None,
        _ => says_when(root, 0),
    };
    let least = match (behind, timed) {
        (Behind::Lines, true) => return None,
        (Behind::Nothing | Behind::Values, false) => Grade::Table,
        _ => Grade::Timed,
    };
    tables(root, hints).and_then(|all| joined(all, least))
}

fn tables(root: Node<'_>, hints: &Hints<'_>) -> Option<Vec<Table>> {
    let mut found = Lists::default();
    found.walk(root, &mut Vec::new());
    let tables: Vec<Table> =
        found.rows.iter().filter_map(|(place, rows)| table(place, *rows, &found.columns, hints)).collect();
    (!tables.is_empty()).then_some(tables)
}

/// Makes one answer of the tables that most surely hold records.
fn joined(tables: Vec<Table>, least: Grade) -> Option<Answer> {
    let best = tables.iter().map(|table| table.grade).max().filter(|best| *best >= least)?;
    let first = tables.iter().find(|table| table.grade == best)?;
    let (opens, paired) = (first.opens, first.names.is_empty());
    let mut answer =
        Answer { rows: Vec::new(), columns: Vec::new(), known: Vec::new(), beside: Vec::new(), opens };
    for table in tables.into_iter().filter(|table| table.names.is_empty() == paired) {
        let chosen = table.grade == best;
        let list = if chosen { &mut answer.known } else { &mut answer.beside };
        let fits = !chosen || list.iter().all(|other| other.len() != table.names.len());
        if fits && !paired {
            list.push(table.names);
        }
        add(&mut answer.rows, keys(&table.rows));
        table.columns.iter().for_each(|place| add(&mut answer.columns, keys(place)));
    }
    Some(answer)
}

fn add(paths: &mut Vec<Vec<String>>, path: Vec<String>) {
    if !paths.contains(&path) {
        paths.push(path);
    }
}

fn keys(place: &[Step]) -> Vec<String> {
    let key = |step: &Step| if let Step::Key(key) = step { Some(key.clone()) } else { None };
    place.iter().filter_map(key).collect()
}

/// What lies in a document.
#[derive(Default)]
struct Lists<'a> {
    rows: Vec<(Place, Node<'a>)>,
    columns: Vec<(Place, Vec<Column>)>,
}

impl<'a> Lists<'a> {
    fn walk(&mut self, node: Node<'a>, place: &mut Place) {
        if place.len() > DEPTH {
            return;
        }
        if node.kind() == Kind::Object {
            for (key, value) in
                node.members().filter(|(_, value)| matches!(value.kind(), Kind::Object | Kind::Array))
            {
                place.push(Step::Key(key.decode().into_owned()));
                self.walk(value, place);
                place.pop();
            }
            return;
        }
        let columns = cells::columns(node);
        if is_rows(node) && columns.is_none() {
            self.rows.push((place.clone(), node));
            if node.index(0).is_some_and(|row| row.kind() == Kind::Array) {
                return;
            }
        }
        self.columns.extend(columns.map(|columns| (place.clone(), columns)));
        for (at, item) in
            node.items().take(ELEMENTS).enumerate().filter(|(_, item)| item.kind() == Kind::Object)
        {
            place.push(Step::At(at));
            self.walk(item, place);
            place.pop();
        }
    }
}

/// Whether a list holds rows: lists, or objects with nothing but a list in them.
fn is_rows(list: Node<'_>) -> bool {
    let row = |item: Node<'_>| Cells::of(item).is_some_and(|cells| !cells.all.is_empty());
    // The last may be cut off.
    !list.is_empty() && list.items().take(ELEMENTS.min(list.len().max(2) - 1)).all(row)
}

fn table(
    place: &Place,
    rows: Node<'_>,
    columns: &[(Place, Vec<Column>)],
    hints: &Hints<'_>,
) -> Option<Table> {
    let first = rows.index(0)?;
    let cells = Cells::of(first)?;
    let opens = if first.kind() == Kind::Array { b'[' } else { b'{' };
    let new = |columns: Option<Place>, names: Vec<Column>| {
        let grade = grade(rows, &names, hints)?;
        Some(Table { rows: place.clone(), columns, names, grade, opens })
    };
    let near = |(at, _): &&(Place, Vec<Column>)| {
        let shared = at.iter().zip(place).take_while(|(a, b)| a == b).count();
        (shared, names_columns(at), usize::MAX - at.len())
    };
    let fits = |(at, names): &&(Place, Vec<Column>)| names.len() == cells.all.len() && !at.starts_with(place);
    let fitting = columns.iter().filter(fits);
    // Of several as near the first is meant.
    if let Some((at, names)) = fitting.rev().max_by_key(near) {
        return new(Some(at.clone()), names.clone());
    }
    let paired = opens == b'[' && cells.all.iter().all(|cell| cells::pair_of(*cell).is_some());
    if paired {
        let named = cells.all.first().is_some_and(|pair| pair.len() > 1);
        return new(None, Vec::new()).filter(|table| named || table.grade > Grade::Table);
    }
    if stamped(&cells) {
        let names = ["timestamp", "line", "labels"].iter().take(cells.all.len());
        return new(None, names.map(|name| Column::Plain((*name).to_owned())).collect());
    }
    let names = cells
        .names()
        .filter(|names| names.len() > 1 && names.iter().all(|name| names_column(name.name())))?;
    new(None, names).filter(|table| table.grade > Grade::Table)
}

/// Whether a row is a line with the nanoseconds since 1970 before it, and labels behind it at most.
fn stamped(cells: &Cells<'_>) -> bool {
    let nanos = |text: &str| text.len() == 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    match cells.all.as_slice() {
        [time, line, labels @ ..] => {
            time.as_str().is_some_and(|text| nanos(&text))
                && line.kind() == Kind::String
                && labels.len() < 2
                && labels.iter().all(|labels| labels.kind() == Kind::Object)
        }
        _ => false,
    }
}

/// Whether a key says that what lies there are columns, and not their types.
fn names_columns(place: &Place) -> bool {
    let named = |key: &String| {
        let key = key.to_ascii_lowercase();
        !key.contains("type") && ["name", "col", "field", "head"].iter().any(|word| key.contains(word))
    };
    place.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(named(key)) } else { None })
        == Some(true)
}

/// Returns how surely rows under these columns are records; `None` where they do not fit.
fn grade(rows: Node<'_>, names: &[Column], hints: &Hints<'_>) -> Option<Grade> {
    let (mut doc, mut out) = (Doc::new(), String::new());
    let mut best = None;
    let data =
        |row: &Node<'_>| !Cells::of(*row).is_some_and(|cells| !names.is_empty() && cells.repeat(names));
    for row in rows.items().take(ELEMENTS).filter(data) {
        out.clear();
        if cells::write(row, names, &[], &mut out).is_err() {
            continue;
        }
        let Ok(record) = doc.parse(&out) else { continue };
        let grade = match () {
            () if (hints.known)(record) => Grade::Known,
            () if says_when(record, 1) => Grade::Timed,
            () => Grade::Table,
        };
        best = best.max(Some(grade));
    }
    best
}
