//! The columns of the table: which there are, what they say, and which fit a width. Pure.

use crate::domain::Field;
use crate::domain::zone::Style;
use crate::present::{Charset, Line, Role, Title, measure, sanitise};
use crate::query::{Row, SortKey};
use crate::tui::model::Model;
use crate::tui::model::times::ago;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// What happened, in a few words.
    Activity,
    /// When.
    Time,
    /// A field's shown value.
    Field(Field),
    /// The beginning of the id.
    Id,
}

/// Columns of a table for which none were chosen, the most important first.
pub const USUAL: &[Column] = &[
    Column::Activity,
    Column::Time,
    Column::Field(Field::Actor),
    Column::Field(Field::Ip),
    Column::Field(Field::Target),
    Column::Field(Field::Outcome),
    Column::Field(Field::Workspace),
];

/// Cells between two columns.
pub const GAP: usize = 2;

/// Least cells of the column that takes what is left.
const MIN_ACTIVITY: usize = 24;

impl Column {
    /// Returns every column.
    pub fn all() -> impl Iterator<Item = Column> {
        let fields = Field::ALL.iter().filter(|field| !matches!(field, Field::Activity | Field::Changed));
        let rest = fields.map(|&field| Column::Field(field));
        [Column::Activity, Column::Time].into_iter().chain(rest).chain([Column::Id])
    }

    /// Returns the key in files and flags.
    pub fn key(self) -> &'static str {
        match self {
            Column::Activity => "activity",
            Column::Time => "time",
            Column::Field(field) => field.key(),
            Column::Id => "id",
        }
    }

    /// Returns the column with this key.
    pub fn parse(key: &str) -> Option<Column> {
        Column::all().find(|column| column.key().eq_ignore_ascii_case(key))
    }

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Column::Activity => "Activity",
            Column::Time => "Timestamp",
            Column::Field(field) => field.title(),
            Column::Id => "Id",
        }
    }

    /// Returns the field whose value it shows, to filter by.
    pub fn field(self) -> Option<Field> {
        match self {
            Column::Activity => Some(Field::Activity),
            Column::Field(field) => Some(field),
            Column::Time | Column::Id => None,
        }
    }

    /// Returns what sorts the table by this column.
    pub fn sort(self) -> Option<SortKey> {
        match self {
            Column::Time => Some(SortKey::Time),
            Column::Activity => Some(SortKey::Field(Field::Activity)),
            Column::Field(field) => Some(SortKey::Field(field)),
            Column::Id => None,
        }
    }

    /// Returns the cells it wants.
    fn width(self, model: &Model) -> usize {
        match self {
            Column::Activity => MIN_ACTIVITY,
            Column::Time if model.times.relative => 12,
            Column::Time => 19,
            Column::Id => 7,
            Column::Field(field) => match field {
                Field::Actor | Field::Ip | Field::EventType | Field::Class => 15,
                Field::Target | Field::TargetId | Field::Source => 20,
                Field::Scope | Field::Kind | Field::Outcome | Field::Format => 9,
                Field::Request | Field::Session => 20,
                _ => 12,
            },
        }
    }

    /// Returns what it says of a row.
    pub fn line(self, row: &Row, width: usize, model: &Model) -> Line {
        let charset = model.charset();
        match self {
            Column::Activity => Title::of_row(row).line(width, charset),
            Column::Time => Line::of(Role::Text, time(row, model)),
            Column::Id => Line::of(Role::Dim, row.id.short()),
            Column::Field(field) => field_line(field, row, width, charset),
        }
    }
}

fn time(row: &Row, model: &Model) -> String {
    match row.position.time {
        None => "no time".to_owned(),
        Some(at) if model.times.relative => ago(model.wall(), at),
        Some(at) => model.times.zone().format(at, Style::Seconds),
    }
}

fn field_line(field: Field, row: &Row, width: usize, charset: Charset) -> Line {
    let role = match (field, row.outcome, row.kind) {
        (Field::Outcome, crate::domain::Outcome::Failure | crate::domain::Outcome::Denied, _) => Role::Error,
        (Field::Actor, _, crate::domain::ActorKind::System) => Role::Badge,
        _ => Role::Text,
    };
    let mut line = Line::new();
    let value = row.shown_value(field).unwrap_or_default();
    sanitise::push(&mut line, role, &value, charset);
    measure::cut_line(&line, width, charset)
}

/// A column with its place in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub column: Column,
    /// Cells from the left.
    pub at: usize,
    /// Cells wide.
    pub width: usize,
}

/// Returns the columns that fit a width, in order. They leave from the right; the activity never leaves, and
/// what is left over goes to it.
pub fn place(columns: &[Column], width: usize, model: &Model) -> Vec<Placed> {
    let wants = |column: &Column| column.width(model);
    let mut kept: Vec<Column> = columns.to_vec();
    let needed = |kept: &[Column]| kept.iter().map(wants).sum::<usize>() + GAP * kept.len().saturating_sub(1);
    while kept.len() > 1 && needed(&kept) > width {
        let Some(last) = kept.iter().rposition(|column| *column != Column::Activity) else { break };
        kept.remove(last);
    }
    let spare = width.saturating_sub(needed(&kept));
    let grown = kept.iter().position(|column| *column == Column::Activity).unwrap_or(0);
    let mut at = 0;
    let mut placed = Vec::with_capacity(kept.len());
    for (number, &column) in kept.iter().enumerate() {
        let extra = if number == grown { spare } else { 0 };
        let cells = (wants(&column) + extra).min(width.saturating_sub(at));
        placed.push(Placed { column, at, width: cells });
        at += cells + GAP;
    }
    placed
}
