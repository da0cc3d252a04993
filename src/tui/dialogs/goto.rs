//! Goes to a link, an id or a point in time.

use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::query::parse_range;
use crate::tui::widgets::{TextField, frame, line, middle};

use super::shared::{Pressed, Rows};
use super::*;

/// How our links begin.
const LINK: &str = "auditty://";

/// Where to go.
#[derive(Clone, Debug, Default)]
pub struct GoToDialog {
    field: TextField,
    tried: bool,
}

/// What was typed, understood.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Id(IdPrefix),
    Time(Timestamp),
}

impl GoToDialog {
    /// Opens it.
    pub fn new() -> GoToDialog {
        GoToDialog::default()
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match input {
            Input::Paste(text) => self.field.paste(text.trim()),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => {
                    self.tried = true;
                    return match read(self.field.value(), desk) {
                        Ok(Place::Id(prefix)) => Reply::finish(Intent::GoToId(prefix)),
                        Ok(Place::Time(at)) => Reply::finish(Intent::GoToTime(at)),
                        Err(_) => Reply::Stay,
                    };
                }
                Pressed::Other(key) => {
                    self.field.handle(key);
                }
                _ => {}
            },
        }
        self.tried = false;
        Reply::Stay
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let inside = frame(look, "Go to", &desk.keys("go", &[]), middle(area, 64, 7), buffer);
        let mut rows = Rows::new(inside);
        line(look, Role::Text, &Line::of(Role::Label, "A link, an id or a time:"), rows.take(1), buffer);
        let cursor = self.field.view(look, None, rows.take(1), buffer);
        rows.take(1);
        line(look, Role::Text, &self.echo(desk, look), rows.take(1), buffer);
        let examples = "auditty://...  k7q2m9d  yesterday  2026-01-05T10:30";
        line(look, Role::Text, &Line::of(Role::Dim, examples), rows.take(1), buffer);
        cursor
    }

    fn echo(&self, desk: &Desk<'_>, look: Look<'_>) -> Line {
        if self.field.value().trim().is_empty() {
            return Line::new();
        }
        match read(self.field.value(), desk) {
            Ok(Place::Id(prefix)) => Line::of(Role::Good, format!("the entry {}", prefix.as_str())),
            Ok(Place::Time(at)) => {
                let time = desk.zone.format(at, crate::domain::Style::Seconds);
                Line::of(Role::Good, format!("{time} {}", desk.zone.label(at)))
            }
            Err(why) => {
                let role = if self.tried { Role::Error } else { Role::Dim };
                Line::of(role, plain_in(&why, look.glyphs.charset))
            }
        }
    }
}

/// Reads a link, a time or the beginning of an id. Words and dates are times although their letters could
/// begin an id; digits alone are an id unless they are as long as a time since 1970.
fn read(text: &str, desk: &Desk<'_>) -> Result<Place, String> {
    let text = text.trim();
    if let Some(id) = text.strip_prefix(LINK) {
        return id.trim_end_matches('/').parse().map(Place::Id).map_err(|error| error.to_string());
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits && text.len() < 9)
        && let Ok(span) = parse_range(text, &desk.context())
        && let Some(at) = span.from.or(span.until)
    {
        return Ok(Place::Time(at));
    }
    text.parse().map(Place::Id).map_err(|error| format!("neither a time nor an id: {error}"))
}
