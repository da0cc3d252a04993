//! The time range: presets and free text, with what it comes to shown while it is typed.

use crate::present::measure::wrap;
use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::query::{Expr, RangeError, Term, TimeKey, TimeTerm, describe, parse_range};
use crate::tui::widgets::{TextField, frame, line, middle};

use super::count::LiveCount;
use super::shared::{Pressed, Rows, draw_list, wrapped};
use super::*;

/// Ranges to choose from, and what they are called.
const PRESETS: &[(&str, &str)] = &[
    ("", "Any time"),
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("24h", "Last 24 hours"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
    ("this week", "This week"),
    ("last week", "Last week"),
    ("this month", "This month"),
    ("last month", "Last month"),
    ("this quarter", "This quarter"),
    ("last quarter", "Last quarter"),
    ("this year", "This year"),
    ("1y", "Last 12 months"),
];

/// The time range.
#[derive(Clone, Debug)]
pub struct RangeDialog {
    field: TextField,
    base: Filter,
    count: LiveCount,
    meaning: Option<Result<Option<TimeSpan>, RangeError>>,
    /// The preset that the text is, if it is one.
    preset: Option<usize>,
}

impl RangeDialog {
    /// Opens it on a range as typed; `base` is the filter without any time, to count under.
    pub fn new(typed: Option<&str>, base: Filter) -> RangeDialog {
        let typed = typed.unwrap_or_default();
        let preset = preset(typed);
        RangeDialog { field: TextField::new(typed), base, count: LiveCount::default(), meaning: None, preset }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match input {
            Input::Paste(text) => self.field.paste(text),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => return self.accept(desk),
                Pressed::Step(step) => {
                    let next = self.preset.map_or(0, |at| step.from(at, PRESETS.len()));
                    self.field.set(PRESETS.get(next).map_or("", |(range, _)| range));
                }
                Pressed::Other(key) => {
                    self.field.handle(key);
                }
                Pressed::Complete | Pressed::PreviousField => {}
            },
        }
        self.understand(desk);
        Reply::Stay
    }

    fn accept(&mut self, desk: &Desk<'_>) -> Reply {
        self.understand(desk);
        match &self.meaning {
            Some(Ok(None)) => Reply::finish(Intent::Range(None)),
            Some(Ok(Some(span))) => {
                Reply::finish(Intent::Range(Some((self.field.value().trim().to_owned(), *span))))
            }
            _ => Reply::Stay,
        }
    }

    fn understand(&mut self, desk: &Desk<'_>) {
        let meaning = meaning(self.field.value(), desk);
        self.preset = preset(self.field.value());
        self.count.ask(meaning.as_ref().ok().map(|span| self.filter(*span)));
        self.meaning = Some(meaning);
    }

    fn filter(&self, span: Option<TimeSpan>) -> Filter {
        match span {
            None => self.base.clone(),
            Some(span) => {
                let term = TimeTerm { key: TimeKey::Time, typed: self.field.value().trim().to_owned(), span };
                self.base.and(&Filter { expr: Expr::Term(Term::Time(term)) })
            }
        }
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
        let place = middle(area, 58, PRESETS.len() as u16 + 9);
        let keys = desk.keys(
            "use",
            &[(&format!("{} {}", desk.key(Action::PreviousItem), desk.key(Action::NextItem)), "presets")],
        );
        let inside = frame(look, "Time range", &keys, place, buffer);
        let mut rows = Rows::new(inside);
        let row = rows.take(1);
        let used = line(look, Role::Text, &Line::of(Role::Label, "Range  "), row, buffer);
        let field = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
        let fresh = meaning(self.field.value(), desk);
        let wrong = fresh.as_ref().err().map(|error| error.span.clone());
        let cursor = self.field.view(look, wrong.as_ref(), field, buffer);
        for words in &wrapped(&self.echo(desk, look, &fresh), usize::from(inside.width), 2) {
            line(look, Role::Text, words, rows.take(1), buffer);
        }
        line(look, Role::Text, &self.count.line(), rows.take(1), buffer);
        rows.take(1);
        let help = rows.take_last(2);
        let examples = "7d  2h30m  2026-01  monday  2026-01-05T10:30..+2h  ..yesterday";
        for (y, words) in (help.y..).zip(wrap(&Line::of(Role::Dim, examples), usize::from(help.width), 0)) {
            if y < help.bottom() {
                line(look, Role::Text, &words, Rect { y, height: 1, ..help }, buffer);
            }
        }
        rows.take_last(1);
        let item = |at: usize| {
            let (range, name) = PRESETS.get(at).copied().unwrap_or_default();
            Line::of(Role::Text, format!("{name:<20}")).and(Role::Key, range)
        };
        draw_list(look, PRESETS.len(), self.preset, item, rows.rest(), buffer);
        cursor
    }

    fn echo(&self, desk: &Desk<'_>, look: Look<'_>, meaning: &Result<Option<TimeSpan>, RangeError>) -> Line {
        match meaning {
            Ok(None) => Line::of(Role::Good, "any time"),
            Ok(Some(span)) => Line::of(Role::Good, describe(span, desk.zone)),
            Err(error) => Line::of(Role::Error, plain_in(&complaint(error), look.glyphs.charset)),
        }
    }
}

fn preset(typed: &str) -> Option<usize> {
    PRESETS.iter().position(|(range, _)| *range == typed.trim())
}

/// The word that was meant first: there may be no room for all that could be written.
fn complaint(error: &RangeError) -> String {
    match &error.suggestion {
        Some(word) => format!("did you mean {word}? {}", error.message),
        None => error.message.clone(),
    }
}

/// Returns what a text means; an empty one means any time.
fn meaning(text: &str, desk: &Desk<'_>) -> Result<Option<TimeSpan>, RangeError> {
    match text.trim() {
        "" => Ok(None),
        typed => {
            let span = parse_range(typed, &desk.context())?;
            Ok((span != TimeSpan::default()).then_some(span))
        }
    }
}
