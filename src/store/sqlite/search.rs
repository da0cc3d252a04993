//! Conditions that only a record answers: its block is opened, its bytes are searched, then its decoded
//! strings; for values before and after a change it is mapped again.

use crate::domain::json::{Node, Path, for_each_string};
use crate::query::Subject;
use crate::query::TextMatcher;
use crate::query::filter::Term;
use crate::query::value::ValueMatcher;
use crate::store::block::Block;
use crate::store::segment::bits::Bitmap;
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::frame::damaged;
use crate::store::segment::scan::Deep;
use crate::store::segment::values::text;
use crate::store::segment::{Load as _, SegmentRef, probe};
use crate::store::{Result, SourceInfo, StoredRecord};

use super::session::Watched;

/// Returns those of `rows` whose record meets a condition.
pub(super) fn search(
    watched: &mut Watched<'_>,
    segment: &SegmentRef,
    deep: &Deep,
    rows: &Bitmap,
) -> Result<Bitmap> {
    let test = Test::new(deep);
    let needles = super::filters::Needles::of(&deep.term);
    let blocks = watched.ints(segment, IntCol::Block)?;
    let slots = watched.ints(segment, IntCol::Slot)?;
    let mut order: Vec<(u64, u32, u32)> =
        rows.rows().map(|row| (blocks.get(row), slots.get(row) as u32, row as u32)).collect();
    order.sort_unstable();
    let mut hits = Bitmap::empty(segment.zone.rows);
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        if watched.watch.cancelled() {
            watched.stopped = true;
            break;
        }
        if let Some(needles) = &needles
            && !needles.may_be_in(watched.session, group[0].0)?
        {
            continue;
        }
        test.block(watched, segment, group, &mut hits)?;
    }
    Ok(hits)
}

enum Test<'a> {
    /// A text; whether it is a literal, which cannot tell where a string begins or ends.
    Text(TextMatcher, bool),
    Raw(&'a Path, ValueMatcher),
    Entry(&'a Deep),
}

impl<'a> Test<'a> {
    fn new(deep: &'a Deep) -> Test<'a> {
        match &deep.term {
            Term::Text(text) => Test::Text(TextMatcher::literal(text), true),
            Term::Regex(regex) => Test::Text(TextMatcher::regex(regex), false),
            Term::Raw(path, patterns) => Test::Raw(path, ValueMatcher::new(patterns)),
            _ => Test::Entry(deep),
        }
    }

    /// Tests the records of one block: rows as (block, slot, row).
    fn block(
        &self,
        watched: &mut Watched<'_>,
        segment: &SegmentRef,
        group: &[(u64, u32, u32)],
        hits: &mut Bitmap,
    ) -> Result<()> {
        let number = group[0].0;
        let block = watched.session.read_block(number)?;
        let source = watched.session.source(block.source)?;
        let verbatim = watched.session.shared.interpret.is_verbatim(&source);
        for records in group.chunk_by(|a, b| a.1 == b.1) {
            let (_, raw) = block
                .get(records[0].1)
                .ok_or_else(|| damaged(&format!("block {number}"), "a record of it is missing"))?;
            let interpret = &watched.session.shared.interpret;
            let all = match self {
                Test::Text(matcher, literal) => {
                    matcher.is_match(raw)
                        || !(*literal && verbatim && memchr::memchr(b'\\', raw).is_none())
                            && document(&**interpret, raw, &source, |node| {
                                for_each_string(node, &mut |text| matcher.is_match(text.as_bytes()))
                            })
                            .unwrap_or(false)
                }
                Test::Raw(path, matcher) => document(&**interpret, raw, &source, |node| {
                    crate::query::eval::matches_raw(path, matcher, Some(node))
                })
                .unwrap_or_else(|| crate::query::eval::matches_raw(path, matcher, None)),
                Test::Entry(deep) => {
                    self::entries(watched, segment, &block, records, deep, hits)?;
                    false
                }
            };
            if all {
                records.iter().for_each(|(_, _, row)| hits.insert(*row as usize));
            }
        }
        Ok(())
    }
}

/// Shows a record as a document; `None` where it cannot be.
fn document<T>(
    interpret: &dyn crate::store::Interpret,
    raw: &[u8],
    source: &SourceInfo,
    visit: impl FnOnce(Node<'_>) -> T,
) -> Option<T> {
    let mut answer = None;
    let mut visit = Some(visit);
    interpret.document(raw, source, &mut |node| {
        if let Some(visit) = visit.take() {
            answer = Some(visit(node));
        }
    });
    answer
}

/// Maps one record again and tests those of its entries that the rows are.
fn entries(
    watched: &mut Watched<'_>,
    segment: &SegmentRef,
    block: &Block,
    records: &[(u64, u32, u32)],
    deep: &Deep,
    hits: &mut Bitmap,
) -> Result<()> {
    let Some((slot, raw)) = block.get(records[0].1) else { return Ok(()) };
    let parts = watched.ints(segment, IntCol::Part)?;
    let formats = watched.values(segment, DictCol::Format)?;
    let format_ids = watched.ids(segment, DictCol::Format, &formats)?;
    let row = records[0].2 as usize;
    let stored = StoredRecord {
        raw: raw.to_vec(),
        source: watched.session.source(block.source)?,
        format: text(formats.get(format_ids.get(row) as u32).unwrap_or_default()).into(),
        record: slot.record,
        offset: slot.offset,
        occurrence: slot.occurrence,
    };
    let mapped = watched.session.shared.interpret.entries(&stored);
    let nothing = probe::blank();
    for (_, _, row) in records {
        let part = parts.get(*row as usize) as u32;
        let entry = mapped.iter().find(|entry| entry.place.part == part).unwrap_or(&nothing);
        let subject = Subject { entry, raw: b"", document: None, noted: false, marked: false };
        if deep.matcher.matches(&subject) {
            hits.insert(*row as usize);
        }
    }
    Ok(())
}
