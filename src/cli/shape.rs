//! How entries are shown: the columns and the order, by the same flags in every command that opens the screen.

use clap::Args;

use super::Result;
use super::context;
use super::query::Query;
use crate::ops::Column;
use crate::query::Sort;

/// Flags for the columns and the order.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Shape {
    /// The columns, with commas between them
    #[arg(long, value_name = "C,..")]
    columns: Option<String>,
    /// The column to sort by; :asc or :desc behind it
    #[arg(long, value_name = "KEY")]
    sort: Option<String>,
}

impl Shape {
    /// Returns the columns, none where they were not named, and the order that was named.
    pub(super) fn read(&self) -> Result<(Vec<Column>, Option<Sort>)> {
        Ok((context::columns(self.columns.as_deref())?, context::sort(self.sort.as_deref())?))
    }

    /// Returns what the screen begins with, where anything was named.
    pub(super) fn view(&self) -> Result<Option<(Vec<Column>, Sort)>> {
        let (columns, sort) = self.read()?;
        Ok(self.is_named().then(|| (columns, sort.unwrap_or_default())))
    }

    /// Whether columns or an order were named.
    pub(super) fn is_named(&self) -> bool {
        self.columns.is_some() || self.sort.is_some()
    }

    /// Returns the table of a query in this shape.
    pub(super) fn table(&self, query: Vec<String>, view: Option<String>) -> Query {
        Query::table(query, view).shaped(self.columns.clone(), self.sort.clone())
    }
}
