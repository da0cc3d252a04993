//! What one touch of a field found and left, and what the field is at a moment, as far as it is known.

use super::view::{Conflict, FieldState, Origin, StepChange};
use super::{Field, How, Known, Timeline, Touch};

impl Timeline {
    fn is_clear(&self, behind: usize, before: usize) -> bool {
        is_clear(&self.blurs, behind, before)
    }

    /// Whether an entry between two changed the object in ways that it does not say.
    pub fn is_blurred(&self, steps: std::ops::Range<usize>) -> bool {
        self.blurs.iter().any(|blur| steps.contains(blur))
    }

    /// Whether an entry shares its instant with others, in an order that is not known.
    pub fn is_unordered(&self, step: usize) -> bool {
        self.ties.get(step).is_some_and(|tie| *tie != 0)
    }

    fn tie(&self, touch: &Touch) -> u32 {
        self.ties.get(touch.step).copied().unwrap_or_default()
    }

    fn are_tied(&self, a: &Touch, b: &Touch) -> bool {
        self.tie(a) != 0 && self.tie(a) == self.tie(b)
    }

    /// Whether other entries of the same instant touch the field, in an order that is not known.
    pub(super) fn is_tied(&self, field: &Field, at: usize) -> bool {
        let touch = &field.touches[at];
        let near = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        near.filter_map(|at| field.touches.get(at)).any(|other| self.are_tied(touch, other))
    }

    /// Whether the value that a touch left is the one behind its instant, whatever the order of the entries there.
    fn is_settled(&self, field: &Field, at: usize) -> bool {
        let touch = &field.touches[at];
        let same = |other: &&Touch| self.are_tied(touch, other);
        let behind = field.touches[at + 1..].iter().take_while(same);
        let before = field.touches[..at].iter().rev().take_while(same);
        behind.chain(before).all(|other| other.after.is_exactly(&touch.after))
    }

    /// What a touch did to its field.
    pub(super) fn change(&self, field: &Field, at: usize) -> StepChange {
        let touch = &field.touches[at];
        let last = at.checked_sub(1).map(|before| (before, &field.touches[before]));
        let next = field.touches.get(at + 1).filter(|next| !self.are_tied(touch, next));
        let left = last.filter(|(before, last)| {
            last.after.is_known()
                && !self.are_tied(last, touch)
                && self.is_settled(field, *before)
                && self.is_clear(last.confirmed, touch.step)
        });
        let left = left.map(|(_, last)| last);
        let (before, before_from) = match left {
            _ if touch.before.is_known() => (touch.before.clone(), Origin::Recorded),
            Some(left) => (left.after.clone(), Origin::Derived(left.confirmed)),
            None => (Known::Unknown, Origin::Unknown),
        };
        let learnt = |next: &&Touch| next.before.is_known() && self.is_clear(touch.step, next.step);
        let (after, after_from) = match next.filter(learnt) {
            _ if touch.after.is_known() => (touch.after.clone(), Origin::Recorded),
            Some(next) => (next.before.clone(), Origin::Learnt(next.step)),
            None => (Known::Unknown, Origin::Unknown),
        };
        let expected = left.filter(|left| touch.before.is_known() && !left.after.same(&touch.before));
        StepChange {
            path: field.path.clone(),
            before,
            after,
            before_from,
            after_from,
            conflict: expected.map(|left| Conflict { expected: left.after.clone(), by: left.confirmed }),
            seen: touch.how == How::Seen,
        }
    }

    /// What a field is after so many entries.
    pub(super) fn state(&self, field: &Field, moment: usize) -> FieldState {
        let at = last_touch(field, moment);
        let next = field.touches.get(at.map_or(0, |at| at + 1));
        let last = at.filter(|at| self.is_settled(field, *at)).map(|at| &field.touches[at]);
        let left = last.filter(|touch| touch.after.is_known() && self.is_clear(touch.confirmed, moment));
        let unclear = |next: &Touch| match moment.checked_sub(1) {
            Some(at) => {
                !self.is_clear(at, next.step)
                    || self.ties.get(at).is_some_and(|tie| *tie != 0 && *tie == self.tie(next))
            }
            None => self.blurs.first().is_some_and(|blur| *blur < next.step),
        };
        let found = next.filter(|next| next.before.is_known() && !unclear(next));
        let doubt = left
            .zip(found)
            .filter(|(touch, next)| touch.confirmed + 1 < moment && !touch.after.same(&next.before));
        let doubt = doubt.map(|(_, next)| next.step);
        let (value, origin) = match (left, found) {
            (Some(_), _) => self.left(field, at),
            (_, Some(next)) => (next.before.clone(), Origin::Learnt(next.step)),
            _ => (Known::Unknown, Origin::Unknown),
        };
        FieldState { path: field.path.clone(), value, origin, doubt }
    }

    /// The value that a touch left, and the first of the entries that left it so.
    fn left(&self, field: &Field, at: Option<usize>) -> (Known, Origin) {
        let Some(mut at) = at else { return (Known::Unknown, Origin::Unknown) };
        let value = field.touches[at].after.clone();
        while let Some(before) = at.checked_sub(1) {
            let (touch, last) = (&field.touches[at], &field.touches[before]);
            let same = touch.how == How::Seen && last.after.is_exactly(&value);
            if !same || !self.is_clear(last.confirmed, touch.step) || self.are_tied(last, touch) {
                break;
            }
            at = before;
        }
        (value, Origin::Derived(field.touches[at].step))
    }
}

/// Returns the number of the last touch within the first `moment` entries.
pub(super) fn last_touch(field: &Field, moment: usize) -> Option<usize> {
    field.touches.partition_point(|touch| touch.step < moment).checked_sub(1)
}

/// Whether no entry behind one and before another changed the object in ways that it does not say.
pub(super) fn is_clear(blurs: &[usize], behind: usize, before: usize) -> bool {
    let next = blurs.partition_point(|blur| *blur <= behind);
    blurs.get(next).is_none_or(|blur| *blur >= before)
}
