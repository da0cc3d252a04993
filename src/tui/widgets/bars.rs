//! Bars: a histogram in one row, progress, and where one is in a long list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::Role;

use super::paint::Look;

/// Draws counts as bars in the first row of an area. Fewer cells than counts share a cell among neighbours,
/// more repeat them; a count above zero always shows.
pub fn histogram(look: Look<'_>, counts: &[u64], area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.is_empty() || counts.is_empty() {
        return;
    }
    let (cells, steps) = (usize::from(area.width), counts.len());
    let shared = |cell: usize| {
        let from = cell * steps / cells;
        let until = ((cell + 1) * steps).div_ceil(cells).max(from + 1);
        let until = if steps > cells { (cell + 1) * steps / cells } else { until.min(from + 1) };
        counts.get(from..until.min(steps)).unwrap_or_default().iter().sum::<u64>()
    };
    let bars: Vec<u64> = (0..cells).map(shared).collect();
    let most = bars.iter().copied().max().unwrap_or(0);
    let levels = look.glyphs.bars.len() as u64 - 1;
    let style = look.theme.style(Role::Bar);
    for (x, count) in (area.x..).zip(bars) {
        let level = u128::from(count) * u128::from(levels);
        let level = level.div_ceil(u128::from(most.max(1)));
        let bar = look.glyphs.bars.get(usize::try_from(level).unwrap_or(0)).copied().unwrap_or(" ");
        buffer.set_string(x, area.y, bar, style);
    }
}

/// Draws how far something is, in the first row of an area, with the percent behind it.
pub fn progress(look: Look<'_>, done: u64, total: u64, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    let part = if total == 0 { 0 } else { u128::from(done.min(total)) * 100 / u128::from(total) };
    let percent = format!(" {part:3} %");
    let Some(cells) = usize::from(area.width).checked_sub(percent.len()) else { return };
    if area.is_empty() {
        return;
    }
    let filled = usize::try_from(part).unwrap_or(0) * cells / 100;
    let [full, empty] = look.glyphs.progress;
    let bar = full.repeat(filled);
    let (x, _) = buffer.set_stringn(area.x, area.y, bar, cells, look.theme.style(Role::Bar));
    let rest = empty.repeat(cells - filled);
    let (x, _) = buffer.set_stringn(x, area.y, rest, cells - filled, look.theme.style(Role::Dim));
    buffer.set_stringn(x, area.y, &percent, percent.len(), look.theme.style(Role::Text));
}

/// Draws a scroll bar into the last column of an area, where `total` lines do not fit.
pub fn scroll_mark(look: Look<'_>, first: u64, total: u64, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    let height = u64::from(area.height);
    if area.is_empty() || total <= height {
        return;
    }
    let long = (u128::from(height) * u128::from(height) / u128::from(total)).max(1) as u64;
    let way = height - long;
    let hidden = total - height;
    let at = (u128::from(first.min(hidden)) * u128::from(way)).div_ceil(u128::from(hidden)) as u64;
    let [thumb, track] = look.glyphs.scroll;
    for (row, y) in (area.y..area.bottom()).enumerate() {
        let on = (at..at + long).contains(&(row as u64));
        let sign = if on { thumb } else { track };
        buffer.set_string(area.right() - 1, y, sign, look.theme.style(Role::Dim));
    }
}
