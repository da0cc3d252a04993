use super::*;
use crate::domain::{Action, EntryId, Timestamp};
use crate::query::Position;

/// An entry so many milliseconds after the first.
fn row(number: u64, millis: i64) -> Row {
    let time = Some(Timestamp(1_795_000_000 * SECOND + millis * 1_000_000));
    let position = Position { time, source: 1, order: number, part: 0 };
    let mut row = Row::blank(EntryId::of(&number.to_be_bytes(), 0), position);
    row.activity = Some("Profile Deletion".into());
    row.action = Action::Deleted;
    row.actor = Some("Ana Silva".into());
    row.kind = ActorKind::Member;
    row
}

/// The sets as pairs.
fn pairs(rows: &[Row]) -> Vec<(usize, usize)> {
    sets(rows).into_iter().map(|set| (set.start, set.end)).collect()
}

fn rows(millis: &[i64]) -> Vec<Row> {
    millis.iter().enumerate().map(|(number, millis)| row(number as u64, *millis)).collect()
}

#[test]
fn a_bulk_action_is_one_set() {
    assert_eq!(
        pairs(&rows(&[0, 700, 1_400, 3_400, 5_401])),
        [(0, 4)],
        "2 s are a short pause, more are none"
    );
    assert!(sets(&rows(&[0, 700])).is_empty(), "two like entries are nothing to hide");
    assert_eq!(pairs(&rows(&[3_000, 2_000, 1_000])), [(0, 3)], "the newest first or last");
    assert!(sets(&[]).is_empty());
}

#[test]
fn what_differs_ends_a_set() {
    let others: [fn(&mut Row); 7] = [
        |row| row.actor = Some("Bo Lund".into()),
        |row| row.actor = None,
        |row| row.action = Action::Updated,
        |row| row.activity = Some("Segment".into()),
        |row| row.workspace = Some("staging".into()),
        |row| row.outcome = crate::domain::Outcome::Failure,
        |row| row.position.time = None,
    ];
    for other in others {
        let mut all = rows(&[0, 1, 2, 3, 4, 5, 6]);
        other(&mut all[3]);
        assert_eq!(pairs(&all), [(0, 3), (4, 7)]);
    }
}

#[test]
fn nobody_is_not_the_same_one_twice() {
    let mut all = rows(&[0, 1, 2]);
    all.iter_mut().for_each(|row| row.actor = None);
    assert!(sets(&all).is_empty());
    all.iter_mut().for_each(|row| row.kind = ActorKind::System);
    assert_eq!(sets(&all).len(), 1);
}

#[test]
fn one_request_is_one_set_whatever_it_did() {
    let mut all = rows(&[0, 5_000, 300_000, 300_001]);
    all[1].activity = Some("Segment".into());
    all[0].request = Some("r-1".into());
    all[1].request = Some("r-1".into());
    assert_eq!(pairs(&all), [(0, 2)]);
    // Two bulk entries beside a request of many kinds are none of it.
    let mut all = rows(&[0, 1, 2]);
    all[0].request = Some("r-1".into());
    all[1].request = Some("r-1".into());
    all[0].activity = Some("Segment".into());
    assert_eq!(pairs(&all), [(0, 2)]);
    all.reverse();
    assert_eq!(pairs(&all), [(1, 3)]);
    // An empty id is none, and one used again a day later is another.
    let mut all = rows(&[0, 86_400_000]);
    all.iter_mut().for_each(|row| row.request = Some("7".into()));
    assert!(sets(&all).is_empty());
    let mut all = rows(&[0, 5_000]);
    all.iter_mut().for_each(|row| row.request = Some("".into()));
    assert!(sets(&all).is_empty());
}

#[test]
fn a_session_allows_longer_pauses() {
    let mut all = rows(&[0, 9_000, 18_000]);
    assert!(sets(&all).is_empty());
    all.iter_mut().for_each(|row| row.session = Some("s-1".into()));
    assert_eq!(pairs(&all), [(0, 3)]);
    all[1].session = Some("s-2".into());
    assert!(sets(&all).is_empty());
}

proptest::proptest! {
    #[test]
    fn the_order_does_not_matter(
        shape in proptest::collection::vec((0..4_000i64, 0..3u8, 0..3u8, 0..3u8), 0..40),
    ) {
        let mut at = 0;
        let mut all: Vec<Row> = Vec::new();
        for (number, (pause, request, activity, actor)) in shape.iter().enumerate() {
            at += pause;
            let mut row = row(number as u64, at);
            row.request = (*request > 0).then(|| request.to_string().into());
            row.activity = Some(activity.to_string().into());
            row.actor = Some(actor.to_string().into());
            all.push(row);
        }
        let forward = sets(&all);
        proptest::prop_assert!(forward.windows(2).all(|two| two[0].end <= two[1].start));
        all.reverse();
        let mut backward: Vec<_> =
            sets(&all).into_iter().map(|set| all.len() - set.end..all.len() - set.start).collect();
        backward.reverse();
        proptest::prop_assert_eq!(forward, backward);
    }
}
