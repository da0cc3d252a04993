//! Who set what.

use super::touches::last_touch;
use super::view::Origin;
use super::{Field, How, Known, Timeline};

/// Who set a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Blame {
    /// The field.
    pub path: String,
    /// Its value.
    pub value: Known,
    /// The entry that set it; `None` where it was so before the first entry that shows it, or where an entry that
    /// is missing set it.
    pub by: Option<usize>,
    /// The first entry that shows the value, where none is known to have set it.
    pub seen: Option<usize>,
    /// How often it had changed before that.
    pub earlier: usize,
    /// All entries that changed it, the oldest first.
    pub steps: Vec<usize>,
}

impl Blame {
    /// Whether the value is a list that is told as one, because its items have no id, key or name of their own.
    pub fn is_list(&self) -> bool {
        self.value.text().is_some_and(|text| text.starts_with('[') && text != "[]")
    }

    /// Says how often it had changed before; of a field that no entry set, that it was only seen.
    pub fn times_text(&self) -> String {
        let times = match (self.by, self.earlier) {
            (None, _) => "seen".to_owned(),
            (Some(_), 0) => "set".to_owned(),
            (Some(_), n) => format!("changed {n}x before"),
        };
        if self.is_list() { format!("{times}, as one list") } else { times }
    }
}

impl Timeline {
    /// Returns who set the fields there are after so many entries.
    pub fn blame(&self, moment: usize) -> Vec<Blame> {
        if !self.exists_at(moment) {
            return Vec::new();
        }
        let fields = self.fields.iter().filter(|field| !self.is_inside_known(field, moment));
        let mut out = Vec::new();
        for field in fields {
            let Some(whole) = self.blame_field(field, moment) else { continue };
            match self.blame_items(field, &whole, moment) {
                Some(items) => out.extend(items),
                None => out.push(whole),
            }
        }
        out
    }

    /// Returns the entries that changed a field or, where it is a part of the object, something below it.
    pub fn steps_of(&self, path: &str) -> Vec<usize> {
        let within = |field: &&Field| field.path == path || super::flatten::is_below(&field.path, path);
        let fields = self.fields.iter().filter(within);
        let mut steps: Vec<usize> = fields.flat_map(|field| self.changing(field, usize::MAX).0).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// Returns the last entry behind one that changed any field.
    pub fn last_of_all(&self, behind: usize) -> Option<usize> {
        let steps = self.fields.iter().flat_map(|field| self.changing(field, usize::MAX).0);
        steps.filter(|step| *step > behind).max()
    }

    fn blame_field(&self, field: &Field, moment: usize) -> Option<Blame> {
        let now = self.state(field, moment);
        now.value.text()?;
        let (steps, found) = self.changing(field, moment);
        let last = last_touch(field, moment).map(|at| &field.touches[at]);
        let seen = match now.origin {
            Origin::Derived(_) => found.or(last.map(|touch| touch.step)),
            _ => None,
        };
        let by = steps.last().copied().filter(|_| found.is_none());
        let earlier = if by.is_some() { steps.len().saturating_sub(1) } else { steps.len() };
        let seen = seen.filter(|_| by.is_none());
        Some(Blame { path: field.path.clone(), value: now.value, by, seen, earlier, steps })
    }

    /// Returns the entries within the first `moment` that changed a field, or said that they did; and the one that
    /// found it changed by nobody who is known, where that is the last word.
    pub(super) fn changing(&self, field: &Field, moment: usize) -> (Vec<usize>, Option<usize>) {
        let (mut steps, mut found) = (Vec::new(), None);
        for (at, touch) in field.touches.iter().enumerate().take_while(|(_, touch)| touch.step < moment) {
            if touch.quiet && field.array.is_some() {
                continue;
            }
            let change = self.change(field, at);
            let told = touch.how == How::Named && !change.is_same();
            let shown = touch.how == How::Seen && change.before.is_known() && !change.is_same();
            if told || shown {
                steps.push(touch.step);
                found = None;
            } else if change.conflict.is_some() || self.is_lost(field, at) {
                found = Some(touch.step);
            }
        }
        (steps, found)
    }

    /// Whether a touch shows another value than the last one known, with an entry between them that changed the
    /// object in ways that it does not say.
    fn is_lost(&self, field: &Field, at: usize) -> bool {
        let Some(last) = at.checked_sub(1).map(|at| &field.touches[at]) else { return false };
        let touch = &field.touches[at];
        last.after.is_known() && touch.after.is_known() && !last.after.same(&touch.after)
    }
}
