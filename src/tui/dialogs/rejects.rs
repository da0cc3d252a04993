//! The records that could not be read: where each stands, why, and its bytes.

use std::collections::BTreeMap;

use crate::present::measure::wrap;
use crate::present::number::ordinal;
use crate::present::sanitise::{self, plain_in};
use crate::present::{Line, Role};
use crate::tui::widgets::{frame, line};

use super::coverage::CoveragePage;
use super::shared::{Pressed, Rows, draw_list, grouped, wrapped};
use super::*;

/// A record that was not parsed, with its source.
pub type RejectItem = (Arc<str>, Reject);

/// Rejects asked for at once.
const PAGE: usize = 100;

/// Pages kept; those furthest from the cursor are forgotten and asked for again.
const PAGES: usize = 8;

/// The rejects. Only pages around the cursor are held, each reject may be 64 KiB.
#[derive(Clone, Debug, Default)]
pub struct RejectsDialog {
    pages: BTreeMap<u64, Vec<RejectItem>>,
    total: Option<u64>,
    at: usize,
    scrolled: usize,
    /// What the sources cover, while that is shown.
    sources: Option<CoveragePage>,
}

/// Lines of the record below the list.
fn below(inside: usize) -> usize {
    (inside / 2).min(14)
}

impl RejectsDialog {
    /// Opens it.
    pub fn new() -> RejectsDialog {
        RejectsDialog::default()
    }

    fn total(&self) -> usize {
        usize::try_from(self.total.unwrap_or(0)).unwrap_or(usize::MAX)
    }

    fn get(&self, at: usize) -> Option<&RejectItem> {
        let page = (at / PAGE * PAGE) as u64;
        self.pages.get(&page)?.get(at % PAGE)
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        let Input::Key(key) = *input else { return Reply::Stay };
        match desk.pressed(key, true) {
            Pressed::Cancel => return Reply::Close,
            Pressed::Complete => {
                self.sources = match self.sources.take() {
                    None => Some(CoveragePage::default()),
                    Some(_) => None,
                };
            }
            Pressed::Step(step) if self.sources.is_some() => {
                if let Some(sources) = &mut self.sources {
                    sources.step(step, desk.zone);
                }
            }
            Pressed::Other(_) if self.sources.is_some() => {}
            Pressed::Step(step) => {
                let inside = desk.height.saturating_sub(2);
                self.at = step.paged(self.at, self.total(), inside - below(inside));
                self.scrolled = 0;
            }
            Pressed::Other(key) => match key.typed() {
                Some('y') => return self.copy(),
                Some('l' | ']') => self.scrolled += 1,
                Some('h' | '[') => self.scrolled = self.scrolled.saturating_sub(1),
                _ => {}
            },
            _ => {}
        }
        Reply::Stay
    }

    fn copy(&self) -> Reply {
        let Some((source, reject)) = self.get(self.at) else { return Reply::Stay };
        let text = String::from_utf8_lossy(&reject.raw).into_owned();
        let what = format!("record {} of {source}, not parsed", ordinal(reject.record));
        Reply::Do(Box::new(Intent::Copy { what: plain_in(&what, sanitise::Charset::Ascii), text }))
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        if let Some(sources) = &self.sources {
            return if sources.is_empty() { vec![Want::Coverage] } else { Vec::new() };
        }
        let here = self.at / PAGE * PAGE;
        // The next page is there before the cursor is.
        [here, here + PAGE]
            .into_iter()
            .filter(|skip| *skip == 0 || *skip < self.total())
            .filter(|skip| !self.pages.contains_key(&(*skip as u64)))
            .map(|skip| Want::Rejects { skip: skip as u64, limit: PAGE })
            .collect()
    }

    pub(super) fn supply(&mut self, supply: Supply) {
        let (skip, rejects, total) = match supply {
            Supply::Rejects { skip, rejects, total } => (skip, rejects, total),
            Supply::Coverage(found, limits) => {
                if let Some(sources) = &mut self.sources {
                    sources.supply(found, limits);
                }
                return;
            }
            _ => return,
        };
        self.total = Some(total);
        self.at = self.at.min(self.total().saturating_sub(1));
        self.pages.insert(skip, rejects);
        while self.pages.len() > PAGES {
            let here = self.at as u64;
            let Some(far) = self.pages.keys().copied().max_by_key(|page| page.abs_diff(here)) else { return };
            self.pages.remove(&far);
        }
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let tab = desk.key(Action::Complete);
        if let Some(sources) = &self.sources {
            let keys = desk.keys("", &[(tab.as_str(), "records not parsed")]);
            let inside = frame(look, &sources.title(), &keys, area, buffer);
            sources.view(desk, look, inside, buffer);
            return None;
        }
        let title = match self.total {
            None => "Records not parsed".to_owned(),
            Some(total) => format!("Records not parsed  {}", grouped(total)),
        };
        let keys = desk.keys("", &[("y", "copy"), ("h l", "scroll the bytes"), (tab.as_str(), "sources")]);
        let inside = frame(look, &title, &keys, area, buffer);
        let mut rows = Rows::new(inside);
        let detail = rows.take_last(below(usize::from(inside.height)) as u16);
        let list = rows.rest();
        match self.total {
            None => drop(line(look, Role::Text, &Line::of(Role::Dim, "looking ..."), list, buffer)),
            Some(0) => {
                let words = "every record was parsed";
                line(look, Role::Text, &Line::of(Role::Good, words), list, buffer);
            }
            Some(_) => {
                let item = |at: usize| self.get(at).map_or_else(loading, |item| row(look, item));
                draw_list(look, self.total(), self.at, item, list, buffer);
                self.view_detail(look, detail, buffer);
            }
        }
        None
    }

    fn view_detail(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) {
        let mut rows = Rows::new(area);
        let rule = look.glyphs.horizontal.repeat(usize::from(area.width));
        line(look, Role::Text, &Line::of(Role::Dim, rule), rows.take(1), buffer);
        let Some((source, reject)) = self.get(self.at) else { return };
        let charset = look.glyphs.charset;
        let place = format!(
            "{}  record {}, byte {}, {} bytes long",
            plain_in(source, charset),
            ordinal(reject.record),
            grouped(reject.offset),
            grouped(reject.length)
        );
        line(look, Role::Text, &Line::of(Role::Strong, place), rows.take(1), buffer);
        let room = usize::from(area.width);
        let why = Line::of(Role::Error, plain_in(&reject.reason, charset));
        for words in &wrapped(&why, room, 2) {
            line(look, Role::Text, words, rows.take(1), buffer);
        }
        let left = rows.rest();
        let shown = bytes(look, &reject.raw, room, usize::from(left.height), self.scrolled);
        for (y, words) in (left.y..left.bottom()).zip(shown) {
            line(look, Role::Text, &words, Rect { y, height: 1, ..left }, buffer);
        }
    }
}

fn loading() -> Line {
    Line::of(Role::Dim, "...")
}

fn row(look: Look<'_>, (source, reject): &RejectItem) -> Line {
    let charset = look.glyphs.charset;
    Line::of(Role::Label, format!("{:>9} ", ordinal(reject.record)))
        .and(Role::Text, plain_in(&reject.reason, charset))
        .and(Role::Dim, format!("  {}", plain_in(source, charset)))
}

/// Returns the bytes as text, what is no text as `\xHH`, from the `scrolled`th row on.
fn bytes(look: Look<'_>, raw: &[u8], width: usize, height: usize, scrolled: usize) -> Vec<Line> {
    // What shows cannot be longer than this many bytes; the rest need not be looked at.
    let most = (scrolled + height + 1).saturating_mul(width.max(1)).saturating_mul(4);
    let raw = raw.get(..most).unwrap_or(raw);
    let mut whole = Line::new();
    for chunk in raw.utf8_chunks() {
        sanitise::push_with(
            &mut whole,
            Role::Text,
            chunk.valid(),
            look.glyphs.charset,
            sanitise::Tabs::Shown,
        );
        for byte in chunk.invalid() {
            whole.push(Role::Escaped, format!("\\x{byte:02x}"));
        }
    }
    let lines = wrap(&whole, width, 0);
    let first = scrolled.min(lines.len().saturating_sub(height));
    lines.into_iter().skip(first).take(height).collect()
}
