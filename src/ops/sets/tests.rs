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

/// The sets without gaps as pairs: the number of the first row, and of the one behind the last.
fn pairs(rows: &[Row]) -> Vec<(usize, usize)> {
    let pair = |set: Vec<usize>| {
        let (start, end) = (set[0], set[set.len() - 1] + 1);
        assert_eq!(set, (start..end).collect::<Vec<_>>());
        (start, end)
    };
    sets(rows).into_iter().map(pair).collect()
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
fn what_others_do_meanwhile_parts_no_request() {
    let mut all = rows(&[0, 10, 20, 30, 40, 50, 60]);
    for at in [1, 3, 5] {
        all[at].actor = Some("Bo Lund".into());
    }
    assert_eq!(sets(&all), Vec::<Vec<usize>>::new(), "without a request nobody knows that it is one act");
    for (at, row) in all.iter_mut().enumerate() {
        row.request = Some(format!("r-{}", at % 2).into());
    }
    assert_eq!(sets(&all), [vec![0, 2, 4, 6], vec![1, 3, 5]]);
    let mut all = rows(&[0, 10_000, 20_000, 30_000]);
    for at in [0, 2] {
        all[at].request = Some("r-1".into());
    }
    assert_eq!(sets(&all), [[0, 2]]);
    // Far apart in the table they are told by themselves: what is between would be out of sight.
    let mut all: Vec<Row> = (0..BETWEEN as u64 + 2).map(|number| row(number, 0)).collect();
    for (at, row) in all.iter_mut().enumerate() {
        row.actor = Some(format!("somebody {at}").into());
    }
    let last = all.len() - 1;
    for at in [0, last] {
        all[at].request = Some("r-1".into());
    }
    assert!(sets(&all).is_empty());
    all[last - 1].request = Some("r-1".into());
    assert_eq!(sets(&all), [[0, last - 1, last]]);
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
        let all_of: Vec<usize> = forward.concat();
        let mut different = all_of.clone();
        different.sort_unstable();
        different.dedup();
        proptest::prop_assert_eq!(all_of.len(), different.len());
        all.reverse();
        let turned = |set: Vec<usize>| set.into_iter().rev().map(|at| all.len() - 1 - at).collect::<Vec<_>>();
        let mut backward: Vec<_> = sets(&all).into_iter().map(turned).collect();
        backward.sort();
        proptest::prop_assert_eq!(forward, backward);
    }
}
