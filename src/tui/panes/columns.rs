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

/// How wide a column is.
#[derive(Clone, Copy)]
struct Widths {
    /// Below this it is of no use.
    least: usize,
    /// Enough to be recognised.
    fair: usize,
    /// Enough for most values.
    liked: usize,
    /// Enough for nearly all values; only where there is room to spare.
    roomy: usize,
}

/// Returns the field whose value a column shows, to filter by.
pub fn field(column: Column) -> Option<Field> {
    if column == Column::Title { Some(Field::Activity) } else { column.field() }
}

/// Returns what sorts the table by a column.
pub fn sort_key(column: Column) -> Option<SortKey> {
    if column == Column::Time { Some(SortKey::Time) } else { field(column).map(SortKey::Field) }
}

fn widths(column: Column, model: &Model) -> Widths {
    let of = |least, fair, liked, roomy| Widths { least, fair, liked, roomy };
    match column {
        Column::Title => of(22, 25, 30, 42),
        Column::Time if model.times.relative => of(12, 12, 12, 12),
        Column::Time => of(19, 19, 19, 19),
        Column::Id => of(7, 7, 7, 7),
        Column::Outcome | Column::Scope => of(7, 9, 9, 9),
        Column::Record => of(6, 8, 8, 8),
        // The longest address of version 4, and most of version 6 as they are written short.
        Column::Ip => of(15, 15, 15, 22),
        Column::Source | Column::Target | Column::TargetId | Column::ActorEmail => of(10, 22, 22, 30),
        _ => of(9, 12, 16, 20),
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
    measure::fit_line(line, width, charset)
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

/// Columns that stay, however narrow, as long as there is room at all: what, when, who.
const STAYING: usize = 3;

/// Returns the columns that fit a width, in order. They leave from the right; the title never leaves, a fourth
/// stays where each is wide enough to be recognised, and more only where each has the room it would like. What is
/// left over goes to the title, then to the others, until all are recognised, then liked, then roomy; the rest is the
/// title's.
pub fn place(columns: &[Column], width: usize, model: &Model) -> Vec<Placed> {
    let mut kept: Vec<Column> = columns.to_vec();
    let sum = |kept: &[Column], of: fn(Widths) -> usize| {
        kept.iter().map(|&column| of(widths(column, model))).sum::<usize>()
            + GAP * kept.len().saturating_sub(1)
    };
    let needed = |kept: &[Column]| match kept.len() {
        ..=STAYING => sum(kept, |widths| widths.least),
        4 => sum(kept, |widths| widths.fair),
        _ => sum(kept, |widths| widths.liked),
    };
    while kept.len() > 1 && needed(&kept) > width {
        let Some(last) = kept.iter().rposition(|column| *column != Column::Title) else { break };
        kept.remove(last);
    }
    let mut spare = width.saturating_sub(sum(&kept, |widths| widths.least));
    let mut cells: Vec<usize> = kept.iter().map(|&column| widths(column, model).least).collect();
    let title = kept.iter().position(|column| *column == Column::Title).unwrap_or(0);
    let rounds: [fn(Widths) -> usize; 3] =
        [|widths| widths.fair, |widths| widths.liked, |widths| widths.roomy];
    for wanted in rounds {
        for at in std::iter::once(title).chain((0..kept.len()).filter(|at| *at != title)) {
            let more = wanted(widths(kept[at], model)).saturating_sub(cells[at]).min(spare);
            cells[at] += more;
            spare -= more;
        }
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
