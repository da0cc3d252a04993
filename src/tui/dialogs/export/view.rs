//! Draws the export dialog.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::ops::export::manifest_path;
use crate::present::measure::wrap;
use crate::present::sanitise::plain_in;
use crate::present::{Line as Words, Role};
use crate::query::describe;
use crate::tui::action::Action;
use crate::tui::widgets::{Look, frame, line, middle};

use super::super::shared::{Rows, entries};
use super::super::{Desk, FileState};
use super::{ExportDialog, ExportOutput, ExportRange, ExportRows, LINES, Line};

/// Cells of the labels on the left.
const LABEL: u16 = 12;

impl ExportDialog {
    pub(in super::super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        if let Some(picking) = &self.picking {
            return picking.view(desk, look, area, buffer);
        }
        let next = desk.key(Action::Complete);
        let sides = format!("{} {}", desk.key(Action::MoveLeft), desk.key(Action::MoveRight));
        let keys = desk.keys("export", &[(&next, "next"), (&sides, "choose")]);
        let inside = frame(look, "Export", &keys, middle(area, 90, 19), buffer);
        let mut rows = Rows::new(inside);
        let mut cursor = None;
        for of in LINES {
            let place = self.view_line(of, look, rows.take(1), buffer);
            cursor = cursor.or(place);
            if of == Line::Range {
                let echo = Rect { x: inside.x + LABEL + 2, ..rows.take(1) };
                let echo = Rect { width: inside.right().saturating_sub(echo.x), ..echo };
                line(look, Role::Text, &self.range_echo(desk, look), echo, buffer);
            }
        }
        rows.take(1);
        let rest = rows.rest();
        let said: Vec<Words> =
            self.said(desk, look).iter().flat_map(|words| wrap(words, usize::from(rest.width), 2)).collect();
        for (y, words) in (rest.y..rest.bottom()).zip(&said) {
            line(look, Role::Text, words, Rect { y, height: 1, ..rest }, buffer);
        }
        cursor
    }

    fn view_line(&self, of: Line, look: Look<'_>, row: Rect, buffer: &mut Buffer) -> Option<Position> {
        let here = self.line() == of;
        let (sign, role) = if here { (look.glyphs.cursor, Role::Strong) } else { (" ", Role::Label) };
        let label = Words::of(role, format!("{sign} {}", label(of)));
        line(look, Role::Text, &label, row, buffer);
        let x = row.x + LABEL + 2;
        let place = Rect { x, width: row.right().saturating_sub(x), ..row };
        let field = match of {
            Line::Range if !here && self.range.value().is_empty() => None,
            Line::Range => Some(&self.range),
            Line::File => Some(&self.file),
            _ => None,
        };
        if let Some(field) = field {
            let cursor = field.view(look, None, place, buffer);
            return cursor.filter(|_| here);
        }
        line(look, Role::Text, &self.value(of, look, here), place, buffer);
        None
    }

    fn value(&self, of: Line, look: Look<'_>, here: bool) -> Words {
        match of {
            Line::Rows => {
                let all = [
                    (ExportRows::Filtered, "all filtered".to_owned(), true),
                    (ExportRows::Marked, format!("marked ({})", self.setup.marked), self.setup.marked > 0),
                    (ExportRows::This, "this one".to_owned(), self.setup.entry.is_some()),
                ];
                let shown = all.into_iter().filter(|(_, _, possible)| *possible);
                choices(shown.map(|(rows, words, _)| (words, rows == self.rows)), here)
            }
            Line::Output => {
                let all = ExportOutput::ALL.iter();
                choices(all.map(|output| (output.as_str().to_owned(), *output == self.output)), here)
            }
            Line::Workspace => {
                let name = self.workspace().map(|name| plain_in(&name, look.glyphs.charset));
                let name = name.unwrap_or_else(|| "as shown".to_owned());
                let place = format!("  {} of {}", self.workspace + 1, self.setup.workspaces.len() + 1);
                Words::of(if here { Role::Selected } else { Role::Strong }, format!("[{name}]"))
                    .and(Role::Dim, place)
            }
            Line::Columns => self.columns_value(look, here),
            Line::Manifest => {
                let all = [("none", false), ("beside the file", true)];
                choices(all.map(|(words, on)| (words.to_owned(), on == self.manifest)).into_iter(), here)
            }
            Line::Range | Line::File => Words::of(Role::Text, "as shown"),
        }
    }

    fn columns_value(&self, look: Look<'_>, here: bool) -> Words {
        if matches!(self.output, ExportOutput::Ndjson | ExportOutput::Json) {
            return Words::of(Role::Dim, "every field");
        }
        let titles: Vec<&str> =
            self.columns.iter().filter(|column| column.on).map(|column| column.title.as_str()).collect();
        let more = if here { "Space chooses: " } else { "" };
        Words::of(Role::Dim, format!("{more}{} of {}  ", titles.len(), self.columns.len()))
            .and(Role::Text, plain_in(&titles.join(", "), look.glyphs.charset))
    }

    fn range_echo(&self, desk: &Desk<'_>, look: Look<'_>) -> Words {
        if self.rows != ExportRows::Filtered {
            return Words::of(Role::Dim, "range and workspace do not matter for these");
        }
        match self.own_range(desk) {
            Ok(ExportRange::AsShown) if self.line() == Line::Range => {
                Words::of(Role::Dim, "as shown; or type one like 30d, last month, 2026-01..2026-03")
            }
            Ok(ExportRange::AsShown) => Words::new(),
            Ok(ExportRange::Own(_, span)) => Words::of(Role::Good, describe(&span, desk.zone)),
            Err(why) => Words::of(Role::Error, plain_in(&why, look.glyphs.charset)),
        }
    }

    /// Returns what will happen, and what is in the way.
    fn said(&self, desk: &Desk<'_>, look: Look<'_>) -> Vec<Words> {
        if self.asking {
            let path = plain_in(&self.path().to_string_lossy(), look.glyphs.charset);
            return vec![
                Words::of(Role::Warning, format!("{path} exists.")),
                Words::of(Role::Strong, "Replace it?  ")
                    .and(Role::Keycap, "y")
                    .and(Role::Text, " replace   ")
                    .and(Role::Keycap, "n")
                    .and(Role::Text, " leave it"),
            ];
        }
        let mut said = vec![self.amount()];
        if self.rows == ExportRows::Filtered && self.filter(desk).is_ok_and(|own| own != self.setup.filter) {
            let others = "not what the screen shows: the range or workspace above are other ones";
            said.push(Words::of(Role::Warning, others));
        }
        if self.setup.partial {
            said.push(Words::of(
                Role::Warning,
                "files are still being read: only what is read by then is written",
            ));
        }
        said.extend(self.limit());
        said.push(Words::of(Role::Dim, written_as(self.output)));
        said.push(self.file_said(look));
        if self.manifest {
            let name =
                manifest_path(&self.path()).file_name().unwrap_or_default().to_string_lossy().into_owned();
            let words = format!("{name}: the query, its times, the sources and a SHA-256 checksum");
            said.push(Words::of(Role::Dim, plain_in(&words, look.glyphs.charset)));
        }
        if let Some(why) = &self.complaint {
            said.insert(0, Words::of(Role::Error, plain_in(why, look.glyphs.charset)));
        }
        said
    }

    fn amount(&self) -> Words {
        match self.rows {
            ExportRows::Filtered => self.count.line(),
            _ => Words::of(Role::Strong, entries(self.entries().unwrap_or(0))),
        }
    }

    fn limit(&self) -> Option<Words> {
        let days = self.setup.plan.export_days.into_iter().chain(self.setup.plan.view_days).min()?;
        let plan = self.setup.plan.name;
        let left_out = match (self.unlimited.now(), self.count.now()) {
            (Some(all), Some(some)) if all > some => format!("; {} are left out", entries(all - some)),
            _ => String::new(),
        };
        Some(Words::of(Role::Warning, format!("the plan {plan} exports the last {days} days{left_out}")))
    }

    fn file_said(&self, look: Look<'_>) -> Words {
        let path = self.path();
        match self.state(&path) {
            Some(FileState::Exists) => Words::of(Role::Warning, "the file exists; you will be asked"),
            Some(FileState::Unusable(why)) => Words::of(Role::Error, plain_in(why, look.glyphs.charset)),
            Some(FileState::Free) => Words::of(Role::Dim, "a new file, readable by you alone"),
            None => Words::new(),
        }
    }
}

fn label(of: Line) -> &'static str {
    match of {
        Line::Rows => "Entries",
        Line::Range => "Date range",
        Line::Workspace => "Workspace",
        Line::Columns => "Columns",
        Line::Output => "Format",
        Line::File => "File",
        Line::Manifest => "Manifest",
    }
}

fn written_as(output: ExportOutput) -> &'static str {
    match output {
        ExportOutput::Csv => "cells that begin with = + - @ are guarded by a leading ' against spreadsheets",
        ExportOutput::Ndjson => "one JSON object a line, with the vendor's record; can be imported again",
        ExportOutput::Markdown => "a table for tickets and chats",
        ExportOutput::Json => "one JSON array, with the vendor's records; can be imported again",
        ExportOutput::Html => "a page with a table, to look at and to print",
    }
}

/// Returns words to choose from, the chosen one in brackets.
fn choices(all: impl Iterator<Item = (String, bool)>, here: bool) -> Words {
    let mut words = Words::new();
    for (name, chosen) in all {
        let role = match (chosen, here) {
            (true, true) => Role::Selected,
            (true, false) => Role::Strong,
            _ => Role::Dim,
        };
        let shown = if chosen { format!("[{name}]") } else { format!(" {name} ") };
        words.push(role, shown);
        words.push(Role::Text, " ");
    }
    words
}
