//! Fields of objects: how a value is drawn, changed and written.
//!
//! A value is a number or rows of numbers; its JSON text is a function of it, so that an object costs a few
//! words of memory and what is written as "before" is what was written as "after" earlier.

use serde::Deserialize;

use super::bytes;
use super::cast::{Cast, Pattern};
use super::random::Random;

/// A field of a kind of objects.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name as JSON text.
    pub(super) key: Vec<u8>,
    /// Keeps its first value.
    pub(super) fixed: bool,
    draw: Draw,
}

/// The value of a field.
#[derive(Clone, Debug)]
pub(super) enum Value {
    One(u64),
    Rows(Vec<Row>),
}

/// One row of a value: its id, and a value for each field.
#[derive(Clone, Debug)]
pub(super) struct Row {
    id: u64,
    cells: Vec<u64>,
}

#[derive(Debug)]
enum Draw {
    One(Vec<Pattern>),
    Number { least: u64, most: u64, step: u64 },
    Flag,
    Some(Vec<Pattern>),
    Rows { fields: Vec<Field>, least: usize, most: usize },
    Steps(Vec<Pattern>),
    Hex { digits: u32, prefix: Vec<u8> },
    Body(Vec<Vec<Vec<u8>>>),
    Clock,
}

/// A field as the assets write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldFile {
    name: String,
    #[serde(default)]
    fixed: bool,
    one: Option<Vec<toml::Value>>,
    number: Option<[u64; 3]>,
    #[serde(default)]
    flag: bool,
    some: Option<Vec<toml::Value>>,
    rows: Option<Vec<FieldFile>>,
    count: Option<[usize; 2]>,
    steps: Option<Vec<toml::Value>>,
    hex: Option<u32>,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    html: bool,
    #[serde(default)]
    clock: bool,
}

impl Field {
    /// Reads a field of the assets.
    pub(super) fn read(file: &FieldFile, cast: &Cast) -> Field {
        let patterns = |list: &[toml::Value]| list.iter().map(|value| Pattern::read(value, cast)).collect();
        let draw = if let Some(list) = &file.one {
            Draw::One(patterns(list))
        } else if let Some([least, most, step]) = file.number {
            Draw::Number { least, most, step }
        } else if let Some(list) = &file.some {
            Draw::Some(patterns(list))
        } else if let Some(fields) = &file.rows {
            let [least, most] = file.count.unwrap_or([1, 3]);
            Draw::Rows { fields: fields.iter().map(|field| Field::read(field, cast)).collect(), least, most }
        } else if let Some(list) = &file.steps {
            Draw::Steps(patterns(list))
        } else if let Some(digits) = file.hex {
            Draw::Hex { digits, prefix: file.prefix.clone().into_bytes() }
        } else if file.html {
            Draw::Body(cast.blocks())
        } else if file.clock {
            Draw::Clock
        } else {
            assert!(file.flag, "a test reads the built-in fields");
            Draw::Flag
        };
        let key = crate::domain::json::quote(&file.name).into_bytes();
        Field { key, fixed: file.fixed, draw }
    }

    /// Whether its values are short: no rows and no body.
    pub(super) fn is_light(&self) -> bool {
        !matches!(self.draw, Draw::Rows { .. } | Draw::Body(_))
    }

    /// Whether it says when the object was last changed or used.
    pub(super) fn is_clock(&self) -> bool {
        matches!(self.draw, Draw::Clock)
    }

    /// Returns the number of the last step, for a field of steps.
    pub(super) fn last_step(&self) -> Option<u64> {
        if let Draw::Steps(steps) = &self.draw { Some(steps.len() as u64 - 1) } else { None }
    }

    /// Returns a first value.
    pub(super) fn first(&self, now_ms: u64, random: &mut Random) -> Value {
        match &self.draw {
            Draw::Steps(_) => Value::One(0),
            Draw::Clock => Value::One(now_ms),
            Draw::Rows { fields, least, most } => {
                let count = least + random.index(most - least + 1);
                Value::Rows((0..count as u64).map(|at| new_row(fields, at + 1, random)).collect())
            }
            _ => Value::One(random.next()),
        }
    }

    /// Returns a next value; it may look like the one before.
    pub(super) fn next(&self, value: &Value, now_ms: u64, random: &mut Random) -> Value {
        match (value, &self.draw) {
            (Value::Rows(rows), Draw::Rows { fields, least, most }) => {
                Value::Rows(next_rows(rows, fields, *least, *most, random))
            }
            (Value::One(n), _) => Value::One(self.next_one(*n, now_ms, random)),
            (Value::Rows(_), _) => value.clone(),
        }
    }

    fn next_one(&self, n: u64, now_ms: u64, random: &mut Random) -> u64 {
        match &self.draw {
            Draw::Flag => !n,
            Draw::Some(items) => n ^ (1 << random.index(items.len().min(64))),
            Draw::Steps(steps) => (n + 1).min(steps.len() as u64 - 1),
            Draw::Body(blocks) => {
                let shift = 8 * random.index(blocks.len().min(8));
                n ^ ((1 + random.below(255)) << shift)
            }
            Draw::Clock => now_ms,
            Draw::One(_) | Draw::Number { .. } | Draw::Hex { .. } | Draw::Rows { .. } => random.next(),
        }
    }

    /// Appends the JSON text of a value.
    pub(super) fn write(&self, value: &Value, out: &mut Vec<u8>) {
        match (value, &self.draw) {
            (Value::One(n), _) => self.write_one(*n, out),
            (Value::Rows(rows), Draw::Rows { fields, .. }) => write_rows(rows, fields, out),
            (Value::Rows(_), _) => out.extend_from_slice(b"[]"),
        }
    }

    fn write_one(&self, n: u64, out: &mut Vec<u8>) {
        match &self.draw {
            Draw::One(list) => list[(n >> 32) as usize % list.len()].write(n, out),
            Draw::Number { least, most, step } => {
                bytes::decimal(least + (n >> 8) % ((most - least) / step + 1) * step, out);
            }
            Draw::Flag => out.extend_from_slice(if n & 1 == 1 { b"true" } else { b"false" }),
            Draw::Some(items) => write_some(n, items, out),
            Draw::Steps(steps) => steps[n as usize % steps.len()].write(0, out),
            Draw::Hex { digits, prefix } => {
                out.push(b'"');
                out.extend_from_slice(prefix);
                let mut left = *digits;
                while left > 0 {
                    let some = left.min(16);
                    bytes::hex(super::random::mix(n ^ u64::from(left)), some, out);
                    left -= some;
                }
                out.push(b'"');
            }
            Draw::Body(blocks) => {
                out.push(b'"');
                for (at, wordings) in blocks.iter().enumerate() {
                    out.extend_from_slice(&wordings[(n >> (8 * (at % 8))) as usize % 256 % wordings.len()]);
                }
                out.push(b'"');
            }
            Draw::Clock => {
                out.push(b'"');
                bytes::time(n, false, out);
                out.push(b'"');
            }
            Draw::Rows { .. } => out.extend_from_slice(b"[]"),
        }
    }
}

fn new_row(fields: &[Field], id: u64, random: &mut Random) -> Row {
    Row { id, cells: fields.iter().map(|_| random.next()).collect() }
}

/// Changes a cell of a row, adds a row behind the others, or takes one away.
fn next_rows(rows: &[Row], fields: &[Field], least: usize, most: usize, random: &mut Random) -> Vec<Row> {
    let mut rows = rows.to_vec();
    match random.below(10) {
        0 | 1 if rows.len() < most => {
            let id = rows.iter().map(|row| row.id).max().unwrap_or(0) + 1;
            rows.push(new_row(fields, id, random));
        }
        2 if rows.len() > least => drop(rows.remove(random.index(rows.len()))),
        _ => {
            let (row, field) = (random.index(rows.len()), random.index(fields.len()));
            if let Some(cell) = rows.get_mut(row).and_then(|row| row.cells.get_mut(field)) {
                *cell = fields[field].next_one(*cell, 0, random);
            }
        }
    }
    rows
}

fn write_rows(rows: &[Row], fields: &[Field], out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, row) in rows.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"{\"id\":" } else { b",{\"id\":" });
        bytes::decimal(row.id, out);
        for (field, cell) in fields.iter().zip(&row.cells) {
            out.push(b',');
            out.extend_from_slice(&field.key);
            out.push(b':');
            field.write_one(*cell, out);
        }
        out.push(b'}');
    }
    out.push(b']');
}

fn write_some(n: u64, items: &[Pattern], out: &mut Vec<u8>) {
    out.push(b'[');
    let mut first = true;
    for (at, item) in items.iter().enumerate().take(64) {
        if n >> at & 1 == 1 {
            if !first {
                out.push(b',');
            }
            first = false;
            item.write(0, out);
        }
    }
    out.push(b']');
}
