//! The filters pane: groups of values with counts, what is checked, and a cursor. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Field, TimeSpan};
use crate::query::fold::alike;
use crate::query::{Facet, Filter, edit};
use crate::tui::msg::Counts;

use super::slot::Slot;

/// The groups from top to bottom.
pub const GROUPS: &[Field] = &[
    Field::EventType,
    Field::Actor,
    Field::Ip,
    Field::Workspace,
    Field::Scope,
    Field::Outcome,
    Field::Activity,
    Field::Action,
    Field::Target,
    Field::Changed,
    Field::Country,
];

/// Groups folded at first.
const FOLDED: &[Field] = &[Field::Activity, Field::Action, Field::Target, Field::Changed, Field::Country];

/// Values of a group shown at first.
const SHOWN: usize = 6;
/// Values shown more at each request.
const STEP: usize = 20;

/// What the counts are of.
#[derive(Clone, Debug, PartialEq)]
pub struct CountsKey {
    /// What derived changes add to the filter.
    pub derived: Option<std::sync::Arc<super::Derived>>,
    /// The filter that is on.
    pub filter: Filter,
    /// The condition of the log looked at.
    pub log: Filter,
    /// Values wanted of each group.
    pub top: usize,
    /// Columns of the widest histogram on the screen.
    pub buckets: usize,
    /// Nothing matches: what lies outside the plan is counted.
    pub empty: bool,
    /// The filter without its time range, where nothing matches with it.
    pub beyond: Option<Filter>,
    /// The time range.
    pub span: Option<TimeSpan>,
    /// Which state of the store.
    pub epoch: u64,
}

/// Whether a value is filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// No.
    Off,
    /// Entries with it are kept.
    On,
    /// Entries with it are left out.
    Excluded,
}

/// Something the cursor can stand on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// The date range.
    #[default]
    Range,
    /// A group's heading.
    Heading(Field),
    /// A value; `None` stands for entries without one.
    Value(Field, Option<Arc<str>>),
    /// Values not shown.
    More(Field),
}

/// One line of the pane.
#[derive(Clone, Debug, PartialEq)]
pub enum SideLine {
    /// The date range as typed.
    Range,
    /// The interval it stands for.
    Interval,
    /// Counts over time.
    Spark,
    /// Nothing.
    Blank,
    /// A group's heading: how many values are checked, of how many; whether it is folded.
    Heading {
        /// The group.
        field: Field,
        /// Values checked or excluded.
        checked: usize,
        /// Those are all excluded: the others are meant.
        excluded: bool,
        /// Different values.
        distinct: u64,
        /// Whether its values are hidden.
        folded: bool,
    },
    /// A value.
    Value {
        /// Its group.
        field: Field,
        /// The value.
        value: Option<Arc<str>>,
        /// Entries that have it, where known.
        count: Option<u64>,
        /// Whether it is filtered by.
        check: Check,
    },
    /// So many values are not shown.
    More(Field, u64),
}

impl SideLine {
    /// Returns what the cursor stands on here, if it can.
    pub fn item(&self) -> Option<Item> {
        match self {
            SideLine::Range => Some(Item::Range),
            SideLine::Heading { field, .. } => Some(Item::Heading(*field)),
            SideLine::Value { field, value, .. } => Some(Item::Value(*field, value.clone())),
            SideLine::More(field, _) => Some(Item::More(*field)),
            SideLine::Interval | SideLine::Spark | SideLine::Blank => None,
        }
    }
}

/// The filters pane.
#[derive(Clone, Debug)]
pub struct Sidebar {
    /// The latest counts.
    pub slot: Slot<CountsKey, Arc<Counts>>,
    /// Groups whose values are hidden.
    pub folded: BTreeSet<Field>,
    /// Groups that show more values than at first, and how many.
    pub shown: BTreeMap<Field, usize>,
    /// What the cursor stands on.
    pub cursor: Item,
    /// First line shown.
    pub top: usize,
    /// Lines there are.
    pub height: usize,
}

impl Default for Sidebar {
    fn default() -> Sidebar {
        Sidebar {
            slot: Slot::default(),
            folded: FOLDED.iter().copied().collect(),
            shown: BTreeMap::new(),
            cursor: Item::Range,
            top: 0,
            height: 0,
        }
    }
}

impl Sidebar {
    /// Returns the counts to show, which may be of the filter before.
    pub fn counts(&self) -> Option<&Arc<Counts>> {
        self.slot.value()
    }

    /// Returns how many values of each group are needed.
    pub fn top_wanted(&self) -> usize {
        self.shown.values().copied().max().unwrap_or(0).max(SHOWN)
    }

    /// Returns every line, given the filter that is on.
    pub fn lines(&self, filter: &Filter) -> Vec<SideLine> {
        let mut lines = vec![SideLine::Range, SideLine::Interval, SideLine::Spark];
        for &field in GROUPS {
            lines.push(SideLine::Blank);
            self.group(field, filter, &mut lines);
        }
        lines
    }

    fn group(&self, field: Field, filter: &Filter, lines: &mut Vec<SideLine>) {
        let facet = self.counts().and_then(|counts| counts.facets.iter().find(|facet| facet.field == field));
        let chosen = Chosen(edit::selected(filter, field));
        let folded = self.folded.contains(&field);
        let distinct = facet.map_or(0, |facet| facet.distinct);
        let checked = chosen.0.len();
        let excluded = checked > 0 && chosen.0.iter().all(|chosen| chosen.negated);
        lines.push(SideLine::Heading { field, checked, excluded, distinct, folded });
        if folded {
            return;
        }
        let shown = self.shown.get(&field).copied().unwrap_or(SHOWN);
        let listed = values(facet, &chosen, shown);
        let counted = facet.map_or(0, |facet| facet.values.len().min(shown)) as u64;
        for (value, count) in listed {
            let check = chosen.check(value.as_deref());
            lines.push(SideLine::Value { field, value, count, check });
        }
        if distinct > counted {
            lines.push(SideLine::More(field, distinct - counted));
        }
    }

    /// Shows more values of a group.
    pub fn show_more(&mut self, field: Field) {
        let shown = self.shown.entry(field).or_insert(SHOWN);
        *shown += STEP;
    }

    /// Hides or shows the values of a group.
    pub fn fold(&mut self, field: Field, folded: bool) {
        if folded {
            self.folded.insert(field);
            self.cursor = Item::Heading(field);
        } else {
            self.folded.remove(&field);
        }
    }

    /// Scrolls so that the values of a group are seen, as many as there is room for under its heading.
    pub fn reveal(&mut self, filter: &Filter, field: Field) {
        let lines = self.lines(filter);
        let heading = |line: &SideLine| line.item() == Some(Item::Heading(field));
        let Some(at) = lines.iter().position(heading) else { return };
        let of_group = |line: &&SideLine| matches!(line, SideLine::Value { .. } | SideLine::More(..));
        let end = at + 1 + lines.iter().skip(at + 1).take_while(of_group).count();
        self.top = self.top.max(end.saturating_sub(self.height)).min(at);
    }

    /// Returns the group the cursor is in.
    pub fn group_at_cursor(&self) -> Option<Field> {
        match &self.cursor {
            Item::Range => None,
            Item::Heading(field) | Item::Value(field, _) | Item::More(field) => Some(*field),
        }
    }

    /// Moves the cursor by so many lines that it can stand on.
    pub fn move_by(&mut self, filter: &Filter, by: i64) {
        let lines = self.lines(filter);
        let items: Vec<Item> = lines.iter().filter_map(SideLine::item).collect();
        let at = self.index(&items);
        let to = (at as i64).saturating_add(by).clamp(0, items.len() as i64 - 1);
        if let Some(item) = items.get(usize::try_from(to).unwrap_or(0)) {
            self.cursor = item.clone();
        }
        self.show_cursor(&lines);
    }

    /// Puts the cursor on something and scrolls there.
    pub fn move_to(&mut self, filter: &Filter, item: Item) {
        self.cursor = item;
        self.show_cursor(&self.lines(filter));
    }

    /// Returns the line of the cursor. Where what it stood on is gone, it is its group's heading.
    pub fn cursor_line(&self, lines: &[SideLine]) -> usize {
        let stands = |item: &Item| lines.iter().position(|line| line.item().as_ref() == Some(item));
        stands(&self.cursor)
            .or_else(|| self.group_at_cursor().and_then(|field| stands(&Item::Heading(field))))
            .unwrap_or(0)
    }

    fn index(&self, items: &[Item]) -> usize {
        let stands = |item: &Item| items.iter().position(|other| other == item);
        stands(&self.cursor)
            .or_else(|| self.group_at_cursor().and_then(|field| stands(&Item::Heading(field))))
            .unwrap_or(0)
    }

    /// Scrolls as little as needed for the cursor to be seen.
    pub fn show_cursor(&mut self, lines: &[SideLine]) {
        let height = self.height.max(1);
        let at = self.cursor_line(lines);
        // The lines over the first item belong to it.
        if at <= 2 {
            self.top = 0;
        } else if at < self.top {
            self.top = at;
        } else if at >= self.top + height {
            self.top = at + 1 - height;
        }
        self.top = self.top.min(lines.len().saturating_sub(height));
    }
}

/// The values of a group that a filter names.
struct Chosen(Vec<edit::Selection>);

impl Chosen {
    fn check(&self, value: Option<&str>) -> Check {
        let same = |chosen: &&edit::Selection| match (chosen.value.as_deref(), value) {
            (Some(a), Some(b)) => alike(a, b),
            (None, None) => true,
            _ => false,
        };
        match self.0.iter().find(same) {
            Some(chosen) if chosen.negated => Check::Excluded,
            Some(_) => Check::On,
            None => Check::Off,
        }
    }
}

type Counted = (Option<Arc<str>>, Option<u64>);

/// The values to list: the most frequent ones, then those that are filtered by but not among them, then
/// "no value".
fn values(facet: Option<&Facet>, chosen: &Chosen, shown: usize) -> Vec<Counted> {
    let mut listed: Vec<Counted> = Vec::new();
    for value in facet.iter().flat_map(|facet| facet.values.iter().take(shown)) {
        listed.push((Some(value.value.clone()), Some(value.count)));
    }
    for value in chosen.0.iter().filter_map(|chosen| chosen.value.as_deref()) {
        let known = |(other, _): &Counted| other.as_ref().is_some_and(|other| alike(other, value));
        if !listed.iter().any(known) {
            let hidden = facet.into_iter().flat_map(|facet| &facet.values);
            let count = hidden.filter(|other| alike(&other.value, value)).map(|other| other.count).next();
            listed.push((Some(value.into()), count));
        }
    }
    let without = facet.map_or(0, |facet| facet.without);
    if without > 0 || chosen.0.iter().any(|chosen| chosen.value.is_none()) {
        listed.push((None, Some(without)));
    }
    listed
}
