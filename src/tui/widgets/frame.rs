//! The frame of a dialog.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::{Line, Role};

use super::paint::{Look, fill, line};

/// Returns an area of this size in the middle of another, or as much of it as there is.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Draws an empty frame with a title above and keys below; returns the space inside, one column free on
/// either side.
pub fn frame(look: Look<'_>, title: &str, keys: &Line, area: Rect, buffer: &mut Buffer) -> Rect {
    fill(look, Role::Text, area, buffer);
    if area.width < 4 || area.height < 3 {
        return Rect::default();
    }
    let (bottom, right) = (area.bottom() - 1, area.right() - 1);
    let [top_left, top_right, bottom_left, bottom_right] = look.glyphs.corners;
    let style = look.theme.style(Role::Dim);
    for x in area.x + 1..right {
        buffer.set_string(x, area.y, look.glyphs.horizontal, style);
        buffer.set_string(x, bottom, look.glyphs.horizontal, style);
    }
    for y in area.y + 1..bottom {
        buffer.set_string(area.x, y, look.glyphs.vertical, style);
        buffer.set_string(right, y, look.glyphs.vertical, style);
    }
    for (x, y, corner) in [
        (area.x, area.y, top_left),
        (right, area.y, top_right),
        (area.x, bottom, bottom_left),
        (right, bottom, bottom_right),
    ] {
        buffer.set_string(x, y, corner, style);
    }
    on_rule(look, &Line::of(Role::Title, title.to_owned()), area.y, area, buffer);
    on_rule(look, keys, bottom, area, buffer);
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}

fn on_rule(look: Look<'_>, words: &Line, y: u16, area: Rect, buffer: &mut Buffer) {
    if words.spans.is_empty() || area.width < 8 {
        return;
    }
    let mut spaced = Line::of(Role::Text, " ");
    spaced.spans.extend(words.spans.iter().cloned());
    let place = Rect { x: area.x + 2, y, width: area.width - 5, height: 1 };
    let used = line(look, Role::Text, &spaced, place, buffer);
    buffer.set_string(place.x + used, y, " ", look.theme.style(Role::Text));
}
