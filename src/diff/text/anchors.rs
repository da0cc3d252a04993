//! A line diff in nearly linear time, for texts too large to be compared closely in time: lines that stand once
//! in both texts hold the rest in place. It tells somewhat more as changed than had to be.

use std::collections::HashMap;

use similar::DiffOp;

use crate::diff::align::longest_rising;

/// Where a line stands in both texts, and how often.
#[derive(Default)]
struct Seen {
    old: (usize, usize),
    new: (usize, usize),
}

/// Returns the steps from one text to the other.
pub(super) fn anchored(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let tail = common(old.iter().rev(), new.iter().rev());
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut walk = Walk { old, new, at: (0, 0), ops: Vec::new() };
    walk.equal(common(old[..old_end].iter(), new[..new_end].iter()));
    for (a, b) in anchors(&old[..old_end], &new[..new_end]) {
        if a < walk.at.0 || b < walk.at.1 {
            continue;
        }
        let above = common(old[walk.at.0..a].iter().rev(), new[walk.at.1..b].iter().rev());
        walk.changed(a - above, b - above);
        walk.equal(above + common(old[a..old_end].iter(), new[b..new_end].iter()));
    }
    walk.changed(old_end, new_end);
    walk.equal(tail);
    walk.ops
}

fn common<'l>(a: impl Iterator<Item = &'l &'l str>, b: impl Iterator<Item = &'l &'l str>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// Returns the lines that stand once in both, in an order that both have.
fn anchors(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&str, Seen> = HashMap::with_capacity(old.len());
    for (at, line) in old.iter().enumerate() {
        let seen = seen.entry(line).or_default();
        seen.old = (seen.old.0 + 1, at);
    }
    for (at, line) in new.iter().enumerate() {
        if let Some(seen) = seen.get_mut(line) {
            seen.new = (seen.new.0 + 1, at);
        }
    }
    let once = seen.values().filter(|seen| (seen.old.0, seen.new.0) == (1, 1));
    let mut pairs: Vec<(usize, usize)> = once.map(|seen| (seen.new.1, seen.old.1)).collect();
    pairs.sort_unstable();
    let order: Vec<usize> = pairs.iter().map(|(_, old)| *old).collect();
    let rising = longest_rising(&order);
    pairs.into_iter().zip(rising).filter(|(_, rises)| *rises).map(|((new, old), _)| (old, new)).collect()
}

struct Walk<'t> {
    old: &'t [&'t str],
    new: &'t [&'t str],
    at: (usize, usize),
    ops: Vec<DiffOp>,
}

impl Walk<'_> {
    fn equal(&mut self, len: usize) {
        let (old_index, new_index) = self.at;
        debug_assert_eq!(self.old[old_index..old_index + len], self.new[new_index..new_index + len]);
        if len > 0 {
            self.ops.push(DiffOp::Equal { old_index, new_index, len });
            self.at = (old_index + len, new_index + len);
        }
    }

    /// Everything up to there changed.
    fn changed(&mut self, old: usize, new: usize) {
        let (old_index, new_index) = self.at;
        let (old_len, new_len) = (old - old_index, new - new_index);
        self.ops.extend(match (old_len, new_len) {
            (0, 0) => None,
            (_, 0) => Some(DiffOp::Delete { old_index, old_len, new_index }),
            (0, _) => Some(DiffOp::Insert { old_index, new_index, new_len }),
            _ => Some(DiffOp::Replace { old_index, old_len, new_index, new_len }),
        });
        self.at = (old, new);
    }
}
