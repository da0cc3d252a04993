use super::*;

use std::sync::Mutex;

use crate::domain::Moment;
use crate::domain::time::SECOND;
use crate::query::{NoWatch, Position};
use crate::store::Kept;

const DAY: i64 = 86_400 * SECOND;
const NOW: Timestamp = Timestamp(1_000 * DAY);

/// Holds entries of which only id and time matter, and remembers the filters it was asked with.
struct Fake {
    times: Vec<Option<Timestamp>>,
    asked: Arc<Mutex<Vec<Filter>>>,
}

fn id(at: usize) -> EntryId {
    EntryId((((at as u128) + 1) << 96).to_be_bytes())
}

fn row(at: usize, time: Option<Timestamp>) -> Row {
    let position = Position { time, source: 1, order: at as u64, part: 0 };
    let (source, format) = ("s".into(), "f".into());
    Row { source, format, record: at as u64, noted: true, ..Row::blank(id(at), position) }
}

impl Fake {
    fn ask(&self, filter: &Filter) {
        self.asked.lock().unwrap().push(filter.clone());
    }
}

impl Reader for Fake {
    fn generation(&mut self) -> Result<Generation> {
        Ok(Generation(1))
    }
    fn page(&mut self, request: &PageRequest, _: &mut dyn Watch) -> Result<Answer<Page>> {
        self.ask(&request.filter);
        Ok(Some(Page::default()))
    }
    fn count(&mut self, filter: &Filter, _: &mut dyn Watch) -> Result<Answer<u64>> {
        self.ask(filter);
        Ok(Some(0))
    }
    fn facets(
        &mut self,
        groups: &[(Field, Filter)],
        _: usize,
        _: &mut dyn Watch,
    ) -> Result<Answer<Vec<Facet>>> {
        groups.iter().for_each(|(_, filter)| self.ask(filter));
        Ok(Some(Vec::new()))
    }
    fn histogram(&mut self, filter: &Filter, _: usize, _: &mut dyn Watch) -> Result<Answer<Histogram>> {
        self.ask(filter);
        Ok(Some(Histogram::default()))
    }
    fn for_each(
        &mut self,
        filter: &Filter,
        _: Sort,
        _: &mut dyn Watch,
        _: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<Answer<()>> {
        self.ask(filter);
        Ok(Some(()))
    }
    fn for_each_record(
        &mut self,
        filter: &Filter,
        _: Sort,
        _: &mut dyn Watch,
        _: &dyn Fn(&Row) -> bool,
        _: &mut dyn FnMut(&Row, Option<Kept>) -> bool,
    ) -> Result<Answer<()>> {
        self.ask(filter);
        Ok(Some(()))
    }
    fn find(&mut self, prefix: &IdPrefix, limit: usize) -> Result<Vec<Row>> {
        let all = self.times.iter().enumerate().map(|(at, time)| row(at, *time));
        Ok(all.filter(|row| prefix.matches(row.id)).take(limit).collect())
    }
    fn record(&mut self, wanted: EntryId) -> Result<Option<StoredRecord>> {
        let at = (0..self.times.len()).find(|&at| id(at) == wanted);
        Ok(at.map(|at| StoredRecord {
            raw: b"{}".to_vec(),
            source: Arc::default(),
            format: "f".into(),
            record: at as u64,
            offset: 0,
            occurrence: 0,
        }))
    }
    fn sources(&mut self) -> Result<Vec<SourceInfo>> {
        Ok(Vec::new())
    }
    fn rejects(&mut self, _: Option<SourceId>, _: u64, _: usize) -> Result<Vec<(Arc<str>, Reject)>> {
        Ok(Vec::new())
    }
    fn note(&mut self, _: EntryId) -> Result<Option<String>> {
        Ok(Some("seen".to_owned()))
    }
    fn views(&mut self) -> Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn stats(&mut self) -> Result<StoreStats> {
        Ok(StoreStats::default())
    }

    fn check(
        &mut self,
        _: &mut dyn Watch,
        _: &mut dyn FnMut(crate::store::Damage),
    ) -> Result<Answer<crate::store::Checked>> {
        Ok(Some(crate::store::Checked::default()))
    }
}

/// Makes the entry of a record whose number is its place in `times`.
struct Times(Vec<Option<Timestamp>>);

impl Interpret for Times {
    fn entries(&self, record: &StoredRecord) -> Vec<Entry<'static>> {
        let mut entry = Entry::blank("f");
        entry.id = id(record.record as usize);
        let time = self.0[record.record as usize];
        entry.time = time.map(|at| Moment { at, digits: 0, text: "t".into() });
        vec![entry]
    }
    fn document(&self, _: &[u8], _: &SourceInfo, _: &mut dyn FnMut(crate::domain::json::Node<'_>)) {}
}

/// Two entries within 30 days, one at 31, one at 366, one without a time.
fn access(plan: &str) -> (Access, Arc<Mutex<Vec<Filter>>>) {
    let days_ago = |days: i64| Some(Timestamp(NOW.0 - days * DAY));
    let times = vec![days_ago(0), days_ago(30), days_ago(31), days_ago(366), None];
    let asked = Arc::default();
    let reader = Fake { times: times.clone(), asked: Arc::clone(&asked) };
    let plan = Plan::parse(plan).unwrap();
    (Access::new(Box::new(reader), Arc::new(Times(times)), plan, NOW), asked)
}

fn lets_through(filter: &Filter, time: Timestamp) -> bool {
    filter.conjuncts().iter().all(|expr| match expr {
        Expr::Term(Term::Time(term)) => term.span.contains(time),
        _ => true,
    })
}

#[test]
fn every_read_by_filter_is_bound() {
    let (mut access, asked) = access("essentials");
    let filter = Filter::all();
    let request =
        PageRequest { filter: filter.clone(), sort: Sort::default(), anchor: Anchor::First, limit: 1 };
    access.page(&request, &mut NoWatch).unwrap();
    access.count(&filter, &mut NoWatch).unwrap();
    access.facets(&[(Field::Actor, filter.clone())], 5, &mut NoWatch).unwrap();
    access.histogram(&filter, 5, &mut NoWatch).unwrap();
    access.for_each(&filter, Sort::default(), Opens::Never, &mut NoWatch, &mut |_, _| true).unwrap();
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 5);
    for filter in asked.iter() {
        assert!(lets_through(filter, Timestamp(NOW.0 - 30 * DAY)));
        assert!(!lets_through(filter, Timestamp(NOW.0 - 30 * DAY - 1)));
    }
}

#[test]
fn reads_by_id_tell_outside_from_missing() {
    let (mut access, _) = access("essentials");
    for at in 0..2 {
        assert!(matches!(access.entry(id(at)).unwrap(), Lookup::Found(_)), "{at}");
        assert!(matches!(access.find(&id(at).into(), 2).unwrap(), Lookup::Found(_)), "{at}");
        assert_eq!(access.note(id(at)).unwrap(), Lookup::Found(Some("seen".to_owned())));
    }
    for at in 2..5 {
        assert_eq!(access.entry(id(at)).unwrap(), Lookup::Outside, "{at}");
        assert_eq!(access.find(&id(at).into(), 2).unwrap(), Lookup::Outside, "{at}");
        assert_eq!(access.note(id(at)).unwrap(), Lookup::Outside, "{at}");
    }
    assert_eq!(access.entry(id(9)).unwrap(), Lookup::Missing);
    assert_eq!(access.find(&id(9).into(), 2).unwrap(), Lookup::Missing);
    assert_eq!(access.outside_text(), "outside the plan's 30 days (plan essentials)");
}

#[test]
fn premium_sees_all_and_exports_a_year() {
    let (mut access, asked) = access("premium");
    for at in 0..5 {
        assert!(matches!(access.entry(id(at)).unwrap(), Lookup::Found(_)), "{at}");
    }
    access.count(&Filter::all(), &mut NoWatch).unwrap();
    assert_eq!(asked.lock().unwrap().as_slice(), [Filter::all()]);
    let export = access.exportable(&Filter::all());
    assert!(lets_through(&export, Timestamp(NOW.0 - 365 * DAY)));
    assert!(!lets_through(&export, Timestamp(NOW.0 - 366 * DAY)));
}

#[test]
fn the_limit_moves_with_the_clock() {
    let (mut access, _) = access("essentials");
    assert!(matches!(access.entry(id(1)).unwrap(), Lookup::Found(_)));
    access.set_now(Timestamp(NOW.0 + 1));
    assert_eq!(access.entry(id(1)).unwrap(), Lookup::Outside);
}
