//! Which rows of a segment a filter lets through. A condition is tested once for each value of a dictionary;
//! the rest is a pass over one or two bytes a row, or none where the dictionary answers for all rows alike.

use crate::domain::{Actor, ActorKind, Entry, EntryId, Field, IdPrefix, TimeSpan};
use crate::query::{
    Expr, Filter, Has, Matcher, Subject, Term, Text, TextMatcher, ValueMatcher, mapped_texts,
};
use crate::store::Result;

use super::bits::{Bitmap, Selection};
use super::columns::DictCol;
use super::dict::Values;
use super::ints::{Ints, Packed};
use super::probe::{self, Names};
use super::sieve::Sieve;
use super::{Load, SegmentRef};

/// A filter compiled for segments.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Every row.
    All,
    /// All of these, the cheap ones first.
    And(Vec<Plan>),
    /// Any of these, the cheap ones first.
    Or(Vec<Plan>),
    /// The complement.
    Not(Box<Plan>),
    /// What one column answers.
    Column(DictCol, Box<Matcher>, Option<Sieve>),
    /// `action:`, which two columns answer.
    Action(Box<Matcher>, ValueMatcher),
    /// The time lies within.
    Time(TimeSpan),
    /// The id begins so.
    Id(Vec<IdPrefix>),
    /// The user has a note on it, or a mark.
    Noted(Has),
    /// A text in the mapped values, or in the record.
    Text(TextMatcher, Deep),
    /// What only the record answers.
    Deep(Deep),
}

/// A condition on a record's content.
#[derive(Debug)]
pub(crate) struct Deep {
    /// The condition.
    pub(crate) term: Term,
    /// The condition compiled.
    pub(crate) matcher: Matcher,
}

impl Deep {
    fn new(term: &Term) -> Deep {
        Deep { term: term.clone(), matcher: matcher_of(term) }
    }
}

fn matcher_of(term: &Term) -> Matcher {
    Matcher::new(&Filter { expr: Expr::Term(term.clone()) })
}

/// What a scan needs beside the columns.
pub(crate) trait Context: Load {
    /// Returns the names of the sources.
    fn names(&self) -> &Names;

    /// Returns the ids with a note, or with a mark, sorted.
    fn annotated(&self, has: Has) -> &[EntryId];

    /// Returns the rows of a segment that meet a condition, where all were looked at lately.
    fn recall(&self, segment: &SegmentRef, deep: &Deep) -> Option<Selection>;

    /// Remembers the rows of a segment that meet a condition.
    fn keep(&self, segment: &SegmentRef, deep: &Deep, found: &Selection);

    /// Returns those of `among` that may meet a condition on text, in a mapped value or in the record.
    fn narrow(&mut self, segment: &SegmentRef, deep: &Deep, among: &Selection) -> Result<Selection>;

    /// Returns those of `rows` whose record meets a condition. A mapped value is not looked at for texts.
    fn deep(&mut self, segment: &SegmentRef, deep: &Deep, rows: &Bitmap) -> Result<Bitmap>;
}

impl Plan {
    /// Compiles a filter.
    pub(crate) fn new(filter: &Filter) -> Plan {
        compile(&filter.expr)
    }

    /// Whether records have to be opened.
    pub(crate) fn is_deep(&self) -> bool {
        match self {
            Plan::And(plans) | Plan::Or(plans) => plans.iter().any(Plan::is_deep),
            Plan::Not(plan) => plan.is_deep(),
            Plan::Text(..) | Plan::Deep(_) => true,
            _ => false,
        }
    }

    /// Returns those of a run of rows that the filter lets through, removed ones left out.
    pub(crate) fn scan_rows(
        &self,
        context: &mut dyn Context,
        segment: &SegmentRef,
        rows: std::ops::Range<usize>,
    ) -> Result<Selection> {
        let whole = rows == (0..segment.zone.rows);
        let run = if whole { Selection::All } else { Selection::Some(Bitmap::run(segment.zone.rows, rows)) };
        let among = segment.live().and(run).simplify();
        Ok(self.select(context, segment, &among)?.and(among).simplify())
    }

    /// Returns a selection that is right for the rows of `among`; what it says of others means nothing.
    fn select(
        &self,
        context: &mut dyn Context,
        segment: &SegmentRef,
        among: &Selection,
    ) -> Result<Selection> {
        if *among == Selection::None {
            return Ok(Selection::None);
        }
        match self {
            Plan::All => Ok(Selection::All),
            Plan::And(plans) => {
                let mut left = among.clone();
                for plan in plans {
                    left = plan.select(context, segment, &left)?.and(left).simplify();
                }
                Ok(left)
            }
            Plan::Or(plans) => {
                let (mut found, mut left) = (Selection::None, among.clone());
                for plan in plans {
                    let hits = plan.select(context, segment, &left)?.and(left.clone());
                    left = left.and(hits.clone().not()).simplify();
                    found = found.or(hits);
                }
                Ok(found.simplify())
            }
            Plan::Not(plan) => Ok(plan.select(context, segment, among)?.not()),
            Plan::Column(col, matcher, sieve) => {
                let among = |values: &Values| sieve.as_ref().map(|sieve| sieve.candidates(values));
                column(context, segment, *col, among, |entry| matcher.matches(&subject(entry)))
            }
            Plan::Action(action, code) => {
                let matches = |entry: &Entry<'_>| action.matches(&subject(entry));
                let found = column(context, segment, DictCol::Action, |_| None, matches)?;
                let codes =
                    |entry: &Entry<'_>| entry.action_code.as_deref().is_some_and(|value| code.matches(value));
                Ok(found.or(column(context, segment, DictCol::ActionCode, |_| None, codes)?))
            }
            Plan::Time(span) => within(context, segment, span),
            Plan::Id(prefixes) => by_id(context, segment, prefixes),
            Plan::Noted(has) => annotated(context, segment, *has),
            Plan::Text(matcher, deep) => recalled(context, segment, deep, among, &mut |context| {
                let among = context.narrow(segment, deep, among)?;
                if among == Selection::None {
                    return Ok(Selection::None);
                }
                let found = mapped(context, segment, matcher, deep, &among)?;
                let left = among.and(found.clone().not()).simplify();
                Ok(found.or(opened(context, segment, deep, &left)?))
            }),
            Plan::Deep(deep) => {
                recalled(context, segment, deep, among, &mut |context| opened(context, segment, deep, among))
            }
        }
    }

    /// Returns how dear a condition is, to try cheap ones first.
    fn cost(&self) -> u8 {
        match self {
            Plan::All | Plan::Time(_) => 0,
            Plan::Id(_) | Plan::Noted(_) => 1,
            Plan::Column(..) | Plan::Action(..) => 2,
            Plan::And(plans) | Plan::Or(plans) => plans.iter().map(Plan::cost).max().unwrap_or(0),
            Plan::Not(plan) => plan.cost(),
            Plan::Text(..) => 10,
            Plan::Deep(deep) if matches!(deep.term, Term::Raw(..)) => 11,
            Plan::Deep(_) => 12,
        }
    }
}

fn compile(expr: &Expr) -> Plan {
    let sorted = |terms: &[Expr]| {
        let mut plans: Vec<Plan> = terms.iter().map(compile).collect();
        plans.sort_by_key(Plan::cost);
        plans
    };
    match expr {
        Expr::All => Plan::All,
        Expr::And(terms) => Plan::And(sorted(terms)),
        Expr::Or(terms) => Plan::Or(sorted(terms)),
        Expr::Not(inner) => Plan::Not(Box::new(compile(inner))),
        Expr::Term(term) => compile_term(term),
    }
}

fn compile_term(term: &Term) -> Plan {
    let matcher = || Box::new(matcher_of(term));
    match term {
        Term::Value(Field::Action, patterns) => {
            Plan::Action(matcher(), ValueMatcher::of(Field::Action, patterns))
        }
        Term::Value(field, _) => Plan::Column(DictCol::of(*field), matcher(), Sieve::of(term)),
        Term::Ip(_) => Plan::Column(DictCol::Ip, matcher(), None),
        Term::Time(time) => Plan::Time(time.span),
        Term::Id(prefixes) => Plan::Id(prefixes.clone()),
        Term::Text(text) => Plan::Text(TextMatcher::literal(text), Deep::new(term)),
        Term::Regex(regex) => Plan::Text(TextMatcher::regex(regex), Deep::new(term)),
        Term::Raw(..) | Term::From(_) | Term::To(_) => Plan::Deep(Deep::new(term)),
        Term::Has(Has::Diff) => Plan::Column(DictCol::Changed, matcher(), None),
        Term::Has(has) => Plan::Noted(*has),
    }
}

fn subject<'a>(entry: &'a Entry<'a>) -> Subject<'a> {
    Subject { entry, raw: b"", document: None, noted: false, marked: false }
}

/// Returns the rows whose value in one column meets a test. `among` gives the ids of the values that may, where
/// that is known of them.
fn column(
    context: &mut dyn Context,
    segment: &SegmentRef,
    col: DictCol,
    among: impl FnOnce(&Values) -> Option<Vec<u32>>,
    test: impl FnMut(&Entry<'_>) -> bool,
) -> Result<Selection> {
    let values = context.values(segment, col)?;
    let hits = probe::test_values(&values, col, context.names(), among(&values).as_deref(), test);
    let counts = values.counts();
    if !hits.contains(&true) {
        return Ok(Selection::None);
    }
    if hits.iter().zip(counts).all(|(hit, count)| *hit || *count == 0) {
        return Ok(Selection::All);
    }
    let ids = context.ids(segment, col, &values)?;
    Ok(Selection::Some(pick(&ids, &hits)))
}

/// Returns the rows whose id has a hit.
fn pick(ids: &Ints, hits: &[bool]) -> Bitmap {
    let (base, packed) = ids.parts();
    let hit = |id: u64| hits.get(id as usize).copied().unwrap_or(false);
    match packed {
        Packed::U8(rows) if base == 0 => Bitmap::of_bytes(rows, &std::array::from_fn(|id| hit(id as u64))),
        Packed::U16(rows) if base == 0 => Bitmap::from_fn(rows.len(), |row| hit(rows[row].into())),
        _ => Bitmap::from_fn(ids.len(), |row| hit(ids.get(row))),
    }
}

/// Returns the rows whose time lies within.
fn within(context: &mut dyn Context, segment: &SegmentRef, span: &TimeSpan) -> Result<Selection> {
    let Some((first, last)) = segment.zone.span else { return Ok(Selection::None) };
    let starts = span.from.is_none_or(|from| from.0 <= first);
    let ends = span.until.is_none_or(|until| last < until.0);
    if starts && ends && segment.zone.timeless == 0 {
        return Ok(Selection::All);
    }
    if span.from.is_some_and(|from| from.0 > last) || span.until.is_some_and(|until| until.0 <= first) {
        return Ok(Selection::None);
    }
    let times = context.times(segment)?;
    let start = span.from.map_or(times.timeless(), |from| times.lower(from.0));
    let end = span.until.map_or(times.len(), |until| times.lower(until.0));
    Ok(Selection::Some(Bitmap::run(segment.zone.rows, start..end)))
}

fn by_id(context: &mut dyn Context, segment: &SegmentRef, prefixes: &[IdPrefix]) -> Result<Selection> {
    let mut set = Bitmap::empty(segment.zone.rows);
    for prefix in prefixes {
        let (low, high) = prefix.range();
        context.find(segment, low, high)?.into_iter().for_each(|row| set.insert(row));
    }
    Ok(Selection::Some(set))
}

fn annotated(context: &mut dyn Context, segment: &SegmentRef, has: Has) -> Result<Selection> {
    let ids = context.annotated(has).to_vec();
    let mut set = Bitmap::empty(segment.zone.rows);
    for id in ids {
        context.find(segment, id, id)?.into_iter().for_each(|row| set.insert(row));
    }
    Ok(Selection::Some(set))
}

/// The columns with texts that a search looks at.
pub(crate) const TEXTS: [DictCol; 13] = [
    DictCol::EventType,
    DictCol::Activity,
    DictCol::ActionCode,
    DictCol::Workspace,
    DictCol::Country,
    DictCol::Class,
    DictCol::Action,
    DictCol::Outcome,
    DictCol::Actor,
    DictCol::Ip,
    DictCol::Targets,
    DictCol::Request,
    DictCol::Session,
];

/// Returns the rows of `among` that have a text in a mapped value.
fn mapped(
    context: &mut dyn Context,
    segment: &SegmentRef,
    matcher: &TextMatcher,
    deep: &Deep,
    among: &Selection,
) -> Result<Selection> {
    let mut found = Selection::None;
    for col in TEXTS {
        let sieved = matches!(&deep.term, Term::Text(text) if is_shown_as_kept(col, matcher, text));
        let among = |values: &Values| sieved.then(|| values.holding(matcher));
        let test = |entry: &Entry<'_>| mapped_texts(entry, &mut |text| matcher.is_match(text.as_bytes()));
        found = found.or(column(context, segment, col, among, test)?);
        if found == Selection::All {
            break;
        }
    }
    Ok(found.and(among.clone()))
}

/// Whether a literal that is in a shown value is in the value as the column keeps it.
fn is_shown_as_kept(col: DictCol, matcher: &TextMatcher, text: &Text) -> bool {
    match col {
        DictCol::Ip => !text.literal.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':')),
        // One without a name is shown by its kind.
        DictCol::Actor => {
            !ActorKind::ALL.iter().any(|kind| matcher.is_match(Actor::of(*kind).label().as_bytes()))
        }
        _ => !text.literal.is_empty(),
    }
}

/// Returns what is known of a slow condition from before; searches else, and lets it be known where all rows
/// were looked at.
fn recalled(
    context: &mut dyn Context,
    segment: &SegmentRef,
    deep: &Deep,
    among: &Selection,
    search: &mut dyn FnMut(&mut dyn Context) -> Result<Selection>,
) -> Result<Selection> {
    if let Some(known) = context.recall(segment, deep) {
        return Ok(known);
    }
    let found = search(context)?;
    if *among == segment.live() {
        let found = found.and(among.clone()).simplify();
        context.keep(segment, deep, &found);
        return Ok(found);
    }
    Ok(found)
}

fn opened(
    context: &mut dyn Context,
    segment: &SegmentRef,
    deep: &Deep,
    among: &Selection,
) -> Result<Selection> {
    Ok(match among {
        Selection::None => Selection::None,
        Selection::All => {
            let mut all = Bitmap::empty(segment.zone.rows);
            all.invert();
            Selection::Some(context.deep(segment, deep, &all)?).simplify()
        }
        Selection::Some(rows) => Selection::Some(context.deep(segment, deep, rows)?),
    })
}
