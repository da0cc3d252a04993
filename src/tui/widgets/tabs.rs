//! A strip of tabs: `DETAIL [d Diff]  r Raw   m Metadata`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::measure::line_width;
use crate::present::{Line, Role};

use super::paint::{Look, line};

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// The key that opens it; empty where there is none.
    pub key: String,
    /// Its name.
    pub name: String,
    /// It is open.
    pub open: bool,
}

/// Draws tabs into the first row of an area; where they do not all fit, the open one and those that do.
/// Returns the cells used.
pub fn tabs(look: Look<'_>, tabs: &[Tab], area: Rect, buffer: &mut Buffer) -> u16 {
    let room = usize::from(area.width);
    let mut strip: Vec<Line> = tabs.iter().map(tab).collect();
    let open = tabs.iter().position(|tab| tab.open).unwrap_or(0);
    while strip.iter().map(line_width).sum::<usize>() > room && strip.len() > 1 {
        // The open tab stays; the last other one goes.
        let at = if strip.len() - 1 > open { strip.len() - 1 } else { 0 };
        strip.remove(at);
        if at < open && strip.len() == 1 {
            break;
        }
    }
    let mut x = area.x;
    for words in strip {
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        x += line(look, Role::Text, &words, place, buffer);
    }
    x - area.x
}

fn tab(tab: &Tab) -> Line {
    let (before, behind) = if tab.open { ("[", "]") } else { (" ", " ") };
    let name = if tab.open { Role::Strong } else { Role::Text };
    let gap = if tab.key.is_empty() { "" } else { " " };
    Line::of(Role::Strong, before)
        .and(Role::Keycap, tab.key.clone())
        .and(Role::Text, gap)
        .and(name, tab.name.clone())
        .and(Role::Strong, behind)
        .and(Role::Text, " ")
}
