//! How the bytes of a source become JSON documents, and how a store remembers that.

use serde::{Deserialize, Serialize};

use super::frame::{Cells, Column, title};
use super::text::Form;

/// How a record's bytes are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "syntax", rename_all = "kebab-case")]
pub enum Syntax {
    /// The record is a JSON object.
    #[default]
    Json,
    /// The record is text: what it says is read off each line ([`super::text`]).
    #[serde(alias = "prefixed")]
    Text {
        /// What most of its lines are.
        #[serde(default = "json_in_text")]
        form: Form,
    },
    /// The record is a row of cells.
    Csv {
        /// What stands between cells.
        delimiter: char,
        /// The columns' names, each once.
        header: Vec<String>,
        /// Other headers that the file names further down, each of another length.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Vec<String>>,
    },
    /// The record is a line of cells that begin at the same characters in every line.
    Aligned {
        /// The characters at which the columns begin.
        starts: Vec<usize>,
        /// The columns' names, each once.
        header: Vec<String>,
    },
    /// The record is a row of the answer of a query.
    Answer {
        /// The form that its source has.
        form: String,
        /// How a row holds its cells.
        #[serde(default)]
        cells: Cells,
        /// The columns; none where each cell names its own.
        #[serde(default)]
        columns: Vec<Column>,
    },
}

impl Syntax {
    /// Returns the name used in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Syntax::Json => "JSON",
            Syntax::Text { form } => form.name(),
            Syntax::Csv { delimiter: ' ', .. } => "a table under directives",
            Syntax::Csv { .. } => "CSV",
            Syntax::Aligned { .. } => "an aligned table",
            Syntax::Answer { form, .. } => title(form),
        }
    }

    /// Whether its columns have no names of their own.
    pub fn is_headless(&self) -> bool {
        matches!(self, Syntax::Csv { header, .. } if *header == super::csv::numbered(header.len()))
    }
}

fn json_in_text() -> Form {
    Form::Json
}

/// What it takes to read a source's records again, kept by the store as JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// How its bytes are read.
    #[serde(flatten)]
    pub syntax: Syntax,
    /// Name of the format chosen for it.
    pub format: String,
    /// A person named the format: records that do not fit it are mapped by it nevertheless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
    /// Zone of times that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_tz: Option<String>,
    /// The scope that its entries were given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The workspace that its entries were given by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// What its records taught the generic mapper, where no format knows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<super::format::Learned>,
    /// Whether `4/5/2026` is the fourth of May.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_first: Option<bool>,
    /// About when it was written, in seconds since 1970: times without a year are the last such before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<i64>,
    /// What stood around the records: a path and its JSON text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub envelope: Vec<(String, String)>,
}

impl Context {
    /// Returns the text a store keeps.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("strings and lists always become JSON")
    }

    /// Reads a text made by [`Context::to_text`]; a damaged one is read as that of plain JSON records, which
    /// a mapper then detects one by one.
    pub fn read(text: &str) -> Context {
        serde_json::from_str(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_reads_back() {
        let csv = Syntax::Csv {
            delimiter: ';',
            header: vec!["Zeit".into(), "a \"b\"".into()],
            others: vec![vec!["x".into()]],
        };
        for syntax in [Syntax::Json, Syntax::Text { form: Form::Syslog }, csv] {
            let context = Context {
                syntax,
                format: "okta".into(),
                workspace: Some("Production".into()),
                envelope: vec![("meta.next".into(), "\"x\"".into())],
                ..Context::default()
            };
            assert_eq!(Context::read(&context.to_text()), context);
        }
        assert_eq!(Context::read("{"), Context::default());
    }
}
