//! Aligning two sequences of which only equality (or similarity) is known.

use std::collections::HashMap;
use std::time::Instant;

use similar::{Algorithm, DiffTag};

/// Positions of two sequences between two equal runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// Positions of the first sequence.
    pub old: Vec<usize>,
    /// Positions of the second sequence.
    pub new: Vec<usize>,
    /// Where in the second sequence it stands.
    pub at: usize,
}

/// How two sequences lie beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Equal elements in both orders.
    pub equal: Vec<(usize, usize)>,
    /// What stands between them, never empty on both sides.
    pub gaps: Vec<Gap>,
    /// Equal elements that stand at another place among the others.
    pub moved: Vec<(usize, usize)>,
}

/// Aligns two sequences by equal elements: a longest common subsequence, then what is left over by pairs
/// of equals as moved. Past the deadline the subsequence may be shorter than the longest.
pub fn by_content(old: &[u64], new: &[u64], deadline: Option<Instant>) -> Alignment {
    let ops = similar::capture_diff_slices_deadline(Algorithm::Myers, old, new, deadline);
    let mut out = Alignment::default();
    let mut gap = Gap::default();
    for op in ops {
        let (tag, old_range, new_range) = op.as_tag_tuple();
        if tag == DiffTag::Equal {
            close(&mut out, &mut gap);
            out.equal.extend(old_range.zip(new_range));
        } else {
            if gap.old.is_empty() && gap.new.is_empty() {
                gap.at = new_range.start;
            }
            gap.old.extend(old_range);
            gap.new.extend(new_range);
        }
    }
    close(&mut out, &mut gap);
    take_moved(&mut out, old, new);
    out
}

fn close(out: &mut Alignment, gap: &mut Gap) {
    if !gap.old.is_empty() || !gap.new.is_empty() {
        out.gaps.push(std::mem::take(gap));
    }
}

/// Pairs removed with added elements of the same value.
fn take_moved(out: &mut Alignment, old: &[u64], new: &[u64]) {
    let mut removed: HashMap<u64, Vec<usize>> = HashMap::new();
    for &at in out.gaps.iter().flat_map(|gap| gap.old.iter().rev()) {
        removed.entry(old[at]).or_default().push(at);
    }
    for &at in out.gaps.iter().flat_map(|gap| &gap.new) {
        if let Some(from) = removed.get_mut(&new[at]).and_then(Vec::pop) {
            out.moved.push((from, at));
        }
    }
    if out.moved.is_empty() {
        return;
    }
    let gone: std::collections::HashSet<usize> = out.moved.iter().map(|&(from, _)| from).collect();
    let come: std::collections::HashSet<usize> = out.moved.iter().map(|&(_, to)| to).collect();
    for gap in &mut out.gaps {
        gap.old.retain(|at| !gone.contains(at));
        gap.new.retain(|at| !come.contains(at));
    }
    out.gaps.retain(|gap| !gap.old.is_empty() || !gap.new.is_empty());
}

/// Largest gap whose pairs are chosen by similarity; larger ones are paired in order.
const MAX_WEIGHED: usize = 4096;

/// Pairs as many elements of a gap as its shorter side has, without crossing, so that the sum of
/// `similarity` is greatest.
pub fn pair_up(gap: &Gap, mut similarity: impl FnMut(usize, usize) -> f32) -> Vec<(usize, usize)> {
    let (rows, columns) = (gap.old.len(), gap.new.len());
    if rows == columns || rows * columns > MAX_WEIGHED || rows == 0 || columns == 0 {
        return gap.old.iter().copied().zip(gap.new.iter().copied()).collect();
    }
    // best[i][j]: greatest sum with elements from i and j on. A pair outweighs any similarity, so that
    // their number is always the greatest possible.
    let mut best = vec![vec![0.0f32; columns + 1]; rows + 1];
    let mut weight = vec![vec![0.0f32; columns]; rows];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            weight[i][j] = 2.0 + similarity(gap.old[i], gap.new[j]);
            best[i][j] = (weight[i][j] + best[i + 1][j + 1]).max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < rows && j < columns {
        if best[i][j] == weight[i][j] + best[i + 1][j + 1] {
            pairs.push((gap.old[i], gap.new[j]));
            i += 1;
            j += 1;
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Returns which positions of a sequence of different numbers form a longest rising subsequence.
pub fn longest_rising(sequence: &[usize]) -> Vec<bool> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(sequence.len());
    for (at, &value) in sequence.iter().enumerate() {
        let place = tails.partition_point(|&tail| sequence[tail] < value);
        before.push(place.checked_sub(1).map(|place| tails[place]));
        if place == tails.len() {
            tails.push(at);
        } else {
            tails[place] = at;
        }
    }
    let mut inside = vec![false; sequence.len()];
    let mut at = tails.last().copied();
    while let Some(here) = at {
        inside[here] = true;
        at = before[here];
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::strategy::Strategy as _;

    #[test]
    fn finds_moves_beside_the_common_part() {
        let aligned = by_content(&[9, 1, 2, 3, 4], &[1, 2, 3, 4, 9, 8], None);
        assert_eq!(aligned.equal, [(1, 0), (2, 1), (3, 2), (4, 3)]);
        assert_eq!(aligned.moved, [(0, 4)]);
        assert_eq!(aligned.gaps, [Gap { old: vec![], new: vec![5], at: 4 }]);
    }

    #[test]
    fn pairs_by_similarity_without_crossing() {
        let gap = Gap { old: vec![4], new: vec![4, 5, 6], at: 4 };
        assert_eq!(pair_up(&gap, |_, new| if new == 6 { 0.9 } else { 0.1 }), [(4, 6)]);
        let gap = Gap { old: vec![0, 1], new: vec![7], at: 7 };
        assert_eq!(pair_up(&gap, |old, _| old as f32 / 2.0), [(1, 7)]);
    }

    proptest::proptest! {
        #[test]
        fn the_rising_part_rises(sequence in proptest::sample::subsequence((0..30usize).collect::<Vec<_>>(), 0..30).prop_shuffle()) {
            let inside = longest_rising(&sequence);
            let rising: Vec<_> = sequence.iter().zip(&inside).filter(|(_, i)| **i).map(|(v, _)| *v).collect();
            assert!(rising.is_sorted());
            assert!(sequence.is_empty() || !rising.is_empty());
        }
    }
}
