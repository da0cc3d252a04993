//! A short message that goes away by itself.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::measure::{line_width, wrap};
use crate::present::{Line, Role};

use super::paint::{Look, fill, line};

/// A short message. Its text is sanitised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What kind it is: [`Role::Good`], [`Role::Warning`], [`Role::Error`] or plain.
    pub role: Role,
    /// What it says.
    pub text: String,
}

/// Draws toasts above each other at the bottom right of an area, the latest lowest; each at most three lines.
pub fn toast(look: Look<'_>, toasts: &[Toast], area: Rect, buffer: &mut Buffer) {
    let mut bottom = area.bottom();
    for toast in toasts.iter().rev() {
        let room = usize::from(area.width.saturating_sub(4)).min(76);
        let words = Line::of(toast.role, format!("{}{}", sign(toast.role), toast.text));
        let mut lines = wrap(&words, room, 2);
        lines.truncate(3);
        let height = u16::try_from(lines.len()).unwrap_or(3);
        if bottom < area.y + height {
            return;
        }
        let wide = lines.iter().map(line_width).max().unwrap_or(0);
        let wide = u16::try_from(wide + 2).unwrap_or(area.width).min(area.width);
        let place = Rect { x: area.right() - wide, y: bottom - height, width: wide, height };
        fill(look, toast.role, place, buffer);
        for (y, words) in (place.y..).zip(&lines) {
            let row = Rect { x: place.x + 1, y, width: wide.saturating_sub(1), height: 1 };
            line(look, Role::Text, words, row, buffer);
        }
        bottom = place.y;
    }
}

/// Never colour alone.
fn sign(role: Role) -> &'static str {
    match role {
        Role::Error => "error: ",
        Role::Warning => "! ",
        _ => "",
    }
}
