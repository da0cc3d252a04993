//! Counts over time as a row of bars.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::present::{Line, Role};
use crate::query::Histogram;
use crate::tui::model::Model;

use super::paint;

/// Draws a histogram as wide as the area.
pub fn view(model: &Model, histogram: &Histogram, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let bars = model.look().glyphs.bars;
    let text: String = heights(histogram, usize::from(area.width), bars.len()).into_iter().map(|at| bars[at]).collect();
    paint::line(model, &Line::of(Role::Bar, text), area, buffer);
}

/// Returns the height of each column, from 0 to `steps - 1`. What is not nothing is never drawn as nothing.
fn heights(histogram: &Histogram, width: usize, steps: usize) -> Vec<usize> {
    let buckets = &histogram.buckets;
    if buckets.is_empty() || width == 0 {
        return Vec::new();
    }
    let columns = width;
    let mut counts = vec![0u64; columns];
    for (at, bucket) in buckets.iter().enumerate() {
        let from = at * columns / buckets.len();
        let until = ((at + 1) * columns / buckets.len()).max(from + 1);
        for count in counts.iter_mut().take(until).skip(from) {
            *count = if buckets.len() > columns { *count + bucket.count } else { (*count).max(bucket.count) };
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let top = steps as u64 - 1;
    counts.into_iter().map(|count| if most == 0 { 0 } else { (count * top).div_ceil(most) as usize }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use crate::query::Bucket;

    fn of(counts: &[u64]) -> Histogram {
        let bucket = |(n, &count): (usize, &u64)| Bucket {
            from: Timestamp(n as i64),
            until: Timestamp(n as i64 + 1),
            count,
        };
        Histogram { buckets: counts.iter().enumerate().map(bucket).collect(), timeless: 0 }
    }

    #[test]
    fn something_is_never_nothing_and_the_most_is_full() {
        assert_eq!(heights(&of(&[0, 1, 1_000, 500]), 4, 9), [0, 1, 8, 4]);
        assert_eq!(heights(&of(&[0, 0]), 2, 9), [0, 0]);
    }

    #[test]
    fn many_buckets_are_added_and_few_are_stretched() {
        assert_eq!(heights(&of(&[1, 1, 2, 2]), 2, 9), [4, 8]);
        assert_eq!(heights(&of(&[1, 2]), 4, 9), [4, 4, 8, 8]);
        assert!(heights(&of(&[]), 4, 9).is_empty());
    }
}
