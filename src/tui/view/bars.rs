//! The bar at the top, the status line and the hint bar.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::zone::Style as TimeStyle;
use crate::domain::{Plan, Zone};
use crate::present::{Line, Role, measure, sanitise};
use crate::query::Filter;
use crate::tui::action::{Action, Context};
use crate::tui::keymap;
use crate::tui::layout::{Mode, Pane};
use crate::tui::model::selection::{Log, time_span};
use crate::tui::model::{Job, Model};
use crate::tui::panes::{sidebar, table};
use crate::tui::update::{count_text, logs};
use crate::tui::widgets::hint_bar;

use super::paint;

/// Cells that the name of a log may take.
const LONGEST_TAB: usize = 30;

/// Draws the bar at the top: the logs on the left, what always holds on the right. The right gives way from
/// its left; what was not parsed is never dropped.
pub(super) fn header(model: &Model, area: Rect, buffer: &mut Buffer) {
    let pieces = right_pieces(model);
    let most = most_of_tabs(area.width);
    let labelled = labelled(model, area.width);
    let mut room = usize::from(area.width).saturating_sub(whole_tabs(model, labelled).min(most) + 1);
    let mut right = Line::new();
    for (_, piece) in fitting(pieces, &mut room) {
        right.push(Role::Text, if right.spans.is_empty() { "" } else { "   " });
        right.spans.extend(piece.spans);
    }
    right.push(Role::Text, " ");
    let taken = measure::line_width(&right) as u16;
    let x = area.right().saturating_sub(taken);
    let room = area.width.saturating_sub(taken + 1);
    let left = tabs(model, labelled, usize::from(room));
    paint::line(model, &left, Rect { width: room, ..area }, buffer);
    paint::line(model, &right, Rect { x, width: taken.min(area.width), ..area }, buffer);
}

/// Cells that the logs may take of the bar at the top.
fn most_of_tabs(width: u16) -> usize {
    usize::from(width) * 2 / 3
}

fn whole_tabs(model: &Model, labelled: bool) -> usize {
    measure::line_width(&tabs(model, labelled, usize::from(u16::MAX)))
}

/// Whether the bar at the top has room for what the store is called.
fn labelled(model: &Model, width: u16) -> bool {
    whole_tabs(model, true) <= most_of_tabs(width)
}

/// Pieces in the order shown, each with its importance; the least important are dropped first.
fn fitting(pieces: Vec<(u8, Line)>, room: &mut usize) -> Vec<(u8, Line)> {
    let mut by_weight: Vec<usize> = (0..pieces.len()).collect();
    by_weight.sort_by_key(|&at| pieces[at].0);
    let mut kept = vec![false; pieces.len()];
    for at in by_weight {
        let width = measure::line_width(&pieces[at].1) + 3;
        if width <= *room {
            *room -= width;
            kept[at] = true;
        }
    }
    pieces.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(piece, _)| piece).collect()
}

fn right_pieces(model: &Model) -> Vec<(u8, Line)> {
    let mut pieces = Vec::new();
    let overview = model.sidebar.counts().map(|counts| counts.overview.clone());
    if let Some(overview) = overview {
        let entries = count_text(model.entries().unwrap_or_default(), "entry", "entries");
        let sources = count_text(overview.sources as u64, "source", "sources");
        match model.loading {
            // A part must never pass for the whole.
            Some(_) => {
                pieces.push((1, Line::of(Role::Warning, format!("{entries}{}", table::so_far(model)))));
            }
            None => pieces.push((5, Line::of(Role::Dim, format!("{entries}, {sources}")))),
        }
        if overview.rejects > 0 {
            let records = count_text(overview.rejects, "record", "records");
            let key = model.skin.keymap.key_label(Action::Rejects).unwrap_or_default();
            pieces.push((0, Line::of(Role::Warning, format!("! {records} not parsed ({key})"))));
        }
    }
    if model.live {
        pieces.push((1, Line::of(Role::Good, "live")));
    }
    if model.setup.plan != Plan::NONE {
        pieces.push((2, Line::of(Role::Text, format!("plan {}", model.setup.plan.name))));
    }
    let now = model.wall();
    let zone = model.times.zone();
    let label = if zone == Zone::Utc { "UTC".to_owned() } else { zone.abbreviation(now) };
    pieces.push((3, Line::of(Role::Text, label)));
    let clock: String = zone.format(now, TimeStyle::Clock).chars().take(5).collect();
    pieces.push((4, Line::of(Role::Text, clock)));
    pieces
}

/// The logs, the one looked at in brackets; where not all fit, those around it.
fn tabs(model: &Model, labelled: bool, width: usize) -> Line {
    let mut line = Line::of(Role::Title, " auditty ");
    if labelled && !model.setup.label.is_empty() {
        sanitise::push(&mut line, Role::Dim, &format!(" {}", model.setup.label), model.charset());
        line.push(Role::Dim, ": ");
    } else {
        line.push(Role::Dim, " ");
    }
    let now = &model.selections.now().log;
    let logs = logs(model);
    let all: Vec<Line> = logs.iter().map(|log| tab(model, log, log == now)).collect();
    let here = logs.iter().position(|log| log == now).unwrap_or(0);
    let shown = around(&all, here, width.saturating_sub(measure::line_width(&line)));
    let more = Line::of(Role::Dim, model.look().glyphs.cut);
    let before = (shown.start > 0).then(|| more.clone());
    let behind = (shown.end < all.len()).then_some(more);
    let pieces = before.into_iter().chain(all.into_iter().skip(shown.start).take(shown.len())).chain(behind);
    for (number, piece) in pieces.enumerate() {
        line.push(Role::Dim, if number > 0 { " | " } else { "" });
        line.spans.extend(piece.spans);
    }
    line
}

fn tab(model: &Model, log: &Log, here: bool) -> Line {
    let (role, open, close) = if here { (Role::Strong, "[", "]") } else { (Role::Dim, "", "") };
    let mut line = Line::of(role, open);
    sanitise::push(&mut line, role, log.title(), model.charset());
    line.push(role, close);
    measure::cut_line(&line, LONGEST_TAB, model.charset())
}

/// Which of many pieces fit a width, with the one that must, as far to the left as can be.
fn around(pieces: &[Line], must: usize, width: usize) -> std::ops::Range<usize> {
    let wide = |at: usize| measure::line_width(&pieces[at]) + 3;
    let whole: usize = (0..pieces.len()).map(wide).sum();
    if whole <= width + 3 {
        return 0..pieces.len();
    }
    // Either end may need its mark.
    let mut left = (width + 3).saturating_sub(wide(must) + 2 * 4);
    let (mut start, mut end) = (must, must + 1);
    while let Some(before) = start.checked_sub(1).filter(|&before| wide(before) <= left) {
        left -= wide(before);
        start = before;
    }
    while end < pieces.len() && wide(end) <= left {
        left -= wide(end);
        end += 1;
    }
    start..end
}

/// Draws the status line: on the left the news or the query, on the right what is marked and what runs.
pub(super) fn status(model: &Model, area: Rect, buffer: &mut Buffer) {
    let right = status_right(model);
    let taken = (measure::line_width(&right) as u16).min(area.width);
    let left = status_left(model);
    paint::line(model, &left, Rect { width: area.width.saturating_sub(taken + 1), ..area }, buffer);
    paint::line(model, &right, Rect { x: area.right() - taken, width: taken, ..area }, buffer);
}

fn status_left(model: &Model) -> Line {
    let mut line = Line::of(Role::Text, " ");
    if let Some(toast) = model.toasts.last() {
        sanitise::push(&mut line, toast.role, &toast.text, model.charset());
    } else if let Some(trouble) = &model.trouble {
        line.push(Role::Error, "! ");
        sanitise::push(&mut line, Role::Error, trouble, model.charset());
    } else {
        filter_text(model, &mut line);
    }
    line
}

/// The filter as text: what the command line takes.
fn filter_text(model: &Model, line: &mut Line) {
    let now = model.selections.now();
    let text = Filter { expr: now.log.condition() }.and(&now.filter).to_string();
    if text.is_empty() {
        line.push(Role::Dim, "no filter");
        // What one looks at is said somewhere: sample data must not pass for a log.
        if !model.setup.label.is_empty() && !labelled(model, model.layout.area.width) {
            sanitise::push(line, Role::Dim, &format!("   {}", model.setup.label), model.charset());
        }
        return;
    }
    if now.off {
        line.push(Role::Warning, "off (F): ");
    } else if model.restored {
        line.push(Role::Warning, "restored, u to drop: ");
    }
    sanitise::push(line, if now.off { Role::Dim } else { Role::Text }, &text, model.charset());
    // What a range like `since:7d` came to is always seen: in the sidebar, else here.
    if let Some(span) = time_span(&now.filter).filter(|_| !now.off && model.layout.sidebar.is_none()) {
        line.push(Role::Dim, format!("   {}", sidebar::span_text(model, &span)));
    }
    if let Some(derived) = model.derived_now() {
        let key = model.skin.keymap.key_label(Action::LookDeeper).unwrap_or_default();
        let entries = count_text(derived.ids.len() as u64, "entry", "entries");
        let text = match (derived.seen, derived.all) {
            (0, false) => format!("   recorded changes alone so far ({key} for derived ones)"),
            (seen, true) => format!(
                "   + {entries} by derived changes of all {}",
                count_text(seen as u64, "object", "objects")
            ),
            (seen, false) => format!(
                "   + {entries} by derived changes, not all objects looked at yet: {seen} ({key} goes on)"
            ),
        };
        line.push(Role::Dim, text);
    }
}

fn status_right(model: &Model) -> Line {
    let mut pieces: Vec<Line> = Vec::new();
    if let Some(search) = &model.search {
        let mut piece = Line::new();
        if search.error.is_none() {
            sanitise::push(&mut piece, Role::Match, &search.typed, model.charset());
        }
        match (&search.hit, &search.error) {
            (_, Some(error)) => sanitise::push(&mut piece, Role::Error, error, model.charset()),
            (Some((_, hit)), _) => {
                let (number, total) = (paint::number(hit.number), paint::number(hit.total));
                piece.push(Role::Dim, format!(" {number} of {total} (n N)"));
            }
            _ => {}
        }
        pieces.push(piece);
    }
    if model.table.range().is_some() {
        pieces.push(Line::of(Role::Marked, format!("range of {}", model.table.range_ids().len())));
    }
    if !model.table.marks.is_empty() {
        pieces.push(Line::of(Role::Marked, format!("{} marked", model.table.marks.len())));
    }
    if let Some(job) = &model.job {
        pieces.push(Line::of(Role::Text, job_text(job)));
    }
    if model.waiting() && model.busy() {
        pieces.push(Line::of(Role::Dim, spinner(model)));
    }
    if model.layout.table.is_some_and(|areas| areas.title.is_empty()) {
        let counted = format!("{}   {}", table::counted(model), table::position(model));
        pieces.push(Line::of(Role::Dim, counted));
    }
    let mut line = Line::new();
    for piece in pieces {
        line.push(Role::Text, if line.spans.is_empty() { "" } else { "   " });
        line.spans.extend(piece.spans);
    }
    line.and(Role::Text, " ")
}

/// Says how far work is.
pub(super) fn job_text(job: &Job) -> String {
    let what = sanitise::plain(&job.what);
    match job.total {
        0 => format!("{what} ... (Ctrl-C stops it)"),
        total => format!("{what} {} % (Ctrl-C stops it)", job.done.min(total) * 100 / total),
    }
}

fn spinner(model: &Model) -> String {
    let signs = model.look().glyphs.spinner;
    let step = (model.now.running.as_millis() / 250) as usize;
    let seconds = model.busy_since.map_or(0, |since| model.now.running.saturating_sub(since).as_secs());
    let time = if seconds > 0 { format!(" {seconds} s") } else { String::new() };
    format!("reading {}{time}", signs[step % signs.len()])
}

/// Draws the hint bar: help first, the rest by importance as far as there is room.
pub(super) fn hints(model: &Model, area: Rect, buffer: &mut Buffer) {
    let context = if model.dialogs.is_empty() { model.context() } else { Context::Prompt };
    if context == Context::Prompt {
        return;
    }
    let hints = keymap::hints(&model.skin.keymap, context, model.skin.hints);
    hint_bar(model.look(), &hints, &single_pane(model), area, buffer);
}

/// Where one pane is seen at a time, the bar says which.
fn single_pane(model: &Model) -> Line {
    if model.layout.mode != Mode::Single || model.zoom {
        return Line::new();
    }
    let number = match model.focus {
        Pane::Sidebar => 1,
        Pane::Table => 2,
        Pane::Detail => 3,
    };
    let key = model.skin.keymap.key_label(Action::NextPane).unwrap_or_default();
    Line::of(Role::Keycap, key).and(Role::Text, format!(" pane {number} of 3"))
}
