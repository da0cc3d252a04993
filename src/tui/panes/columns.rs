//! The columns of the table: how wide they are, what they say, and which fit a width. Pure.

use crate::domain::zone::Style;
use crate::domain::{ActorKind, Field, Outcome};
use crate::ops::Column;
use crate::present::{Line, Role, Title, measure, sanitise};
use crate::query::{Row, SortKey};
use crate::tui::model::Model;
use crate::tui::model::times::ago;

/// Columns of a table for which none were chosen, the most important first.
pub const USUAL: &[Column] = &[
    Column::Title,
    Column::Time,
    Column::Actor,
    Column::Ip,
    Column::Target,
    Column::Outcome,
    Column::Workspace,
];

/// Cells between two columns.
pub const GAP: usize = 2;

/// Cells the title grows to before others get what they would like.
const FULL_TITLE: usize = 34;

/// Returns the field whose value a column shows, to filter by.
pub fn field(column: Column) -> Option<Field> {
    if column == Column::Title { Some(Field::Activity) } else { column.field() }
}

/// Returns what sorts the table by a column.
pub fn sort_key(column: Column) -> Option<SortKey> {
    if column == Column::Time { Some(SortKey::Time) } else { field(column).map(SortKey::Field) }
}

/// Returns the cells a column needs, and those it would like.
fn widths(column: Column, model: &Model) -> (usize, usize) {
    match column {
        Column::Title => (24, FULL_TITLE),
        Column::Time if model.times.relative => (12, 12),
        Column::Time => (19, 19),
        Column::Id => (7, 7),
        Column::Outcome | Column::Scope => (7, 9),
        Column::Record => (6, 8),
        Column::Ip => (11, 15),
        Column::Source | Column::Target | Column::TargetId | Column::ActorEmail => (10, 22),
        _ => (9, 16),
    }
}

/// Returns what a column says of a row.
pub fn line(column: Column, row: &Row, width: usize, model: &Model) -> Line {
    let charset = model.charset();
    let mut line = Line::new();
    match column {
        Column::Title => return Title::of_row(row).line(width, charset),
        Column::Time => line.push(Role::Text, time(row, model)),
        Column::Id => line.push(Role::Dim, row.id.short()),
        _ => {
            let text = column.text(row, None, model.times.zone());
            sanitise::push(&mut line, role(column, row), &text, charset);
        }
    }
    measure::cut_line(&line, width, charset)
}

fn time(row: &Row, model: &Model) -> String {
    match row.position.time {
        None => "no time".to_owned(),
        Some(at) if model.times.relative => ago(model.wall(), at),
        Some(at) => model.times.zone().format(at, Style::Seconds),
    }
}

fn role(column: Column, row: &Row) -> Role {
    match (column, row.outcome, row.kind) {
        (Column::Outcome, Outcome::Failure | Outcome::Denied, _) => Role::Error,
        (Column::Actor, _, ActorKind::System) => Role::Badge,
        _ => Role::Text,
    }
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

/// Returns the columns that fit a width, in order. They leave from the right; the title never leaves. What is
/// left over goes to the title until it is comfortable, then to the others, then to the title again.
pub fn place(columns: &[Column], width: usize, model: &Model) -> Vec<Placed> {
    let mut kept: Vec<Column> = columns.to_vec();
    let needed = |kept: &[Column]| {
        kept.iter().map(|&column| widths(column, model).0).sum::<usize>() + GAP * kept.len().saturating_sub(1)
    };
    while kept.len() > 1 && needed(&kept) > width {
        let Some(last) = kept.iter().rposition(|column| *column != Column::Title) else { break };
        kept.remove(last);
    }
    let mut spare = width.saturating_sub(needed(&kept));
    let mut cells: Vec<usize> = kept.iter().map(|&column| widths(column, model).0).collect();
    let title = kept.iter().position(|column| *column == Column::Title).unwrap_or(0);
    let order = std::iter::once(title).chain((0..kept.len()).filter(|at| *at != title));
    for at in order {
        let (least, wanted) = widths(kept[at], model);
        let more = (wanted - least).min(spare);
        cells[at] += more;
        spare -= more;
    }
    if let Some(title) = cells.get_mut(title) {
        *title += spare;
    }
    let mut at = 0;
    let place = |(column, cells): (Column, usize)| {
        let placed = Placed { column, at, width: cells.min(width.saturating_sub(at)) };
        at += cells + GAP;
        placed
    };
    kept.into_iter().zip(cells).map(place).collect()
}
