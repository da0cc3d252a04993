//! The query prompt: the filters as one line of text, with a live count.

use std::ops::Range;

use crate::present::measure::line_width;
use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::query::{QueryError, parse};
use crate::tui::widgets::{Step, TextField, fill, line};

use super::complete::{Completions, Values, complete};
use super::count::LiveCount;
use super::history::History;
use super::shared::{Pressed, Rows, wrapped};
use super::*;

/// The query prompt.
#[derive(Clone, Debug)]
pub struct QueryPrompt {
    field: TextField,
    history: History,
    values: Values,
    count: LiveCount,
    /// What the text means; `None` before the first look at it.
    meaning: Option<Result<Filter, QueryError>>,
    /// The completion that was put in last, and where, so that the key for it goes on to the next one.
    cycling: Option<Cycling>,
    /// It was to be done as it stands and could not be: what is unfinished is an error now.
    refused: bool,
}

#[derive(Clone, Debug)]
struct Cycling {
    completions: Completions,
    at: usize,
    /// Where the completion put in stands.
    put: Range<usize>,
}

impl QueryPrompt {
    /// Opens it on a text, with lines typed earlier, the latest last.
    pub fn new(text: &str, history: Vec<String>) -> QueryPrompt {
        let field = TextField::new(&if text.is_empty() { String::new() } else { format!("{text} ") });
        let history = History::new(history);
        let values = Values::new();
        QueryPrompt {
            field,
            history,
            values,
            count: LiveCount::default(),
            meaning: None,
            cycling: None,
            refused: false,
        }
    }

    /// Lets values that are known of fields be completed.
    #[must_use]
    pub fn with_values(mut self, values: Vec<(Field, Vec<Arc<str>>)>) -> QueryPrompt {
        self.values = values;
        self
    }

    /// Returns what stands in it.
    pub fn text(&self) -> &str {
        self.field.value()
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match input {
            Input::Paste(text) => {
                self.field.paste(text);
                self.edited(desk);
            }
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => return self.accept(desk),
                Pressed::Complete => self.complete(desk, 1),
                Pressed::PreviousField => self.complete(desk, -1),
                Pressed::Step(Step::Previous) => self.recall(desk, true),
                Pressed::Step(Step::Next) => self.recall(desk, false),
                Pressed::Step(_) => {}
                Pressed::Other(key) => {
                    if self.field.handle(key) {
                        self.edited(desk);
                    }
                }
            },
        }
        Reply::Stay
    }

    fn accept(&mut self, desk: &Desk<'_>) -> Reply {
        self.understand(desk);
        match &self.meaning {
            Some(Ok(filter)) => {
                let text = self.field.value().trim().to_owned();
                Reply::finish(Intent::Query { text, filter: filter.clone() })
            }
            _ => {
                self.refused = true;
                Reply::Stay
            }
        }
    }

    fn edited(&mut self, desk: &Desk<'_>) {
        self.history.leave();
        self.cycling = None;
        self.understand(desk);
    }

    fn understand(&mut self, desk: &Desk<'_>) {
        let meaning = parse(self.field.value(), &desk.context());
        self.count.ask(meaning.as_ref().ok().cloned());
        self.meaning = Some(meaning);
        self.refused = false;
    }

    fn recall(&mut self, desk: &Desk<'_>, older: bool) {
        let typed = self.field.value().to_owned();
        let line = if older { self.history.older(&typed) } else { self.history.newer() };
        if let Some(line) = line.map(str::to_owned) {
            self.field.set(&line);
            self.cycling = None;
            self.understand(desk);
        }
    }

    /// Puts the first completion in, or the one beside the last put in.
    fn complete(&mut self, desk: &Desk<'_>, by: isize) {
        let cycling = match self.cycling.take() {
            Some(Cycling { completions, at, put }) => {
                let at = (at as isize + by).rem_euclid(completions.items.len() as isize) as usize;
                Cycling { completions, at, put }
            }
            None => {
                let completions = complete(self.field.value(), self.field.cursor(), &self.values);
                let at = if by < 0 { completions.items.len().saturating_sub(1) } else { 0 };
                let put = completions.word.clone();
                Cycling { completions, at, put }
            }
        };
        let Some(item) = cycling.completions.items.get(cycling.at) else { return };
        let text = item.text.clone();
        self.field.replace(cycling.put.clone(), &text);
        let put = cycling.put.start..cycling.put.start + text.len();
        // A single one leaves nothing to go on to: the next press completes what stands there then.
        self.cycling = (cycling.completions.items.len() > 1).then_some(Cycling { put, ..cycling });
        self.understand(desk);
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        self.count.wants().into_iter().collect()
    }

    pub(super) fn supply(&mut self, supply: &Supply) {
        self.count.supply(supply);
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let mut rows = Rows::new(area);
        let wrong = self.wrong(area.width, look);
        let place = rows.take_last(3 + wrong.len().max(1) as u16);
        fill(look, Role::Text, place, buffer);
        let mut rows = Rows::new(place);
        let rule = look.glyphs.horizontal.repeat(usize::from(place.width));
        line(look, Role::Text, &Line::of(Role::Dim, rule), rows.take(1), buffer);
        let row = rows.take(1);
        let count = self.count.line();
        let wide = u16::try_from(line_width(&count) + 2).unwrap_or(row.width).min(row.width / 2);
        line(look, Role::Text, &Line::of(Role::Keycap, "& "), Rect { x: row.x + 1, width: 2, ..row }, buffer);
        let field = Rect { x: row.x + 3, width: row.width.saturating_sub(wide + 4), ..row };
        let span = self.error().map(|error| error.span.clone());
        let cursor = self.field.view(look, span.as_ref(), field, buffer);
        let right = Rect { x: row.right() - wide, width: wide.saturating_sub(1), ..row };
        line(look, Role::Text, &count, right, buffer);
        self.view_below(desk, look, field, &wrong, rows, buffer);
        cursor
    }

    /// The error in as many lines as it needs, two at most.
    fn wrong(&self, width: u16, look: Look<'_>) -> Vec<Line> {
        let Some(error) = self.error() else { return Vec::new() };
        let words = Line::of(Role::Error, plain_in(&error.to_string(), look.glyphs.charset));
        wrapped(&words, usize::from(width.saturating_sub(4)), 2)
    }

    fn view_below(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        field: Rect,
        wrong: &[Line],
        mut rows: Rows,
        buffer: &mut Buffer,
    ) {
        let below = rows.take(1);
        let indented = |row: Rect| Rect { x: field.x, width: row.right().saturating_sub(field.x), ..row };
        if let Some(error) = self.error() {
            let column = self.field.column_of(look, error.span.start, field.width).unwrap_or(0);
            let place = Rect { x: field.x + column, ..below };
            let place = Rect { width: below.right().saturating_sub(place.x), ..place };
            line(look, Role::Text, &Line::of(Role::Error, "^"), place, buffer);
            for words in wrong {
                line(look, Role::Text, words, indented(rows.take(1)), buffer);
            }
            return;
        }
        let last = rows.take(1);
        line(look, Role::Text, &self.offers(look), indented(below), buffer);
        let history = format!("{} {}", desk.key(Action::PreviousItem), desk.key(Action::NextItem));
        let keys = desk.keys("filter", &[(&desk.key(Action::Complete), "complete"), (&history, "history")]);
        line(look, Role::Text, &keys, indented(last), buffer);
    }

    /// The completions on offer, the one put in marked.
    fn offers(&self, look: Look<'_>) -> Line {
        let fresh;
        let (completions, at) = match &self.cycling {
            Some(cycling) => (&cycling.completions, Some(cycling.at)),
            None => {
                fresh = complete(self.field.value(), self.field.cursor(), &self.values);
                (&fresh, None)
            }
        };
        let mut offers = Line::new();
        for (n, item) in completions.items.iter().enumerate().skip(at.unwrap_or(0).saturating_sub(1)) {
            let role = if Some(n) == at { Role::Selected } else { Role::Key };
            offers.push(role, plain_in(&item.text, look.glyphs.charset));
            if completions.items.len() <= 3 && !item.note.is_empty() {
                offers.push(Role::Dim, format!(" {}", item.note));
            }
            offers.push(Role::Text, "  ");
        }
        offers
    }

    /// What is wrong; not what is merely unfinished: at the end of the text, with words that it may become.
    fn error(&self) -> Option<&QueryError> {
        let error = self.meaning.as_ref().and_then(|meaning| meaning.as_ref().err())?;
        let text = self.field.value();
        let (end, cursor) = (text.trim_end().len(), self.field.cursor());
        let typing = cursor == text.len() && error.span.end >= end && !self.refused;
        let offered = self.cycling.is_some() || !complete(text, cursor, &self.values).items.is_empty();
        Some(error).filter(|_| !(typing && offered))
    }
}
