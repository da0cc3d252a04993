//! Draws the filters.

use chrono::Datelike as _;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::TimeSpan;
use crate::domain::zone::Style as TimeStyle;
use crate::present::{Line, Role, measure, sanitise};
use crate::query::{Expr, Term};
use crate::tui::layout::{Pane, PaneAreas};
use crate::tui::model::Model;
use crate::tui::model::selection::time_span;
use crate::tui::model::sidebar::{Check, SideLine};
use crate::tui::view::paint;
use crate::tui::widgets;

/// Draws the pane.
pub fn view(model: &Model, areas: &PaneAreas, buffer: &mut Buffer) {
    widgets::fill(model.look(), Role::Text, areas.pane, buffer);
    let role = if model.focus == Pane::Sidebar { Role::Title } else { Role::Label };
    let mut title = Line::of(role, " FILTERS ").and(Role::Dim, "[1]");
    if model.selections.now().off {
        title.push(Role::Warning, "  off (F)");
    }
    paint::line(model, &title, areas.title, buffer);
    let lines = model.sidebar.lines(&model.shown_filter());
    let cursor = model.sidebar.cursor_line(&lines);
    for (row, at) in (model.sidebar.top..lines.len()).take(usize::from(areas.body.height)).enumerate() {
        let area = Rect { y: areas.body.y + row as u16, height: 1, ..areas.body };
        one(model, &lines[at], area, buffer);
        if at == cursor && model.focus == Pane::Sidebar {
            paint::over(model, Role::Selected, area, buffer);
        }
    }
    more(model, lines.len(), areas, buffer);
}

/// Says that there are more lines above or below.
fn more(model: &Model, lines: usize, areas: &PaneAreas, buffer: &mut Buffer) {
    let glyphs = model.look().glyphs;
    let below = model.sidebar.top + usize::from(areas.body.height) < lines;
    let sign = match (model.sidebar.top > 0, below) {
        (true, true) => format!("{}{}", glyphs.more_above, glyphs.more_below),
        (true, false) => glyphs.more_above.to_owned(),
        (false, true) => glyphs.more_below.to_owned(),
        (false, false) => return,
    };
    let width = measure::width(&sign) as u16;
    let x = areas.title.right().saturating_sub(width + 1);
    paint::line(model, &Line::of(Role::Dim, sign), Rect { x, width, ..areas.title }, buffer);
}

fn one(model: &Model, line: &SideLine, area: Rect, buffer: &mut Buffer) {
    match line {
        SideLine::Blank => {}
        SideLine::Range => paint::line(model, &range(model), area, buffer),
        SideLine::Interval => paint::line(model, &interval(model), area, buffer),
        SideLine::Spark => {
            if let Some(counts) = model.sidebar.counts() {
                let inner = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..area };
                paint::spark(model, &counts.histogram, inner, buffer);
            }
        }
        SideLine::Heading { field, checked, excluded, distinct, folded } => {
            let glyphs = model.look().glyphs;
            let fold = if *folded { glyphs.folded } else { glyphs.unfolded };
            let left = Line::of(Role::Dim, format!(" {fold} ")).and(Role::Strong, field.title());
            let right = match (*checked, *distinct) {
                (0, 0) if model.sidebar.counts().is_some() => "no values".to_owned(),
                (0, 0) => String::new(),
                (0, n) => format!("any of {}", paint::number(n)),
                (c, n) if *excluded => format!("not {c} of {}", paint::number(n)),
                (c, n) => format!("{c} of {}", paint::number(n)),
            };
            let role = if *checked > 0 { Role::Strong } else { Role::Dim };
            sides(model, &left, (role, right), area, buffer);
        }
        SideLine::Value { value, count, check, .. } => {
            let glyphs = model.look().glyphs;
            let (sign, role) = match check {
                Check::Off => (glyphs.unticked, Role::Text),
                Check::On => (glyphs.ticked, Role::Strong),
                Check::Excluded => (glyphs.excluded, Role::Removed),
            };
            let mut left = Line::of(role, format!("   {sign} "));
            match value {
                Some(value) => sanitise::push(&mut left, role, value, model.charset()),
                None => left.push(Role::Dim, "none"),
            }
            let count = count.map(paint::number).unwrap_or_default();
            sides(model, &left, (Role::Dim, count), area, buffer);
        }
        SideLine::More(_, more) => {
            let text = format!("       {} more", paint::number(*more));
            paint::line(model, &Line::of(Role::Dim, text), area, buffer);
        }
    }
}

/// Text on the left, cut where the text on the right needs room.
fn sides(model: &Model, left: &Line, (role, right): (Role, String), area: Rect, buffer: &mut Buffer) {
    let taken = measure::width(&right) as u16;
    let room = area.width.saturating_sub(taken + 2);
    let left = paint::highlighted_if(model, left, model.focus == Pane::Sidebar);
    paint::line(model, &left, Rect { width: room, ..area }, buffer);
    let x = area.right().saturating_sub(taken + 1);
    paint::line(model, &Line::of(role, right), Rect { x, width: taken, ..area }, buffer);
}

fn range(model: &Model) -> Line {
    let typed = model.shown_filter().conjuncts().iter().find_map(|term| match term {
        Expr::Term(Term::Time(time)) => Some(time.typed.clone()),
        _ => None,
    });
    let mut line = Line::of(Role::Strong, " Date range   ");
    match typed {
        Some(typed) => sanitise::push(&mut line, Role::Strong, &typed, model.charset()),
        None => line.push(Role::Dim, "any time"),
    }
    line.and(Role::Dim, " (t)")
}

/// The interval that the range stands for; without a range, from the first entry to the last.
fn interval(model: &Model) -> Line {
    let counts = model.sidebar.counts();
    let known = counts.map(|counts| counts.span).unwrap_or_default();
    let span = time_span(&model.shown_filter()).unwrap_or(known);
    if span == TimeSpan::default() {
        return Line::new();
    }
    Line::of(Role::Dim, format!(" {}", span_text(model, &span)))
}

/// Returns an interval in the zone shown, like `15 Nov 00:00 .. now`; days alone where it reaches into other
/// years.
pub fn span_text(model: &Model, span: &TimeSpan) -> String {
    let zone = model.times.zone();
    let year = |time| zone.local(time).year();
    let far = [span.from, span.until].into_iter().flatten().any(|time| year(time) != year(model.wall()));
    let style = if far { TimeStyle::Date } else { TimeStyle::Short };
    let end =
        |time: Option<_>, open: &str| time.map_or_else(|| open.to_owned(), |time| zone.format(time, style));
    format!("{} .. {}", end(span.from, ""), end(span.until, "now"))
}
