//! What several dialogs need.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::measure::wrap;
use crate::present::number::counted;
pub(super) use crate::present::number::grouped;
use crate::present::{Line, Role};
use crate::query::ParseContext;
use crate::tui::action::{Action, Context};
use crate::tui::keymap::{Key, Lookup};
use crate::tui::widgets::{self, Look, Step};

use super::Desk;

/// What a key means to a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Do it.
    Accept,
    /// Close.
    Cancel,
    /// Complete, or on to the next field.
    Complete,
    /// Back to the previous field.
    PreviousField,
    /// Move in the list.
    Step(Step),
    /// Anything else: text, or a letter of the dialog's own.
    Other(Key),
}

impl Desk<'_> {
    /// Returns what texts are read against.
    pub(in crate::tui) fn context(&self) -> ParseContext {
        ParseContext { now: self.now, zone: self.zone }
    }

    /// Returns what a key means. With `letters`, where nothing is typed, the panes' keys for moving and
    /// closing work too.
    pub(super) fn pressed(&self, key: Key, letters: bool) -> Pressed {
        if let Some(step) = widgets::step(self.keymap, key, letters) {
            return Pressed::Step(step);
        }
        match self.keymap.prompt(key) {
            Some(Action::Accept) => Pressed::Accept,
            Some(Action::Cancel) => Pressed::Cancel,
            Some(Action::Complete) => Pressed::Complete,
            Some(Action::PreviousField) => Pressed::PreviousField,
            _ if letters && self.closes(key) => Pressed::Cancel,
            _ => Pressed::Other(key),
        }
    }

    fn closes(&self, key: Key) -> bool {
        let lookup = self.keymap.lookup(Context::Global, &[key]);
        matches!(lookup, Lookup::Action(Action::Close | Action::Back))
    }

    /// Returns the first key of an action as shown.
    pub(super) fn key(&self, action: Action) -> String {
        self.keymap.key_label(action).unwrap_or_default()
    }

    /// Returns the line of keys at the bottom of a frame: `Enter open  Esc close`, and more between.
    pub(super) fn keys(&self, accept: &str, more: &[(&str, &str)]) -> Line {
        let mut keys = Line::new();
        let (enter, escape) = (self.key(Action::Accept), self.key(Action::Cancel));
        let accept = (!accept.is_empty()).then_some((enter.as_str(), accept));
        for (key, label) in accept.into_iter().chain(more.iter().copied()).chain([(escape.as_str(), "close")])
        {
            if !keys.spans.is_empty() {
                keys.push(Role::Text, "  ");
            }
            keys.push(Role::Keycap, key.to_owned());
            keys.push(Role::Dim, format!(" {label}"));
        }
        keys
    }
}

/// Draws lines of a list into an area, the selected one marked, with a scroll bar where there are more.
pub(super) fn draw_list(
    look: Look<'_>,
    count: usize,
    selected: impl Into<Option<usize>>,
    each: impl Fn(usize) -> Line,
    area: Rect,
    buffer: &mut Buffer,
) {
    let selected = selected.into();
    let shown = widgets::window(selected.unwrap_or(0), count, usize::from(area.height));
    let first = shown.start;
    for (y, at) in (area.y..area.bottom()).zip(shown) {
        let row = Rect { y, height: 1, width: area.width.saturating_sub(1), ..area };
        let here = Some(at) == selected;
        let role = if here { Role::Selected } else { Role::Text };
        let sign = if here { look.glyphs.cursor } else { " " };
        widgets::fill(look, role, row, buffer);
        let mut words = Line::of(Role::Text, format!("{sign} "));
        words.spans.extend(each(at).spans);
        widgets::line(look, role, &words, row, buffer);
    }
    widgets::scroll_mark(look, first as u64, count as u64, area, buffer);
}

/// Returns a line broken to a width in at most so many rows. What is left over makes the last one too long, so
/// that drawing it cuts it with a mark.
pub(super) fn wrapped(words: &Line, width: usize, rows: usize) -> Vec<Line> {
    let mut lines = wrap(words, width, 2);
    let over: Vec<Line> = lines.drain(rows.min(lines.len())..).collect();
    if let (Some(last), false) = (lines.last_mut(), over.is_empty()) {
        last.push(Role::Text, " ");
        last.spans.extend(over.into_iter().flat_map(|line| line.spans));
    }
    lines
}

/// Returns the rows of an area one by one from the top.
pub(super) struct Rows(Rect);

impl Rows {
    pub(super) fn new(area: Rect) -> Rows {
        Rows(area)
    }

    /// Takes `height` rows, or what is left.
    pub(super) fn take(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        let taken = Rect { height, ..self.0 };
        self.0.y += height;
        self.0.height -= height;
        taken
    }

    /// Takes the last `height` rows, or what is left.
    pub(super) fn take_last(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        self.0.height -= height;
        Rect { y: self.0.bottom(), height, ..self.0 }
    }

    /// Returns what is left.
    pub(super) fn rest(self) -> Rect {
        self.0
    }
}

/// Returns how many entries: `1 entry`, `1 204 entries`.
pub(super) fn entries(count: u64) -> String {
    counted(count, "entry")
}
