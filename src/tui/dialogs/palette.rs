//! Finds a command by a few of its letters, and teaches its key.

use crate::present::{Line, Role};
use crate::tui::widgets::{Picker, frame, line, middle};

use super::shared::{Pressed, Rows, draw_list};
use super::*;

/// The palette.
#[derive(Clone, Debug)]
pub struct Palette {
    actions: Vec<Action>,
    texts: Vec<String>,
    picker: Picker,
}

impl Default for Palette {
    fn default() -> Palette {
        Palette::new()
    }
}

impl Palette {
    /// Opens it on every command.
    pub fn new() -> Palette {
        let actions: Vec<Action> = Action::ALL.iter().copied().filter(|action| action.in_palette()).collect();
        // The name as files spell it is found too: people who rebound a key know it.
        let texts: Vec<String> =
            actions.iter().map(|action| format!("{} {}", action.title(), action.name())).collect();
        let picker = Picker::new(texts.iter().map(String::as_str));
        Palette { actions, texts, picker }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let texts = self.texts.iter().map(String::as_str);
        match input {
            Input::Paste(text) => self.picker.paste(text, texts),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => {
                    let action = self.picker.selected().and_then(|place| self.actions.get(place));
                    return action.map_or(Reply::Stay, |action| Reply::finish(Intent::Run(*action)));
                }
                _ => {
                    self.picker.handle(desk.keymap, *key, texts);
                }
            },
        }
        Reply::Stay
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let place = middle(area, 76, 20.min(area.height.saturating_sub(2)));
        let inside = frame(look, "Commands", &desk.keys("run", &[]), place, buffer);
        let mut rows = Rows::new(inside);
        let row = rows.take(1);
        line(look, Role::Text, &Line::of(Role::Keycap, ":"), row, buffer);
        let field = Rect { x: row.x + 2, width: row.width.saturating_sub(2), ..row };
        let cursor = self.picker.field.view(look, None, field, buffer);
        let help = rows.take_last(1);
        let shown = self.picker.shown();
        let action = |at: usize| shown.get(at).and_then(|place| self.actions.get(*place)).copied();
        let words = action(self.picker.at()).map_or("no command is called so", Action::help);
        line(look, Role::Text, &Line::of(Role::Dim, words), help, buffer);
        let item = |at: usize| action(at).map_or_else(Line::new, |action| item(desk, action));
        draw_list(look, shown.len(), self.picker.at(), item, rows.rest(), buffer);
        cursor
    }
}

fn item(desk: &Desk<'_>, action: Action) -> Line {
    let keys: Vec<String> = desk.keymap.keys_of(action).map(ToString::to_string).collect();
    Line::of(Role::Keycap, format!("{:<10}", keys.join(" ")))
        .and(Role::Text, format!(" {}", action.label()))
        .and(Role::Dim, format!("  {}", context(action)))
}

/// Where it is meant, if not everywhere.
fn context(action: Action) -> String {
    match action.context() {
        crate::tui::action::Context::Global => String::new(),
        other => other.title().to_lowercase(),
    }
}
