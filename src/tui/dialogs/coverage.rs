//! What the sources cover: the other page of the records not parsed.

use crate::domain::Zone;
use crate::domain::zone::Style;
use crate::ops::coverage::{Coverage, Limits};
use crate::present::sanitise::{self, plain_in};
use crate::present::{Line, Role};
use crate::tui::widgets::Step;

use super::shared::{draw_list, entries, grouped};
use super::*;

/// The sources with what stands out about each, and what their vendors do not record.
#[derive(Clone, Debug, Default)]
pub(super) struct CoveragePage {
    found: Option<(Vec<Coverage>, Vec<Limits>)>,
    at: usize,
}

impl CoveragePage {
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    pub(super) fn supply(&mut self, sources: Vec<Coverage>, limits: Vec<Limits>) {
        self.found = Some((sources, limits));
    }

    pub(super) fn step(&mut self, step: Step, zone: Zone) {
        self.at = step.from(self.at, self.lines(zone, sanitise::Charset::Ascii).len());
    }

    pub(super) fn title(&self) -> String {
        let sources = self.found.as_ref().map_or(0, |(sources, _)| sources.len());
        format!("Sources  {}", grouped(sources as u64))
    }

    pub(super) fn view(&self, desk: &Desk<'_>, look: Look<'_>, area: Rect, buffer: &mut Buffer) {
        let lines = self.lines(desk.zone, look.glyphs.charset);
        draw_list(look, lines.len(), self.at, |at| lines.get(at).cloned().unwrap_or_default(), area, buffer);
    }

    fn lines(&self, zone: Zone, charset: sanitise::Charset) -> Vec<Line> {
        let Some((sources, limits)) = &self.found else { return vec![Line::of(Role::Dim, "looking ...")] };
        let mut lines = Vec::new();
        for one in sources {
            lines.push(source(one, zone, charset));
            lines.extend(one.findings.iter().map(|finding| {
                Line::of(Role::Warning, format!("    {}", plain_in(&finding.text(zone), charset)))
            }));
        }
        for limit in limits {
            lines.push(Line::new());
            lines.push(Line::of(Role::Label, plain_in(&limit.title, charset)));
            let kept = limit.retention.iter().map(|kept| format!("    kept by the vendor: {kept}"));
            let missing = limit.not_recorded.iter().map(|what| format!("    not recorded: {what}"));
            lines.extend(kept.chain(missing).map(|text| Line::of(Role::Text, plain_in(&text, charset))));
        }
        lines
    }
}

fn source(one: &Coverage, zone: Zone, charset: sanitise::Charset) -> Line {
    let source = &one.source;
    let day = |at| zone.format(at, Style::Date);
    let mut facts = vec![entries(source.entries)];
    facts.push(
        source.span.map_or("no times".to_owned(), |(from, to)| format!("{} to {}", day(from), day(to))),
    );
    facts.push(one.formats_text());
    for (count, what) in [
        (source.duplicates, "held before"),
        (source.rejects, "not parsed"),
        (source.timeless, "without a time"),
    ] {
        if count > 0 {
            facts.push(format!("{} {what}", grouped(count)));
        }
    }
    Line::of(Role::Strong, plain_in(&source.name, charset))
        .and(Role::Text, format!("  {}", plain_in(&facts.join(", "), charset)))
}
