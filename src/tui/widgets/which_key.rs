//! The box that shows where a prefix key leads.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::measure::line_width;
use crate::present::{Line, Role};
use crate::tui::action::Context;
use crate::tui::keymap::{Key, Keymap};

use super::frame::frame;
use super::paint::{Look, line};

/// Draws the keys that may follow `prefix`, above the bottom of an area, in as many columns as fit.
pub fn which_key(
    look: Look<'_>,
    keymap: &Keymap,
    context: Context,
    prefix: &[Key],
    area: Rect,
    buffer: &mut Buffer,
) {
    let labelled: Vec<(String, String)> = keymap
        .following(context, prefix)
        .into_iter()
        .map(|next| {
            let label = next.action.map_or_else(|| "...".to_owned(), crate::tui::action::Action::label);
            (next.key.to_string(), label)
        })
        .collect();
    let room = usize::from(area.width).saturating_sub(4);
    let (mut items, mut whole) = lines(&labelled, "");
    // On a low screen rather the words are cut than that keys are missing; first the one that all begin with.
    let needed = items.len().div_ceil(usize::from(area.height).saturating_sub(2).max(1));
    let mut shared = "";
    if whole > room / needed.max(1) {
        shared = first_word(&labelled);
        (items, whole) = lines(&labelled, shared);
    }
    let columns = (room / whole).max(needed).clamp(1, items.len().max(1));
    let wide = whole.min(room / columns).max(1);
    let rows = items.len().div_ceil(columns);
    let height = u16::try_from(rows + 2).unwrap_or(u16::MAX).min(area.height);
    let place = Rect { y: area.bottom() - height, height, ..area };
    let title: Vec<String> = prefix.iter().map(ToString::to_string).collect();
    let keys = Line::of(Role::Keycap, "Esc").and(Role::Dim, " back");
    let title = format!("{} ... {shared}", title.join(" "));
    let inside = frame(look, title.trim_end(), &keys, place, buffer);
    for (n, item) in items.iter().enumerate() {
        let (column, row) = (n / rows, n % rows);
        let x = inside.x + u16::try_from(column * wide).unwrap_or(u16::MAX);
        let y = inside.y + u16::try_from(row).unwrap_or(u16::MAX);
        if y < inside.bottom() && x < inside.right() {
            let width = (inside.right() - x).min(u16::try_from(wide - 1).unwrap_or(u16::MAX));
            line(look, Role::Text, item, Rect { x, y, width, height: 1 }, buffer);
        }
    }
}

/// The items without the word they share, and the cells that the widest takes with a gap behind it.
fn lines(labelled: &[(String, String)], shared: &str) -> (Vec<Line>, usize) {
    let item = |(key, label): &(String, String)| {
        let label = label.strip_prefix(shared).unwrap_or(label).trim_start();
        Line::of(Role::Keycap, format!("{key:>2}")).and(Role::Text, format!("  {label}"))
    };
    let items: Vec<Line> = labelled.iter().map(item).collect();
    let whole = items.iter().map(line_width).max().unwrap_or(0) + 3;
    (items, whole)
}

/// The word that all labels begin with, if there is one.
fn first_word(labelled: &[(String, String)]) -> &str {
    let word = |label| str::split_once(label, ' ').map_or("", |(word, _)| word);
    let mut words = labelled.iter().map(|(_, label)| word(label));
    let first = words.next().unwrap_or_default();
    if words.all(|word| word == first) { first } else { "" }
}
