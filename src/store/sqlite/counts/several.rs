//! Counts the ids of several columns at once. Nearly all time of counting goes into adding one to a number in memory:
//! columns of few ids are taken for one column of their combinations, so that one addition does for three or four.

use crate::store::segment::ints::{Ints, Packed};

use super::Picks;

/// Bits of an id of combined columns: tables of that many counts lie in the nearest memory.
const BITS: u32 = 11;
/// Columns combined at most.
const COLUMNS: usize = 4;
/// Rows from which on combining pays for looking through the combinations.
const MANY: usize = if cfg!(test) { 3 } else { 1 << 13 };

/// A column with a limit that all its ids are below.
pub(in super::super) type Limited<'c> = (&'c Ints, usize);

impl Picks {
    /// Returns for each column how many of the rows listed have each of its ids.
    pub(in super::super) fn count_several(&self, columns: &[Limited<'_>]) -> Vec<Vec<u32>> {
        let mut counts: Vec<Vec<u32>> = vec![Vec::new(); columns.len()];
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by_key(|at| columns[*at].1);
        let (mut bundle, mut used) = (Vec::new(), 0);
        for at in order {
            let (ids, limit) = columns[at];
            let bits = limit.next_power_of_two().trailing_zeros();
            let (0, Packed::U8(ids), true) = (ids.parts().0, ids.parts().1, self.rows.len() >= MANY) else {
                counts[at] = self.count_listed(ids, limit);
                continue;
            };
            if bundle.len() == COLUMNS || used + bits > BITS {
                self.count_bundle(&std::mem::take(&mut bundle), &mut counts);
                used = 0;
            }
            bundle.push(Part { at, ids, limit, shift: used });
            used += bits;
        }
        self.count_bundle(&bundle, &mut counts);
        counts
    }

    fn count_bundle(&self, parts: &[Part<'_>], counts: &mut [Vec<u32>]) {
        let combined = match *parts {
            [] => return,
            [a] => self.combined([a]),
            [a, b] => self.combined([a, b]),
            [a, b, c] => self.combined([a, b, c]),
            [a, b, c, d, ..] => self.combined([a, b, c, d]),
        };
        for part in parts {
            let mut own = vec![0; part.limit];
            let mask = part.limit.next_power_of_two() - 1;
            for (id, count) in combined.iter().enumerate().filter(|(_, count)| **count > 0) {
                own[id >> part.shift & mask] += count;
            }
            counts[part.at] = own;
        }
    }

    /// Counts combinations of ids; by turns in two tables, so that neighbours alike need not wait for each other.
    fn combined<const N: usize>(&self, parts: [Part<'_>; N]) -> Vec<u32> {
        let size = parts.iter().map(|part| part.limit.next_power_of_two() << part.shift).max().unwrap_or(1);
        let (mut even, mut odd) = (vec![0u32; size], vec![0u32; size]);
        let id = |row: u32| {
            let of = |part: &Part<'_>| usize::from(part.ids[row as usize]) << part.shift;
            parts.iter().fold(0, |id, part| id | of(part))
        };
        let (pairs, rest) = self.rows.as_chunks::<2>();
        for [a, b] in pairs {
            even[id(*a)] += 1;
            odd[id(*b)] += 1;
        }
        rest.iter().for_each(|row| odd[id(*row)] += 1);
        even.iter_mut().zip(odd).for_each(|(even, odd)| *even += odd);
        even
    }
}

/// A column of those combined, and where its id begins in theirs.
#[derive(Clone, Copy)]
struct Part<'c> {
    at: usize,
    ids: &'c [u8],
    limit: usize,
    shift: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::segment::bits::Bitmap;

    proptest::proptest! {
        #[test]
        fn several_are_counted_as_each_alone(
            columns in proptest::collection::vec((1u32..300, 1u32..9999), 0..9),
            picked in proptest::collection::vec(proptest::bool::ANY, 0..80),
        ) {
            let columns: Vec<Ints> = columns.iter().map(|(limit, step)| {
                let ids: Vec<u32> = (0..picked.len() as u32).map(|row| row * step % limit).collect();
                Ints::pack_ids(&ids)
            }).collect();
            let limited: Vec<Limited<'_>> = columns.iter().map(|ids| (ids, ids.limit() as usize + 1)).collect();
            let picks = Picks::of(&Bitmap::from_fn(picked.len(), |row| picked[row]));
            let each: Vec<_> = limited.iter().map(|(ids, limit)| picks.count_listed(ids, *limit)).collect();
            assert_eq!(picks.count_several(&limited), each);
        }
    }
}
