//! Finds a value of a group of filters by its letters.

use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::tui::widgets::{Picker, frame, line, middle};

use super::shared::{Pressed, Rows, draw_list, grouped};
use super::*;

/// A value that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueItem {
    /// The value.
    pub value: Arc<str>,
    /// Entries that have it.
    pub count: u64,
    /// Whether the filter wants it.
    pub on: bool,
}

/// The values of a field.
#[derive(Clone, Debug)]
pub struct ValuePicker {
    field: Field,
    values: Vec<ValueItem>,
    picker: Picker,
}

impl ValuePicker {
    /// Opens it on the values known.
    pub fn new(field: Field, values: Vec<ValueItem>) -> ValuePicker {
        let picker = Picker::new(values.iter().map(|item| &*item.value));
        ValuePicker { field, values, picker }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let texts = self.values.iter().map(|item| &*item.value);
        match input {
            Input::Paste(text) => self.picker.paste(text, texts),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => {
                    return self.toggle().map_or(Reply::Stay, |intent| Reply::Finish(Box::new(intent)));
                }
                // Marks several without closing.
                Pressed::Complete => {
                    return self.toggle().map_or(Reply::Stay, |intent| Reply::Do(Box::new(intent)));
                }
                _ => {
                    self.picker.handle(desk.keymap, *key, texts);
                }
            },
        }
        Reply::Stay
    }

    fn toggle(&mut self) -> Option<Intent> {
        let place = self.picker.selected()?;
        let item = self.values.get_mut(place)?;
        item.on = !item.on;
        Some(Intent::ToggleValue(self.field, item.value.clone()))
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let height = u16::try_from(self.values.len() + 4).unwrap_or(u16::MAX).clamp(8, 22);
        let keys = desk.keys("filter by it", &[(&desk.key(Action::Complete), "several")]);
        let inside = frame(look, self.field.title(), &keys, middle(area, 60, height), buffer);
        let mut rows = Rows::new(inside);
        let cursor = self.picker.field.view(look, None, rows.take(1), buffer);
        let shown = self.picker.shown();
        let words = format!("{} of {}", grouped(shown.len() as u64), grouped(self.values.len() as u64));
        line(look, Role::Text, &Line::of(Role::Dim, words), rows.take(1), buffer);
        let item = |at: usize| {
            let value = shown.get(at).and_then(|place| self.values.get(*place));
            value.map_or_else(Line::new, |value| item(look, value))
        };
        draw_list(look, shown.len(), self.picker.at(), item, rows.rest(), buffer);
        cursor
    }
}

fn item(look: Look<'_>, value: &ValueItem) -> Line {
    let tick = if value.on { look.glyphs.ticked } else { look.glyphs.unticked };
    Line::of(Role::Text, format!("{tick} "))
        .and(Role::Dim, format!("{:>9}  ", grouped(value.count)))
        .and(Role::Text, plain_in(&value.value, look.glyphs.charset))
}
