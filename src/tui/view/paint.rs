//! Lines with roles onto cells.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

pub use crate::present::number::grouped as number;
use crate::present::{Line, Role, measure};
use crate::query::Histogram;
use crate::tui::model::Model;
use crate::tui::widgets;

/// Draws a line, cut where the area ends.
pub fn line(model: &Model, line: &Line, area: Rect, buffer: &mut Buffer) {
    widgets::line(model.look(), Role::Text, line, area, buffer);
}

/// Draws a line in a row that has a role, such as the one under the cursor.
pub fn line_in(model: &Model, row: Role, line: &Line, area: Rect, buffer: &mut Buffer) {
    widgets::line(model.look(), row, line, area, buffer);
}

/// Gives a row its role before lines are drawn into it.
pub fn row(model: &Model, role: Role, area: Rect, buffer: &mut Buffer) {
    if role != Role::Text {
        widgets::fill(model.look(), role, area, buffer);
    }
}

/// Draws counts over time.
pub fn spark(model: &Model, histogram: &Histogram, area: Rect, buffer: &mut Buffer) {
    let counts: Vec<u64> = histogram.buckets.iter().map(|bucket| bucket.count).collect();
    widgets::histogram(model.look(), &counts, area, buffer);
}

/// Lays a role over what is drawn.
pub fn over(model: &Model, role: Role, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    buffer.set_style(area, model.skin.theme.style(role));
}

/// Underlines cells.
pub fn underline(area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    buffer.set_style(area, ratatui::style::Style::new().add_modifier(Modifier::UNDERLINED));
}

/// Returns the line with the hits of the search marked.
pub fn highlighted<'l>(model: &Model, line: &'l Line) -> Cow<'l, Line> {
    highlighted_if(model, line, true)
}

/// Returns the line with the hits of the search marked, where wanted.
pub fn highlighted_if<'l>(model: &Model, line: &'l Line, wanted: bool) -> Cow<'l, Line> {
    let Some(search) = model.search.as_ref().filter(|_| wanted) else { return Cow::Borrowed(line) };
    let ranges = search.ranges(&line.plain());
    if ranges.is_empty() { Cow::Borrowed(line) } else { Cow::Owned(measure::highlight(line, &ranges)) }
}
