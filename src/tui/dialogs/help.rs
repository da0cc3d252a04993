//! Every key, those of the place first; what is known of the entry's activity and vendor behind them.

use crate::present::{Line, Role};
use crate::tui::action::Context;
use crate::tui::widgets::{Picker, frame, line};

use super::shared::{Pressed, Rows, draw_list, wrapped};
use super::*;

/// The help.
#[derive(Clone, Debug)]
pub struct Help {
    rows: Vec<Row>,
    texts: Vec<String>,
    picker: Picker,
}

#[derive(Clone, Debug)]
enum Row {
    Heading(&'static str),
    Action(Action),
    About(Line),
    /// A key that is no action: those of a line of text.
    Plain(&'static str, &'static str),
}

/// The keys of a line of text, which are the same everywhere.
const EDITING: &[(&str, &str)] = &[
    ("Ctrl-a Ctrl-e", "To the start, to the end"),
    ("Ctrl-w", "Delete the word before"),
    ("Ctrl-u Ctrl-k", "Delete to the start, to the end"),
    ("Ctrl-y", "Put back what was deleted"),
];

/// Lines of the frame, of what is typed and of what is said below the list.
const AROUND: usize = 6;

impl Help {
    /// Opens it for a place, with lines about the entry and its vendor.
    pub fn new(context: Context, about: Vec<Line>) -> Help {
        let mut rows = Vec::new();
        if !about.is_empty() {
            rows.push(Row::Heading("About this entry"));
            rows.extend(about.into_iter().map(Row::About));
        }
        let near = context.chain().iter().copied().filter(|near| *near != Context::Global);
        let far = Context::ALL.iter().copied().filter(|far| !context.chain().contains(far));
        for section in near.chain([Context::Global]).chain(far) {
            rows.push(Row::Heading(section.title()));
            rows.extend(
                Action::ALL.iter().filter(|action| action.context() == section).map(|a| Row::Action(*a)),
            );
        }
        rows.push(Row::Heading("In a line of text"));
        rows.extend(EDITING.iter().map(|(keys, words)| Row::Plain(keys, words)));
        let texts: Vec<String> = rows.iter().map(Row::text).collect();
        let mut help = Help { rows, texts, picker: Picker::default() };
        help.picker.narrow(help.texts.iter().map(String::as_str));
        help.first_action();
        help
    }

    fn first_action(&mut self) {
        if let Some(place) = self.rows.iter().position(|row| matches!(row, Row::Action(_))) {
            self.picker.select(place);
        }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        self.picker.page = Some(desk.height.saturating_sub(AROUND));
        let texts = self.texts.iter().map(String::as_str);
        match input {
            Input::Paste(text) => self.picker.paste(text, texts),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => {
                    let row = self.picker.selected().and_then(|place| self.rows.get(place));
                    if let Some(Row::Action(action)) = row
                        && action.context() != Context::Prompt
                        && *action != Action::Help
                    {
                        return Reply::finish(Intent::Run(*action));
                    }
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
        let width = area.width.min(100);
        let place = Rect { x: area.x + (area.width - width) / 2, width, ..area };
        let inside = frame(look, "Help", &desk.keys("run", &[("type", "to find")]), place, buffer);
        let mut rows = Rows::new(inside);
        let row = rows.take(1);
        line(look, Role::Text, &Line::of(Role::Label, "Find "), row, buffer);
        let field = Rect { x: row.x + 5, width: row.width.saturating_sub(5), ..row };
        let cursor = self.picker.field.view(look, None, field, buffer);
        // Long lines about the entry and sentences of help are read whole below the list.
        let room = usize::from(inside.width);
        let more = self.selected().map_or_else(Line::new, Row::more);
        let more = wrapped(&more, room, 3);
        let below = rows.take_last(3);
        for (y, words) in (below.y..below.bottom()).zip(&more) {
            line(look, Role::Text, words, Rect { y, height: 1, ..below }, buffer);
        }
        let shown = self.picker.shown();
        let item = |at: usize| {
            let row = shown.get(at).and_then(|place| self.rows.get(*place));
            row.map_or_else(Line::new, |row| row.line(desk))
        };
        draw_list(look, shown.len(), self.picker.at(), item, rows.rest(), buffer);
        cursor
    }

    fn selected(&self) -> Option<&Row> {
        self.rows.get(self.picker.selected()?)
    }
}

impl Row {
    /// What typing finds it by; a heading is not found.
    fn text(&self) -> String {
        match self {
            Row::Heading(_) => String::new(),
            Row::Action(action) => format!("{} {} {}", action.title(), action.name(), action.help()),
            Row::About(line) => line.plain(),
            Row::Plain(keys, words) => format!("{words} {keys}"),
        }
    }

    fn line(&self, desk: &Desk<'_>) -> Line {
        match self {
            Row::Heading(words) => Line::of(Role::Title, *words),
            Row::Action(action) => {
                let keys: Vec<String> = desk.keymap.keys_of(*action).map(ToString::to_string).collect();
                let (role, keys) = match keys.is_empty() {
                    // It has none until the user gives it one.
                    true => (Role::Dim, format!("by {}", desk.key(Action::Palette))),
                    false => (Role::Keycap, keys.join(" ")),
                };
                Line::of(role, format!("  {keys:<14}")).and(Role::Text, action.label())
            }
            Row::About(line) => line.clone(),
            Row::Plain(keys, words) => {
                Line::of(Role::Keycap, format!("  {keys:<14}")).and(Role::Text, *words)
            }
        }
    }

    fn more(&self) -> Line {
        match self {
            Row::Action(action) => {
                let name = format!("  {} in [{}]", action.name(), action.context().name());
                Line::of(Role::Text, action.help()).and(Role::Dim, name)
            }
            Row::About(line) => line.clone(),
            _ => Line::new(),
        }
    }
}
