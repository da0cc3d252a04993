//! Answers of query interfaces: documents in which rows are lists of cells and the columns' names lie beside them.
//!
//! Each row is a record like one of CSV: its raw bytes are the row as it came, its content, and so its id, the object of
//! its cells under their names, which the source remembers. So the same row has the same id on whatever page and with its
//! columns in front or behind.
//!
//! Only forms that `assets/answers.toml` declares are read, only at the top of a document, and only where every member is
//! one that the form declares: told by shape alone, records that hold lists of lists passed for tables, and others beside
//! them were lost. No product is known here.

mod cells;
mod form;
mod split;
mod tell;
mod walk;

pub use cells::{Cells, Column, Convert};

pub(crate) use cells::write;
pub(crate) use form::title;
pub(super) use split::Answer;
pub(super) use tell::{Found, Teller, Told};

use super::sniff::{Plan, Sniffed};
use crate::ingest::syntax::Syntax;

impl Found {
    /// Returns how its rows are split and read.
    pub(super) fn sniffed(self) -> Sniffed {
        let form = &form::forms()[self.form];
        let syntax =
            Syntax::Answer { form: form.name.clone(), cells: form.cells.clone(), columns: self.columns };
        Sniffed { syntax, plan: Plan::Answer { form: self.form }, titles: Vec::new() }
    }
}
