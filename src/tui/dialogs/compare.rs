//! What to compare an object with: another one of its type, or itself at another time.

use crate::ops::history::{ObjectInfo, ObjectKey};
use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::query::{TimeKey, parse_time_term};
use crate::tui::widgets::{TextField, frame, line, middle};

use super::shared::{Pressed, Rows, draw_list, grouped, wrapped};
use super::*;

/// A field for `OBJECT`, `OBJECT@TIME` or `@TIME`, and the objects that it can mean.
#[derive(Clone, Debug)]
pub struct CompareDialog {
    entry: EntryId,
    field: TextField,
    /// What the objects are of, and these; or why there are none.
    found: Option<(String, Result<Vec<ObjectInfo>, String>)>,
    at: usize,
    /// The objects offered before anything is typed.
    all: Vec<ObjectInfo>,
}

impl CompareDialog {
    /// Opens it for the object of an entry.
    pub fn new(entry: EntryId) -> CompareDialog {
        CompareDialog { entry, field: TextField::default(), found: None, at: 0, all: Vec::new() }
    }

    /// What is typed: an object and a time, each of which may be left out.
    fn typed(&self, desk: &Desk<'_>) -> (String, Option<Timestamp>) {
        let text = self.field.value().trim();
        let time = text.rsplit_once('@').and_then(|(object, time)| {
            let span = parse_time_term(TimeKey::Time, time, &desk.context()).ok()?.span;
            Some((object.trim().to_owned(), span.until.or(span.from)?))
        });
        time.map_or((text.to_owned(), None), |(object, at)| (object, Some(at)))
    }

    /// The text whose objects are wanted.
    fn wanted(&self) -> String {
        let text = self.field.value().trim();
        // A time is told by the desk alone; an object rarely ends in `@` and a digit or word of time.
        let object = text.rsplit_once('@').filter(|(_, time)| !time.contains('.') || time.contains(':'));
        object.map_or(text, |(object, _)| object).trim().to_owned()
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match input {
            Input::Paste(text) => self.field.paste(text.trim()),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => return self.accept(desk).map_or(Reply::Stay, Reply::finish),
                Pressed::Step(step) => {
                    self.at = step.from(self.at, self.objects().len());
                    return Reply::Stay;
                }
                Pressed::Other(key) => {
                    self.field.handle(key);
                    self.at = 0;
                }
                _ => {}
            },
        }
        Reply::Stay
    }

    fn objects(&self) -> &[ObjectInfo] {
        match &self.found {
            Some((_, Ok(objects))) => objects,
            _ => &[],
        }
    }

    fn accept(&self, desk: &Desk<'_>) -> Option<Intent> {
        let (object, at) = self.typed(desk);
        let key = self.objects().get(self.at).map(|object| object.key.clone());
        match (object.as_str(), key, at) {
            ("", _, Some(_)) => Some(self.intent(None, at)),
            (_, Some(key), _) => Some(self.intent(Some(key), at)),
            _ => None,
        }
    }

    fn intent(&self, object: Option<ObjectKey>, at: Option<Timestamp>) -> Intent {
        Intent::Compare { entry: self.entry, object, at }
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        let text = self.wanted();
        let known = self.found.as_ref().is_some_and(|(of, _)| *of == text);
        if known { Vec::new() } else { vec![Want::Objects(self.entry, text)] }
    }

    pub(super) fn supply(&mut self, supply: Supply) {
        if let Supply::Objects(text, objects) = supply {
            if let (true, Ok(objects)) = (text.is_empty(), &objects) {
                self.all.clone_from(objects);
            }
            let named = objects.as_ref().is_ok_and(|objects| !objects.is_empty());
            let like = if named { Vec::new() } else { self.like(&text) };
            self.found = Some((text, if like.is_empty() { objects } else { Ok(like) }));
            self.at = 0;
        }
    }

    /// Those offered at first in which what is typed stands.
    fn like(&self, text: &str) -> Vec<ObjectInfo> {
        let text = text.to_lowercase();
        let stands = |object: &&ObjectInfo| {
            let workspace = object.key.workspace.as_deref().unwrap_or_default();
            format!("{} {workspace} {}", object.title(), object.key.id).to_lowercase().contains(&text)
        };
        self.all.iter().filter(stands).cloned().collect()
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let keys = desk.keys("compare", &[]);
        let inside = frame(look, "Compare with", &keys, middle(area, 76, 17), buffer);
        let mut rows = Rows::new(inside);
        let label = "Another object (id, name, type/name), OBJECT@TIME, or @TIME for this one:";
        for words in wrapped(&Line::of(Role::Label, label), usize::from(inside.width), 2) {
            line(look, Role::Text, &words, rows.take(1), buffer);
        }
        let cursor = self.field.view(look, None, rows.take(1), buffer);
        line(look, Role::Text, &self.echo(desk, look), rows.take(1), buffer);
        let objects = self.objects();
        let shown = |at: usize| objects.get(at).map_or_else(Line::new, |object| item(look, object));
        draw_list(look, objects.len(), self.at, shown, rows.rest(), buffer);
        cursor
    }

    /// Says what is understood.
    fn echo(&self, desk: &Desk<'_>, look: Look<'_>) -> Line {
        let (object, at) = self.typed(desk);
        let when = at.map(|at| format!("before {}", desk.zone.format(at, crate::domain::Style::Seconds)));
        match (&self.found, object.is_empty()) {
            (_, true) if at.is_some() => {
                Line::of(Role::Good, format!("this object as it was {}", when.unwrap_or_default()))
            }
            (Some((_, Err(why))), _) => Line::of(Role::Warning, plain_in(why, look.glyphs.charset)),
            (Some((_, Ok(objects))), _) => {
                let count = grouped(objects.len() as u64);
                let which = if object.is_empty() { "of the same name or type" } else { "that it can mean" };
                Line::of(Role::Dim, format!("{count} {which} {}", when.unwrap_or_default()))
            }
            (None, _) => Line::of(Role::Dim, "looking ..."),
        }
    }
}

fn item(look: Look<'_>, object: &ObjectInfo) -> Line {
    let charset = look.glyphs.charset;
    let entries = crate::present::number::counted(object.entries as u64, "entry");
    let mut line = Line::of(Role::Text, plain_in(&object.title(), charset));
    if let Some(workspace) = &object.key.workspace {
        line.push(Role::Label, format!("  {}", plain_in(workspace, charset)));
    }
    line.push(Role::Dim, format!("  {}  {entries}", plain_in(&object.key.id, charset)));
    line
}
