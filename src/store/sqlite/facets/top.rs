//! The most frequent of counted values, those of one count by their text. Where a million values have one count, texts
//! are compared as they are made and only the first are kept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::domain::Field;
use crate::query::{Facet, FacetValue};
use crate::store::segment::values::text;

use super::super::labels::{Labels, Sums};

/// Returns the first values of a field and how many there are.
pub(super) fn facet(field: Field, sums: &Sums, labels: &Labels, top: usize) -> Facet {
    let distinct = sums.labels.iter().filter(|count| **count > 0).count() as u64;
    let (least, room) = edge(&sums.labels, top);
    let mut values = Vec::new();
    let mut alike = First { room, kept: BinaryHeap::new(), text: Vec::new(), last: None };
    for (number, count) in (0..).zip(&sums.labels).filter(|(_, count)| **count >= least) {
        if *count > least {
            let mut written = Vec::new();
            labels.write(number, &mut written);
            values.push(FacetValue { value: text(&written).into(), count: u64::from(*count) });
        } else {
            alike.take(number, labels);
        }
    }
    let count = u64::from(least);
    values.extend(alike.kept.iter().map(|(kept, _)| FacetValue { value: text(kept).into(), count }));
    values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Facet { field, values, distinct, without: u64::from(sums.without) }
}

/// Returns the count from which on values are among the first, and for how many with just that count there is room.
fn edge(counts: &[u32], top: usize) -> (u32, usize) {
    if top == 0 {
        return (u32::MAX, 0);
    }
    // The greatest counts so far, the least of them on top. Of a million hardly any is greater than that.
    let mut greatest = BinaryHeap::with_capacity(top.min(counts.len()) + 1);
    let mut over = 0;
    for count in counts.iter().filter(|count| **count > 0) {
        if *count > over {
            greatest.push(Reverse(*count));
            if greatest.len() > top {
                greatest.pop();
            }
            if greatest.len() == top {
                over = greatest.peek().map_or(0, |least| least.0);
            }
        }
    }
    if greatest.len() < top {
        return (1, top);
    }
    (over, greatest.iter().filter(|count| count.0 == over).count())
}

/// The first texts by their order.
struct First {
    room: usize,
    /// With their places, where they have one; the greatest on top.
    kept: BinaryHeap<(Vec<u8>, Option<u32>)>,
    text: Vec<u8>,
    /// Place of the greatest, where there is no more room: most others are told by theirs not to come before it.
    last: Option<u32>,
}

impl First {
    fn take(&mut self, number: u32, labels: &Labels) {
        let place = labels.place(number);
        if self.last.zip(place).is_some_and(|(last, place)| place > last) {
            return;
        }
        self.text.clear();
        labels.write(number, &mut self.text);
        if self.kept.len() < self.room {
            self.kept.push((self.text.clone(), place));
        } else if let Some(mut greatest) = self.kept.peek_mut()
            && self.text < greatest.0
        {
            greatest.0.clone_from(&self.text);
            greatest.1 = place;
        }
        if self.kept.len() == self.room {
            self.last = self.kept.peek().and_then(|(_, place)| *place);
        }
    }
}
