//! What the line of a change set says: `42 x Profile deleted in 3 s`.

use super::line::{Line, Role};
use super::measure;
use super::sanitise::{self, Charset};
use super::title::Title;
use crate::domain::time::SECOND;
use crate::query::Row;

/// Kinds of things named where a set is of several.
const MOST_KINDS: usize = 3;

/// Returns what a set's line says in at most `width` cells. `more` says that further entries may belong to it;
/// `by` names the actor too, where no column does.
pub fn set_line(rows: &[&Row], more: bool, by: bool, width: usize, charset: Charset) -> Line {
    let count = format!("{}{} x ", super::number::grouped(rows.len() as u64), if more { "+" } else { "" });
    let mut line = Line::of(Role::Strong, count);
    let mut who = Line::new();
    if let Some(actor) = rows.first().and_then(|row| row.actor.as_ref()).filter(|_| by) {
        who.push(Role::Text, " by ");
        sanitise::push(&mut who, Role::Text, actor, charset);
    }
    let room = width.saturating_sub(measure::line_width(&line));
    let title = titles(rows, room, charset);
    let (span, taken) = (span(rows), measure::line_width(&title));
    // The first to give way is how long it took.
    let long = taken + measure::line_width(&who) + measure::width(&span) <= room;
    line.spans.extend(title.spans);
    line.spans.extend(who.spans);
    if long {
        line.push(Role::Dim, span);
    }
    measure::cut_line(&line, width, charset)
}

/// The title that all entries have, else the kinds of things they are about.
fn titles(rows: &[&Row], width: usize, charset: Charset) -> Line {
    let Some(first) = rows.first() else { return Line::new() };
    let mut title = Title::of_row(first);
    let same = |row: &&Row| row.action == first.action && row.activity == first.activity;
    if rows.iter().all(same) {
        let of_one =
            rows.iter().all(|row| row.target_id == first.target_id && row.target_name == first.target_name);
        title.name = title.name.filter(|_| of_one);
        if says_it(&title.subject, &title.verb) {
            title.verb.clear();
        }
        return title.line(width, charset);
    }
    let mut kinds: Vec<String> = Vec::new();
    for row in rows {
        let kind = Title::of_row(row);
        let kind = if kind.subject.is_empty() { kind.verb } else { kind.subject };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let more = if kinds.len() > MOST_KINDS { ", ..." } else { "" };
    kinds.truncate(MOST_KINDS);
    let mut line = Line::new();
    sanitise::push(&mut line, Role::Text, &format!("{}{more}", kinds.join(", ")), charset);
    measure::cut_line(&line, width, charset)
}

/// Whether what was done is said by the thing's own name: of a `Profile Deletion` one need not say `deleted`.
fn says_it(subject: &str, verb: &str) -> bool {
    let stem: String = verb.chars().take(4).collect();
    stem.chars().count() == 4
        && subject
            .split_whitespace()
            .skip(1)
            .any(|word| word.to_lowercase().starts_with(&stem.to_lowercase()))
}

/// How long it took, in begun seconds.
fn span(rows: &[&Row]) -> String {
    let times = || rows.iter().filter_map(|row| row.position.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return String::new() };
    match last.0.saturating_sub(first.0) {
        0 => String::new(),
        long if long >= 120 * SECOND => format!(" in {} min", (long + 60 * SECOND - 1) / (60 * SECOND)),
        short => format!(" in {} s", (short + SECOND - 1) / SECOND),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Action, EntryId, Timestamp};
    use crate::query::Position;

    fn row(number: u64, millis: i64) -> Row {
        let time = Some(Timestamp(1_795_000_000 * SECOND + millis * 1_000_000));
        let position = Position { time, source: 1, order: number, part: 0 };
        let mut row = Row::blank(EntryId::of(&number.to_be_bytes(), 0), position);
        row.activity = Some("Segment".into());
        row.action = Action::Deleted;
        row.actor = Some("Ana Silva".into());
        row.target_name = Some(format!("old {number}").into());
        row
    }

    fn said(rows: &[Row], more: bool, by: bool, width: usize) -> String {
        set_line(&rows.iter().collect::<Vec<_>>(), more, by, width, Charset::Unicode).plain()
    }

    #[test]
    fn says_how_many_of_what_and_how_long_it_took() {
        let mut rows = vec![row(1, 2_100), row(2, 900), row(3, 0)];
        assert_eq!(said(&rows, false, false, 60), "3 x Segment deleted in 3 s");
        assert_eq!(said(&rows, true, true, 60), "3+ x Segment deleted by Ana Silva in 3 s");
        assert_eq!(measure::width(&said(&rows, false, true, 20)), 20);
        rows.iter_mut().for_each(|row| row.target_name = Some("Big \u{1b}[2J".into()));
        assert!(said(&rows, false, false, 60).starts_with("3 x Segment 'Big "));
        assert!(!said(&rows, false, false, 60).contains('\u{1b}'));
        rows[1].activity = Some("Campaign".into());
        assert_eq!(said(&rows, false, false, 60), "3 x Segment, Campaign in 3 s");
        rows.truncate(1);
        assert!(said(&rows, false, false, 60).ends_with("deleted"), "no time to tell");
    }
}
