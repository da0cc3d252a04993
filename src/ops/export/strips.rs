//! Rows of strips written down: the text of a cell is made once for each value and copied for each row that has it.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

use crate::domain::Stamps;
use crate::domain::zone::Zone;
use crate::store::strip::Strip;

use super::super::column::{Column, Part};
use super::{ExportPlan, Form, columns};

/// Bytes of cells kept for rows to come.
const KEPT_BYTES: usize = 16 << 20;

/// Stands for a text while what stands around it is found; forms leave it as it is.
const MARK: &str = "0";

/// Whether strips hold all that a plan writes.
pub(super) fn are_enough(plan: &ExportPlan) -> bool {
    let columns = columns(plan);
    !columns.is_empty() && columns.iter().all(|column| column.part().is_some())
}

/// Writes rows of strips.
pub(super) struct Strips {
    columns: Vec<(Column, Option<Part>)>,
    zone: Zone,
    stamps: Stamps,
    kept: HashMap<u64, Cells>,
    /// The strips at hand.
    laid: Vec<Cells>,
    form: Box<dyn Form>,
    /// Of each column the text around one that need not be changed.
    around: Vec<(String, String)>,
    /// What stands before the first row, before another, and behind each.
    first: String,
    next: String,
    close: String,
}

/// The cells of one strip.
struct Cells {
    strip: Arc<Strip>,
    /// The column that says how many decimals times have, and how many each of its values is.
    digits: Option<(usize, Vec<u8>)>,
    texts: Vec<Texts>,
    bytes: usize,
}

/// The texts of one column; nothing where they are made for each row.
#[derive(Default)]
struct Texts {
    /// The column of the strip.
    column: usize,
    /// Where the text of each value lies, once it is there, and whether it was guarded.
    spans: Vec<Option<(u32, u32, bool)>>,
    text: String,
}

impl Strips {
    pub(super) fn new(columns: &[Column], zone: Zone, form: Box<dyn Form>) -> Strips {
        let made = |make: &dyn Fn(&mut String)| {
            let mut text = String::new();
            make(&mut text);
            text
        };
        let around = |at: usize| {
            let text = made(&|out| {
                form.cell(at, MARK, out);
            });
            let (before, behind) = text.rsplit_once(MARK).unwrap_or((&text, ""));
            (before.to_owned(), behind.to_owned())
        };
        Strips {
            columns: columns.iter().map(|column| (*column, column.part())).collect(),
            zone,
            stamps: Stamps::new(zone),
            kept: HashMap::new(),
            laid: Vec::new(),
            around: (0..columns.len()).map(around).collect(),
            first: made(&|out| form.open(true, out)),
            next: made(&|out| form.open(false, out)),
            close: made(&|out| form.close(out)),
            form,
        }
    }

    /// Takes the strips of the rows that come.
    pub(super) fn lay(&mut self, strips: &[Arc<Strip>]) {
        self.kept.extend(self.laid.drain(..).map(|cells| (cells.strip.key(), cells)));
        if self.kept.values().map(|cells| cells.bytes).sum::<usize>() > KEPT_BYTES {
            self.kept.clear();
        }
        for strip in strips {
            let known = self.kept.remove(&strip.key()).filter(|cells| Arc::ptr_eq(&cells.strip, strip));
            self.laid.push(known.unwrap_or_else(|| Cells::new(strip.clone(), &self.columns)));
        }
    }

    /// Writes a row of one of these strips; returns how many cells were guarded.
    pub(super) fn row(&mut self, strip: usize, row: u32, first: bool, out: &mut Vec<u8>) -> u64 {
        let cells = &mut self.laid[strip];
        let mut guarded = 0;
        out.extend_from_slice(if first { self.first.as_bytes() } else { self.next.as_bytes() });
        for (at, ((column, part), (before, behind))) in self.columns.iter().zip(&self.around).enumerate() {
            match part {
                Some(Part::Id) => {
                    out.extend_from_slice(before.as_bytes());
                    out.extend_from_slice(&cells.strip.id(row).text());
                    out.extend_from_slice(behind.as_bytes());
                }
                Some(Part::Record) => {
                    // Nothing is written but memory.
                    let _ = write!(out, "{before}{}{behind}", cells.strip.record(row));
                }
                Some(Part::Time) => match cells.strip.time(row) {
                    Some(time) => {
                        out.extend_from_slice(before.as_bytes());
                        self.stamps.push(time, cells.digits(row), out);
                        out.extend_from_slice(behind.as_bytes());
                    }
                    None => {
                        let mut text = String::new();
                        self.form.cell(at, "", &mut text);
                        out.extend_from_slice(text.as_bytes());
                    }
                },
                Some(Part::Value(_)) | None => {
                    guarded += cells.push(at, *column, row, (&*self.form, self.zone), out);
                }
            }
        }
        out.extend_from_slice(self.close.as_bytes());
        guarded
    }
}

impl Cells {
    fn new(strip: Arc<Strip>, columns: &[(Column, Option<Part>)]) -> Cells {
        let digits = strip.digits().map(|column| {
            let of = |value| strip.row_with(column, value).digits;
            (column, (0..strip.values(column) as u32).map(of).collect())
        });
        let texts =
            |(_, part): &(Column, Option<Part>)| match part {
                Some(Part::Value(field)) => strip.column(*field).map_or_else(Texts::default, |column| {
                    Texts { column, spans: vec![None; strip.values(column)], text: String::new() }
                }),
                _ => Texts::default(),
            };
        let texts: Vec<Texts> = columns.iter().map(texts).collect();
        let bytes = texts.iter().map(|texts| texts.spans.len() * 16).sum();
        Cells { texts, strip, digits, bytes }
    }

    fn digits(&self, row: u32) -> u8 {
        let known = self
            .digits
            .as_ref()
            .and_then(|(column, digits)| digits.get(self.strip.value(*column, row) as usize));
        known.copied().unwrap_or_default()
    }

    /// Appends the cell of a row in a column, which is made where no row before had its value.
    fn push(
        &mut self,
        at: usize,
        column: Column,
        row: u32,
        (form, zone): (&dyn Form, Zone),
        out: &mut Vec<u8>,
    ) -> u64 {
        let Texts { column: place, spans, text } = &mut self.texts[at];
        let value = self.strip.value(*place, row);
        let (start, end, guarded) = match spans[value as usize] {
            Some(span) => span,
            None => {
                let start = text.len();
                let alone = self.strip.row_with(*place, value);
                let guarded = form.cell(at, &column.text(&alone, None, zone), text);
                self.bytes += text.len() - start;
                // A dictionary has far less than 4 GiB, and so have cells that hold each of its values once.
                *spans[value as usize].insert((start as u32, text.len() as u32, guarded))
            }
        };
        out.extend_from_slice(text.as_bytes().get(start as usize..end as usize).unwrap_or_default());
        u64::from(guarded)
    }
}
