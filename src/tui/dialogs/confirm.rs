//! A question with yes and no.

use crate::present::measure::wrap;
use crate::present::{Line, Role};
use crate::tui::widgets::{frame, line, middle};

use super::shared::Pressed;
use super::*;

/// A question. Enter does nothing: what is asked for cannot be undone.
#[derive(Clone, Debug)]
pub struct Confirm {
    title: String,
    lines: Vec<Line>,
    yes: String,
    intent: Intent,
}

impl Confirm {
    /// Opens it: `y` does what `yes` says, by the intent. Title and lines are sanitised.
    pub fn new(title: &str, lines: Vec<Line>, yes: &str, intent: Intent) -> Confirm {
        Confirm { title: title.to_owned(), lines, yes: yes.to_owned(), intent }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let Input::Key(key) = *input else { return Reply::Stay };
        match (key.typed(), desk.pressed(key, true)) {
            (Some('y' | 'Y'), _) => Reply::finish(self.intent.clone()),
            (Some('n' | 'N'), _) | (_, Pressed::Cancel) => Reply::Close,
            _ => Reply::Stay,
        }
    }

    pub(super) fn view(
        &self,
        _desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let width = area.width.min(64);
        let lines: Vec<Line> =
            self.lines.iter().flat_map(|line| wrap(line, usize::from(width.saturating_sub(4)), 0)).collect();
        let height = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
        let inside = frame(look, &self.title, &Line::new(), middle(area, width, height), buffer);
        for (y, words) in (inside.y..inside.bottom().saturating_sub(1)).zip(&lines) {
            line(look, Role::Text, words, Rect { y, height: 1, ..inside }, buffer);
        }
        let keys = Line::of(Role::Keycap, "y")
            .and(Role::Text, format!(" {}   ", self.yes))
            .and(Role::Keycap, "n")
            .and(Role::Text, " leave it");
        let last = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
        line(look, Role::Text, &keys, last, buffer);
        None
    }
}
