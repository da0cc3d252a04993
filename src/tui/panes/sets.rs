//! What the line of a change set shows in each column. Pure.

use crate::ops::Column;
use crate::present::set::set_line;
use crate::present::{Line, Role, Title, measure};
use crate::query::Row;
use crate::tui::model::Model;
use crate::tui::model::lines::{Kind, TableLine};

use super::columns;

/// Returns what a column says of a set: what all its entries have, or that they differ.
pub fn line(column: Column, set: &TableLine, rows: &[&Row], width: usize, by: bool, model: &Model) -> Line {
    let charset = model.charset();
    let Some(first) = rows.first() else { return Line::new() };
    match column {
        Column::Title => {
            let glyphs = model.look().glyphs;
            let sign = if set.kind == Kind::Head { glyphs.unfolded } else { glyphs.folded };
            let mut line = Line::of(Role::Strong, format!("{sign} "));
            line.spans.extend(set_line(rows, set.open(), by, width.saturating_sub(2), charset).spans);
            measure::fit_line(line, width, charset)
        }
        Column::Time => columns::line(column, first, width, model),
        _ => {
            let zone = model.times.zone();
            let text = column.text(first, None, zone);
            let same = rows.iter().all(|row| column.text(row, None, zone) == text);
            if same {
                return columns::line(column, first, width, model);
            }
            measure::fit_line(Line::of(Role::Dim, "various"), width, charset)
        }
    }
}

/// Returns a row's title as it stands under that of its set, which names the kind of thing already where room
/// is scarce.
pub fn member(row: &Row, width: usize, model: &Model) -> Line {
    let charset = model.charset();
    let mut line = Line::of(Role::Text, "  ");
    let room = width.saturating_sub(2);
    let mut title = Title::of_row(row);
    if title.name.is_some() && measure::width(&title.to_string()) > room {
        title.subject.clear();
    }
    line.spans.extend(title.line(room, charset).spans);
    line
}
