//! The valid word nearest to a mistyped one.

/// Returns the candidate with the fewest edits (insert, delete, replace, swap of neighbours) from `word`,
/// upper and lower case alike; `None` where all are further than a slip of the fingers.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let allowed = match word.len() {
        0 | 1 => 0,
        2..=4 => 1,
        5..=24 => 2,
        _ => return None,
    };
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase().chars().collect::<Vec<_>>()), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        // Of equals the one that keeps most of its beginning and end: `acton` is rather action than actor.
        .min_by_key(|(edits, candidate)| (*edits, std::cmp::Reverse(kept(&word, candidate))))
        .map(|(_, candidate)| candidate)
}

/// Counts the characters at both ends that two words share.
fn kept(word: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.to_lowercase().chars().collect();
    let alike = |(a, b): &(&char, &char)| a == b;
    let head = word.iter().zip(&candidate).take_while(alike).count();
    let tail = word.iter().rev().zip(candidate.iter().rev()).take_while(alike).count();
    head + tail
}

/// Counts the edits between two words (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_no_more() {
        let words = ["actor", "action", "activity", "ip", "id", "since", "until"];
        for (typed, expect) in [
            ("acotr", Some("actor")),
            ("Actr", Some("actor")),
            ("acton", Some("action")),
            ("sinec", Some("since")),
            ("ipp", Some("ip")),
            ("banana", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, words), expect, "{typed}");
        }
    }

    #[test]
    fn counts_edits() {
        let count =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("abc", ""), 3);
        assert_eq!(count("abcd", "abdc"), 1);
        assert_eq!(count("kitten", "sitting"), 3);
    }
}
