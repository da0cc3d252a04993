use proptest::prelude::*;

use super::*;
use crate::domain::EntryId;
use crate::query::Position;

struct Named;

impl Interpret for Named {
    fn entries(&self, _: &crate::store::StoredRecord) -> Vec<crate::domain::Entry<'static>> {
        Vec::new()
    }

    fn document(
        &self,
        _: &[u8],
        _: &crate::store::SourceInfo,
        _: &mut dyn FnMut(crate::domain::json::Node<'_>),
    ) {
    }
}

/// A row of an entry on `id`, which is called `name` from then on where there is one.
fn row(time: i64, id: &str, name: Option<&str>) -> Row {
    let position = Position { time: Some(Timestamp(time)), source: 0, order: time as u64, part: 0 };
    Row {
        target_type: Some("user".into()),
        target_id: Some(id.into()),
        target_name: name.map(Into::into),
        ..Row::blank(EntryId::of(format!("{time} {id}").as_bytes(), 0), position)
    }
}

/// What happens to objects: each has a name, which is the only thing that tells it apart.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Touched(usize),
    Renamed(usize, usize),
    Gone(usize),
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

proptest! {
    /// Whatever is renamed into whatever, what is done to one thing is of one object, and what is done to two of two.
    #[test]
    fn an_object_is_followed_over_its_names(
        story in proptest::collection::vec(
            prop_oneof![
                3 => (0..4usize).prop_map(Happens::Touched),
                2 => (0..4usize, 0..4usize).prop_map(|(from, to)| Happens::Renamed(from, to)),
                1 => (0..4usize).prop_map(Happens::Gone),
            ],
            1..40,
        ),
    ) {
        // Who has each name; a name that is free gets a new thing where it is touched.
        let (mut has, mut next, mut rows, mut truth) = ([None; 4], 0, Vec::new(), Vec::new());
        // Without an act of renaming between them, two things of one name cannot be told apart: such a name stays free.
        let mut left = [false; 4];
        for (time, happens) in story.into_iter().enumerate() {
            let time = time as i64 * 10;
            let mut thing = |name: usize, has: &mut [Option<usize>; 4]| {
                *has[name].get_or_insert_with(|| {
                    next += 1;
                    next
                })
            };
            match happens {
                Happens::Touched(name) | Happens::Renamed(name, _) if left[name] => {}
                Happens::Touched(name) => {
                    truth.push(thing(name, &mut has));
                    rows.push(row(time, NAMES[name], None));
                }
                Happens::Renamed(from, to) if from != to && has[to].is_none() => {
                    truth.push(thing(from, &mut has));
                    rows.push(row(time, NAMES[from], Some(NAMES[to])));
                    (has[to], has[from]) = (has[from], None);
                    (left[from], left[to]) = (false, false);
                }
                Happens::Renamed(..) => {}
                Happens::Gone(name) => {
                    left[name] |= has[name].take().is_some();
                }
            }
        }
        let renames: Vec<Row> = rows.iter().filter(|row| row.target_name.is_some()).cloned().collect();
        let interpret: Arc<dyn Interpret> = Arc::new(Named);
        let renames = Renames::of(renames, interpret.as_ref());
        let objects = Objects::new(interpret, Arc::new(renames));
        let keys: Vec<ObjectKey> = rows.iter().map(|row| objects.of(row).unwrap()).collect();
        for (x, (one, key)) in truth.iter().zip(&keys).enumerate() {
            for (y, (other, its)) in truth.iter().zip(&keys).enumerate() {
                prop_assert_eq!(one == other, key == its, "{:?} {:?} of {:#?}", rows[x].target_id, rows[y].target_id, rows);
            }
        }
        // Each is found under the names it is said to have had, at those times.
        for (row, key) in rows.iter().zip(&keys) {
            let time = row.position.time.unwrap();
            let is = |called: &Called| {
                called.span.contains(time) && Some(&*called.name) == row.target_id.as_deref()
            };
            prop_assert!(objects.names(key).iter().any(is), "{:?} in {:?}", row, objects.names(key));
        }
    }
}

fn objects(rows: &[Row]) -> Objects {
    let interpret: Arc<dyn Interpret> = Arc::new(Named);
    let renames = rows.iter().filter(|row| row.target_name.is_some()).cloned().collect();
    let renames = Renames::of(renames, interpret.as_ref());
    Objects::new(interpret, Arc::new(renames))
}

#[test]
fn who_takes_a_name_later_is_another() {
    let rows =
        [row(10, "svc", None), row(20, "svc", Some("prod")), row(30, "prod", None), row(40, "svc", None)];
    let objects = objects(&rows);
    let ids: Vec<_> = rows.iter().map(|row| objects.of(row).unwrap().id.to_string()).collect();
    assert_eq!(ids, ["prod", "prod", "prod", "svc"]);
    let names = |row: &Row| -> Vec<String> {
        objects.names(&objects.of(row).unwrap()).iter().map(|called| called.name.to_string()).collect()
    };
    assert_eq!(names(&rows[0]), ["prod", "svc"]);
    assert_eq!(names(&rows[3]), ["svc"]);
    assert!(objects.entries_of(&rows[3]).is_some(), "its name alone would find the other's entries");
}

#[test]
fn a_filter_that_names_a_target_follows_it() {
    let rows = [row(10, "svc", None), row(20, "svc", Some("prod"))];
    let wide =
        |field| objects(&rows).widened(&Expr::value(field, "prod").into()).map(|wide| wide.to_string());
    let told = wide(Field::TargetId).unwrap();
    assert!(told.starts_with("target.id:prod OR") && told.contains("target:svc"), "{told}");
    assert!(wide(Field::Target).is_some());
    assert_eq!(wide(Field::Actor), None);
    assert_eq!(objects(&rows[..1]).widened(&Expr::value(Field::Target, "svc").into()), None);
}

#[test]
fn what_failed_renamed_nothing() {
    let failed = Row { outcome: Outcome::Denied, ..row(20, "svc", Some("prod")) };
    assert!(Renames::of(vec![failed], &Named).is_empty());
}
