//! What the sources cover, and what they do not: holes between them, overlaps, exports that were cut, and what the
//! vendors do not record. Pure: over what the store remembers of its sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::zone::Style;
use crate::domain::{Field, Timestamp, Zone};
use crate::ingest::format::Formats;
use crate::ops::Access;
use crate::query::{Expr, Filter, Pattern, Watch};
use crate::store::{self, SourceInfo};

/// A source with what stands out about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The source.
    pub source: SourceInfo,
    /// What stands out.
    pub findings: Vec<Finding>,
    /// The formats of its entries with how many are of each, the most frequent first; none where they were not
    /// counted.
    pub formats: Vec<(Arc<str>, u64)>,
}

impl Coverage {
    /// Names the formats of its entries: the one it was imported as, or those that its records are of.
    pub fn formats_text(&self) -> String {
        match self.formats.as_slice() {
            [] => self.source.format.to_string(),
            [(only, _)] => only.to_string(),
            several => {
                let each = several.iter().map(|(name, count)| format!("{name} {}", grouped(*count)));
                each.collect::<Vec<_>>().join(" + ")
            }
        }
    }
}

/// What stands out about a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing is held between its last entry and the first of the next source of its format.
    Hole {
        /// Its last entry, or that of the source that reaches furthest.
        from: Timestamp,
        /// The next source's first entry.
        to: Timestamp,
        /// The next source.
        next: Arc<str>,
    },
    /// It covers a time that another source of the same log covers too.
    Overlap {
        /// From here.
        from: Timestamp,
        /// To here.
        to: Timestamp,
        /// The other source.
        other: Arc<str>,
        /// How many more there are.
        more: usize,
    },
    /// It holds exactly as many rows as the vendor exports at most.
    AtCap(u64),
    /// None of its entries says when it happened.
    Timeless,
    /// Its records were mapped by an older version of its format, or of the program.
    Older,
    /// Its format is a draft that nobody has corrected yet, so sure in percent.
    Draft(u8),
}

/// What a vendor of one of the sources does not record, and how long it keeps what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The format's name.
    pub format: Arc<str>,
    /// What it is called.
    pub title: String,
    /// What the vendor does not record: one sentence each.
    pub not_recorded: Vec<String>,
    /// How long the vendor keeps records.
    pub retention: Option<String>,
}

impl Finding {
    /// Says it in words.
    pub fn text(&self, zone: Zone) -> String {
        let at = |at: &Timestamp| zone.format(*at, Style::Minutes);
        match self {
            Finding::Hole { from, to, next } => {
                format!("hole: nothing from {} to {}, where {next} begins", at(from), at(to))
            }
            Finding::Overlap { from, to, other, more } => {
                let more = if *more > 0 { format!(" and {more} more") } else { String::new() };
                format!("overlaps {other}{more} from {} to {}", at(from), at(to))
            }
            Finding::AtCap(rows) => {
                format!("exactly at the vendor's cap of {} rows: probably cut", grouped(*rows))
            }
            Finding::Timeless => "no entry of it says when it happened".to_owned(),
            Finding::Older => {
                "mapped by an older auditty or format: auditty reindex maps it again".to_owned()
            }
            Finding::Draft(sure) => {
                format!(
                    "its format is a draft nobody has corrected ({sure} % sure): what its entries say was guessed"
                )
            }
        }
    }

    /// Returns its name in data.
    pub fn kind(&self) -> &'static str {
        match self {
            Finding::Hole { .. } => "hole",
            Finding::Overlap { .. } => "overlap",
            Finding::AtCap(_) => "cut",
            Finding::Timeless => "timeless",
            Finding::Older => "older",
            Finding::Draft(_) => "draft",
        }
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// Returns the sources in their order, each with what stands out.
pub fn coverage(sources: &[SourceInfo], formats: &Formats) -> Vec<Coverage> {
    let mut found: Vec<Coverage> = sources
        .iter()
        .map(|source| Coverage {
            findings: own(source, formats),
            source: source.clone(),
            formats: Vec::new(),
        })
        .collect();
    let mut groups: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
    // Only files of one vendor's log are neighbours: what was guessed, or wraps others' records, may be of any.
    let of_one_log = |source: &SourceInfo| {
        formats.get(&source.format).is_none_or(|format| !format.generic && !format.envelope)
    };
    let placed = |source: &SourceInfo| source.span.is_some() && of_one_log(source);
    for (at, source) in sources.iter().enumerate().filter(|(_, source)| placed(source)) {
        groups.entry(source.format.clone()).or_default().push(at);
    }
    for group in groups.into_values() {
        neighbours(sources, group, &mut found);
    }
    found
}

/// Returns what the vendors of the sources do not record, one for each format.
pub fn limits(found: &[Coverage], formats: &Formats) -> Vec<Limits> {
    let mut names: Vec<&Arc<str>> = Vec::new();
    for one in found {
        match one.formats.as_slice() {
            [] => names.push(&one.source.format),
            several => names.extend(several.iter().map(|(name, _)| name)),
        }
    }
    names.sort();
    names.dedup();
    let known = names.into_iter().filter_map(|name| Some((name, formats.get(name)?)));
    known
        .map(|(name, format)| Limits {
            format: name.clone(),
            title: format.title.clone(),
            not_recorded: format.not_recorded.clone(),
            retention: format.retention.clone(),
        })
        .collect()
}

/// What a source shows by itself.
fn own(source: &SourceInfo, formats: &Formats) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rows = source.entries + source.duplicates + source.rejects;
    if formats.get(&source.format).and_then(|format| format.export_cap) == Some(rows) && rows > 0 {
        findings.push(Finding::AtCap(rows));
    }
    if source.span.is_none() && source.entries > 0 {
        findings.push(Finding::Timeless);
    }
    if is_older(source, formats) {
        findings.push(Finding::Older);
    }
    findings.extend(formats.get(&source.format).and_then(|format| format.draft).map(Finding::Draft));
    findings
}

/// Whether the records of a source were mapped otherwise than they would be now.
pub fn is_older(source: &SourceInfo, formats: &Formats) -> bool {
    let version = formats.version_of(&source.format);
    source.entries > 0 && version.is_some_and(|version| version != source.format_version)
}

/// Most sources whose entries are counted by format.
const COUNTED: usize = 64;

/// Counts of what formats the entries of the sources are: of a mixed stream several, and after a reindex others than
/// the one it was imported as. Left out where a plan hides some of the entries, or two sources are called alike.
///
/// # Errors
/// The store cannot be read.
pub fn count_formats(
    access: &mut Access,
    found: &mut [Coverage],
    watch: &mut dyn Watch,
) -> store::Result<()> {
    let names: Vec<Arc<str>> = found.iter().map(|one| one.source.name.clone()).collect();
    let alone = |name: &Arc<str>| names.iter().filter(|other| *other == name).count() == 1;
    let mut counted: Vec<&mut Coverage> = found.iter_mut().filter(|one| alone(&one.source.name)).collect();
    if counted.len() > COUNTED {
        return Ok(());
    }
    let of = |one: &&mut Coverage| {
        let name = Pattern::Exact(one.source.name.to_string());
        (Field::Format, Expr::pattern(Field::Source, name).into())
    };
    let groups: Vec<(Field, Filter)> = counted.iter().map(of).collect();
    let Some(facets) = access.facets(&groups, usize::MAX, watch)? else { return Ok(()) };
    for (one, facet) in counted.iter_mut().zip(facets) {
        let sum: u64 = facet.values.iter().map(|value| value.count).sum();
        if sum == one.source.entries {
            one.formats = facet.values.iter().map(|value| (value.value.clone(), value.count)).collect();
        }
    }
    Ok(())
}

/// Compares the sources of one format in the order of time.
fn neighbours(sources: &[SourceInfo], mut group: Vec<usize>, found: &mut [Coverage]) {
    group.sort_by_key(|&at| sources[at].span);
    // The source that reaches furthest so far, and how many begin before it ends.
    let mut furthest: Option<usize> = None;
    for &at in &group {
        let Some((from, to)) = sources[at].span else { continue };
        let Some(last) = furthest else {
            furthest = Some(at);
            continue;
        };
        let Some((first, end)) = sources[last].span else { continue };
        if from > end {
            if is_hole(&sources[last], &sources[at], (first, end), (from, to)) {
                let next = sources[at].name.clone();
                found[last].findings.push(Finding::Hole { from: end, to: from, next });
            }
        } else if from < end && same_log(&sources[at], &sources[last]) {
            let both = (from, to.min(end));
            overlap(&mut found[at].findings, &sources[last].name, both);
            overlap(&mut found[last].findings, &sources[at].name, both);
        }
        if to > end {
            furthest = Some(at);
        }
    }
}

/// Whether two sources of one time hold the same log: some of their entries are the same, or they came in different
/// containers, so that the same entry looks like two. Else they are logs beside each other, as of regions.
fn same_log(one: &SourceInfo, other: &SourceInfo) -> bool {
    let container = |source: &SourceInfo| {
        let context: Option<serde_json::Value> = serde_json::from_str(&source.context).ok();
        context.and_then(|context| context.get("syntax")?.as_str().map(str::to_owned))
    };
    one.duplicates + other.duplicates > 0 || container(one) != container(other)
}

fn overlap(findings: &mut Vec<Finding>, other: &Arc<str>, (from, to): (Timestamp, Timestamp)) {
    let known = findings.iter_mut().find_map(|finding| match finding {
        Finding::Overlap { more, .. } => Some(more),
        _ => None,
    });
    match known {
        Some(more) => *more += 1,
        None => findings.push(Finding::Overlap { from, to, other: other.clone(), more: 0 }),
    }
}

/// Nanoseconds of an hour: a shorter gap between two files is none.
const HOUR: i64 = 3_600 * crate::domain::time::SECOND;

/// How many times longer than usual the gap between two entries must be to be a hole.
const UNUSUAL: i64 = 20;

/// Whether the time between two sources is longer than their own entries make likely.
fn is_hole(
    one: &SourceInfo,
    other: &SourceInfo,
    (first, end): (Timestamp, Timestamp),
    (from, to): (Timestamp, Timestamp),
) -> bool {
    let usual = |source: &SourceInfo, span: i64| {
        let entries = i64::try_from(source.entries + source.duplicates).unwrap_or(i64::MAX);
        span / entries.max(1)
    };
    let gap = from.0.saturating_sub(end.0);
    let usual = usual(one, end.0.saturating_sub(first.0)).max(usual(other, to.0.saturating_sub(from.0)));
    gap > HOUR && gap / UNUSUAL > usual
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, entries: u64, span: Option<(i64, i64)>) -> SourceInfo {
        let at = |hour: i64| Timestamp(hour * HOUR);
        SourceInfo {
            name: name.into(),
            format: "okta".into(),
            format_version: Formats::builtin().version_of("okta").unwrap(),
            entries,
            span: span.map(|(from, to)| (at(from), at(to))),
            ..SourceInfo::default()
        }
    }

    fn texts(sources: &[SourceInfo]) -> Vec<String> {
        let all = coverage(sources, &Formats::builtin());
        let texts = all.iter().flat_map(|one| {
            one.findings.iter().map(|finding| format!("{}: {}", one.source.name, finding.text(Zone::Utc)))
        });
        texts.collect()
    }

    #[test]
    fn holes_overlaps_and_cuts_are_found() {
        let sources = [
            source("march", 5000, Some((100, 148))),
            source("january", 5000, Some((0, 24))),
            SourceInfo { context: "{\"syntax\":\"csv\"}".into(), ..source("february", 5000, Some((20, 48))) },
            source("another region", 5000, Some((2, 20))),
            SourceInfo { duplicates: 3, ..source("again", 10, Some((1, 2))) },
            source("cut", 200_000, Some((148, 149))),
            source("none", 3, None),
        ];
        let found = texts(&sources);
        assert_eq!(
            found,
            [
                "january: overlaps again and 1 more from 1970-01-01 01:00 to 1970-01-01 02:00",
                "february: overlaps january from 1970-01-01 20:00 to 1970-01-02 00:00",
                "february: hole: nothing from 1970-01-03 00:00 to 1970-01-05 04:00, where march begins",
                "again: overlaps january from 1970-01-01 01:00 to 1970-01-01 02:00",
                "cut: exactly at the vendor's cap of 200,000 rows: probably cut",
                "none: no entry of it says when it happened",
            ]
        );
    }

    #[test]
    fn logs_of_unknown_vendors_are_no_neighbours() {
        let guessed = |name, span| SourceInfo {
            format: "generic".into(),
            format_version: Formats::builtin().version_of("generic").unwrap(),
            ..source(name, 5000, Some(span))
        };
        assert_eq!(
            texts(&[guessed("a", (0, 24)), guessed("b", (20, 48)), guessed("c", (100, 148))]),
            [""; 0]
        );
    }

    #[test]
    fn what_an_older_mapping_made_is_said() {
        let old = SourceInfo { format_version: 1, ..source("a", 3, Some((0, 1))) };
        assert_eq!(texts(&[old]), ["a: mapped by an older auditty or format: auditty reindex maps it again"]);
        assert!(!is_older(
            &SourceInfo { format: "gone".into(), ..source("a", 3, None) },
            &Formats::builtin()
        ));
    }

    #[test]
    fn a_quiet_log_has_no_holes() {
        // Two entries a week: a gap of days says nothing.
        assert_eq!(texts(&[source("a", 8, Some((0, 672))), source("b", 8, Some((720, 1392)))]), [""; 0]);
    }

    #[test]
    fn what_vendors_do_not_record_is_said_once() {
        let formats = Formats::builtin();
        let limits = limits(&coverage(&[source("a", 1, None), source("b", 1, None)], &formats), &formats);
        assert_eq!(limits.len(), 1);
        assert!(!limits[0].not_recorded.is_empty() && limits[0].retention.is_some());
    }
}
