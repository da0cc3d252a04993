//! Something to read.

use crate::present::Line;
use crate::present::measure::wrap;
use crate::tui::widgets::{frame, line, middle, scroll_mark};

use super::shared::Pressed;
use super::*;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    title: String,
    lines: Vec<Line>,
    first: usize,
}

impl Message {
    /// Opens it. Title and lines are sanitised.
    pub fn new(title: &str, lines: Vec<Line>) -> Message {
        Message { title: title.to_owned(), lines, first: 0 }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let Input::Key(key) = *input else { return Reply::Stay };
        match desk.pressed(key, true) {
            Pressed::Cancel | Pressed::Accept => Reply::Close,
            Pressed::Step(step) => {
                self.first = step.from(self.first, self.lines.len());
                Reply::Stay
            }
            _ => Reply::Stay,
        }
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let width = area.width.min(80);
        let room = usize::from(width.saturating_sub(5));
        let lines: Vec<Line> = self.lines.iter().flat_map(|line| wrap(line, room, 0)).collect();
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(area.height);
        let inside = frame(look, &self.title, &desk.keys("", &[]), middle(area, width, height), buffer);
        let first = self.first.min(lines.len().saturating_sub(usize::from(inside.height)));
        for (y, words) in (inside.y..inside.bottom()).zip(lines.iter().skip(first)) {
            line(look, crate::present::Role::Text, words, Rect { y, height: 1, ..inside }, buffer);
        }
        scroll_mark(look, first as u64, lines.len() as u64, inside, buffer);
        None
    }
}
