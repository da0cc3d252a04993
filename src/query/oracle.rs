//! What every question should be answered, by brute force: the judge in property tests of the store.

use std::collections::BTreeMap;

use crate::domain::json::Doc;
use crate::domain::{Entry, Field, Timestamp};

use super::{
    Anchor, Facet, FacetValue, Filter, Histogram, Matcher, Page, PageRequest, Position, Row, Sort, SortKey,
    Subject, facet_values,
};

/// An entry with what the store knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The entry, its place filled in.
    pub(crate) entry: Entry<'static>,
    /// The record's bytes.
    pub(crate) raw: Vec<u8>,
    /// Its place in the order of time.
    pub(crate) position: Position,
    /// Whether it has a note.
    pub(crate) noted: bool,
    /// Whether it is bookmarked.
    pub(crate) marked: bool,
}

impl Held {
    /// Returns the row of a table.
    pub(crate) fn row(&self) -> Row {
        Row::of(&self.entry, self.position, self.noted, self.marked)
    }
}

/// All entries of a store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Oracle {
    /// The entries, in any order.
    pub(crate) held: Vec<Held>,
}

impl Oracle {
    fn matching(&self, filter: &Filter) -> Vec<&Held> {
        let matcher = Matcher::new(filter);
        self.held.iter().filter(|held| passes(&matcher, held)).collect()
    }

    /// Returns every row that matches, in order.
    pub(crate) fn rows(&self, filter: &Filter, sort: Sort) -> Vec<Row> {
        let mut rows: Vec<Row> = self.matching(filter).into_iter().map(Held::row).collect();
        rows.sort_by(|a, b| sort.compare(a, b));
        rows
    }

    /// Returns how many entries match.
    pub(crate) fn count(&self, filter: &Filter) -> u64 {
        self.matching(filter).len() as u64
    }

    /// Returns rows of a table.
    pub(crate) fn page(&self, request: &PageRequest) -> Page {
        let rows = self.rows(&request.filter, request.sort);
        let limit = request.limit;
        let total = rows.len();
        let before = |row: &Row| rows.partition_point(|other| request.sort.compare(other, row).is_lt());
        let upto = |row: &Row| rows.partition_point(|other| request.sort.compare(other, row).is_le());
        // Begin of the page, and the row looked for.
        let around = |p: usize, above: usize| {
            let above = above.min(limit.saturating_sub(1));
            (p.saturating_sub(above).min(total.saturating_sub(limit)), Some(p.min(total.saturating_sub(1))))
        };
        let (start, focus) = match &request.anchor {
            Anchor::First => (0, None),
            Anchor::Last => (total.saturating_sub(limit), None),
            Anchor::After(row) => (upto(row), None),
            Anchor::Before(row) => {
                let end = before(row);
                let start = end.saturating_sub(limit);
                return Page {
                    rows: rows[start..end].to_vec(),
                    first: start as u64,
                    total: total as u64,
                    focus: None,
                };
            }
            Anchor::Around { id, above } => match self.held.iter().find(|held| held.entry.id == *id) {
                Some(held) => around(before(&held.row()), *above),
                None => (0, None),
            },
            Anchor::Time { at, above } => around(first_at(&rows, request.sort, *at), *above),
            Anchor::Rank(rank) => around(usize::try_from(*rank).unwrap_or(usize::MAX), 0),
        };
        let end = (start + limit).min(total);
        let shown = rows[start..end].to_vec();
        let focus = focus.map(|p| p - start).filter(|&p| p < shown.len());
        Page { rows: shown, first: start as u64, total: total as u64, focus }
    }

    /// Returns the values of a field.
    pub(crate) fn facet(&self, field: Field, filter: &Filter, top: usize) -> Facet {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut without = 0;
        for held in self.matching(filter) {
            let values = facet_values(&held.entry, field);
            without += u64::from(values.is_empty());
            for value in values {
                *counts.entry(value.into_owned()).or_default() += 1;
            }
        }
        let distinct = counts.len() as u64;
        let mut values: Vec<FacetValue> =
            counts.into_iter().map(|(value, count)| FacetValue { value: value.into(), count }).collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        values.truncate(top);
        Facet { field, values, distinct, without }
    }

    /// Returns counts over time.
    pub(crate) fn histogram(&self, filter: &Filter, buckets: usize) -> Histogram {
        let matching = self.matching(filter);
        let times: Vec<Timestamp> = matching.iter().filter_map(|held| held.position.time).collect();
        let timeless = (matching.len() - times.len()) as u64;
        let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
            return Histogram { buckets: Vec::new(), timeless };
        };
        let mut histogram = Histogram::of_span(*first, *last, buckets);
        histogram.timeless = timeless;
        for bucket in &mut histogram.buckets {
            bucket.count =
                times.iter().filter(|at| bucket.from <= **at && **at < bucket.until).count() as u64;
        }
        histogram
    }
}

fn passes(matcher: &Matcher, held: &Held) -> bool {
    let mut doc = Doc::new();
    let text = std::str::from_utf8(&held.raw).ok();
    matcher.matches(&Subject {
        entry: &held.entry,
        raw: &held.raw,
        document: text.and_then(|text| doc.parse(text).ok()),
        noted: held.noted,
        marked: held.marked,
    })
}

/// Returns the number of the first row at or behind an instant.
fn first_at(rows: &[Row], sort: Sort, at: Timestamp) -> usize {
    let by_time = sort.key == SortKey::Time;
    let ascending = by_time && !sort.descending;
    let found = rows.iter().position(|row| match row.position.time {
        Some(time) => {
            if ascending {
                time >= at
            } else {
                time <= at
            }
        }
        None => by_time,
    });
    found.unwrap_or(rows.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::arbitrary;
    use super::*;

    fn oracle() -> impl Strategy<Value = Oracle> {
        proptest::collection::vec((arbitrary::record(), any::<bool>(), any::<bool>()), 0..12).prop_map(
            |records| {
                let mut held = Vec::new();
                for (order, (record, noted, marked)) in records.into_iter().enumerate() {
                    for entry in record.entries {
                        let time = entry.time.as_ref().map(|time| time.at);
                        let position =
                            Position { time, source: 0, order: order as u64, part: entry.place.part };
                        held.push(Held {
                            entry,
                            raw: record.raw.clone().into_bytes(),
                            position,
                            noted,
                            marked,
                        });
                    }
                }
                Oracle { held }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_negation_is_the_complement(oracle in oracle(), filter in arbitrary::filter()) {
            let not = Filter { expr: super::super::Expr::Not(Box::new(filter.expr.clone())) };
            prop_assert_eq!(oracle.count(&filter) + oracle.count(&not), oracle.held.len() as u64);
        }

        #[test]
        fn the_normal_form_means_the_same(oracle in oracle(), a in arbitrary::filter(), b in arbitrary::filter()) {
            let both = a.and(&b);
            let rows = oracle.rows(&both, Sort::default());
            let mut expect = oracle.rows(&a, Sort::default());
            expect.retain(|row| oracle.rows(&b, Sort::default()).contains(row));
            prop_assert_eq!(&rows, &expect);
            prop_assert_eq!(oracle.rows(&both.normal(), Sort::default()), expect);
        }

        #[test]
        fn facets_and_histogram_add_up(oracle in oracle(), filter in arbitrary::filter(), buckets in 1usize..40) {
            let total = oracle.count(&filter);
            for &field in Field::ALL {
                let facet = oracle.facet(field, &filter, usize::MAX);
                let sum: u64 = facet.values.iter().map(|value| value.count).sum();
                prop_assert!(sum + facet.without == total || field == Field::Changed);
            }
            let histogram = oracle.histogram(&filter, buckets);
            let sum: u64 = histogram.buckets.iter().map(|bucket| bucket.count).sum();
            prop_assert_eq!(sum + histogram.timeless, total);
            prop_assert!(histogram.buckets.len() <= buckets);
        }

        #[test]
        fn pages_follow_each_other(oracle in oracle(), descending: bool, limit in 1usize..5, field in proptest::option::of(proptest::sample::select(Field::ALL))) {
            let sort = Sort { key: field.map_or(SortKey::Time, SortKey::Field), descending };
            let all = oracle.rows(&Filter::all(), sort);
            let ask = |anchor| oracle.page(&PageRequest { filter: Filter::all(), sort, anchor, limit });
            let mut seen = ask(Anchor::First).rows;
            while let Some(last) = seen.last().cloned() {
                let page = ask(Anchor::After(Box::new(last)));
                prop_assert_eq!(page.first, seen.len() as u64);
                if page.rows.is_empty() { break }
                seen.extend(page.rows);
            }
            prop_assert_eq!(&seen, &all);
            for (rank, row) in all.iter().enumerate() {
                let page = ask(Anchor::Around { id: row.id, above: 2 });
                prop_assert_eq!(&page.rows[page.focus.unwrap()].id, &row.id);
                prop_assert_eq!(page.rows.len(), limit.min(all.len()));
                prop_assert_eq!(ask(Anchor::Rank(rank as u64)).total, all.len() as u64);
            }
        }

        #[test]
        fn rows_show_what_entries_show(oracle in oracle()) {
            for held in &oracle.held {
                let row = held.row();
                for &field in Field::ALL {
                    prop_assert_eq!(row.shown_value(field), super::super::shown_value(&held.entry, field));
                }
            }
        }
    }
}
