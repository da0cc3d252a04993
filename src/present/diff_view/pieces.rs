//! A long line that became another, in pieces: each change with some of what stands around it, before and after side
//! by side, so that both are seen at once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Instant;

use crate::diff::text::{self, Piece, Tag, TextLine};
use crate::domain::redact;

/// Fewest characters of a line that is shown in pieces.
const LONG: usize = 1_000;

/// Characters shown on each side of a change.
const AROUND: usize = 60;

/// Longest changed text in characters that is shown at once; of a longer one the two sides take turns, so that the
/// other is never far.
const TURN: usize = 1_200;

/// Parts in a hundred of two lines that have to be equal for their words to be compared.
const ALIKE: usize = 30;

/// Equal characters that are not shown before it, then the change before and after; an empty side has nothing more
/// to show.
pub(super) type Part = (usize, TextLine, TextLine);

/// The changes of a line.
pub(super) struct Parts {
    /// The changes in their order.
    pub(super) changes: Vec<Part>,
    /// Equal characters that are not shown at the end.
    pub(super) rest: usize,
}

/// Returns the pieces of the two lines that lines begin with, where they are a long one and what it became.
pub(super) fn of(lines: &[TextLine], deadline: Option<Instant>) -> Option<Parts> {
    let [old, new, ..] = lines else { return None };
    of_pair(old, new, deadline)
}

/// Returns the pieces of a long line and what it became; `None` of short ones, and of masked ones.
pub(super) fn of_pair(old: &TextLine, new: &TextLine, deadline: Option<Instant>) -> Option<Parts> {
    let long = |line: &TextLine| line.pieces.iter().map(|piece| piece.text.len()).sum::<usize>() >= LONG;
    if (old.tag, new.tag) != (Tag::Removed, Tag::Added) || !(long(old) || long(new)) {
        return None;
    }
    if [old, new].iter().any(|line| redact::is_masked(&line.text())) {
        return None;
    }
    let (a, b) =
        matched(&old.pieces, &new.pieces).unwrap_or_else(|| compared(&old.text(), &new.text(), deadline));
    Some(cut(old, new, &a, &b))
}

/// The steps of a line: equal and changed pieces in turn, beginning and ending with an equal one.
type Steps = Vec<Piece>;

/// The steps of two lines, as many of each and the equal ones the same; where only one side changed, the other's
/// piece is empty. `None` where what is told as equal is not.
fn matched(old: &[Piece], new: &[Piece]) -> Option<(Steps, Steps)> {
    let ((equal, before), (other, after)) = (apart(old), apart(new));
    if equal != other {
        return None;
    }
    let (mut a, mut b, mut from) = (Vec::new(), Vec::new(), 0);
    let places: BTreeSet<usize> = before.keys().chain(after.keys()).copied().collect();
    for place in places {
        let same = Piece { changed: false, text: equal.get(from..place)?.to_owned() };
        let changed = |side: &BTreeMap<usize, String>| Piece {
            changed: true,
            text: side.get(&place).cloned().unwrap_or_default(),
        };
        a.extend([same.clone(), changed(&before)]);
        b.extend([same, changed(&after)]);
        from = place;
    }
    let last = Piece { changed: false, text: equal.get(from..)?.to_owned() };
    a.push(last.clone());
    b.push(last);
    Some((a, b))
}

/// The equal text of a line as one, and what changed by its place in that.
fn apart(line: &[Piece]) -> (String, BTreeMap<usize, String>) {
    let (mut equal, mut changed) = (String::new(), BTreeMap::<usize, String>::new());
    for piece in line {
        match piece.changed {
            true => changed.entry(equal.len()).or_default().push_str(&piece.text),
            false => equal.push_str(&piece.text),
        }
    }
    changed.retain(|_, text| !text.is_empty());
    (equal, changed)
}

/// The steps of two lines of which no words are known to be equal: by what they have in common, or by their ends
/// where that is next to nothing.
fn compared(old: &str, new: &str, deadline: Option<Instant>) -> (Steps, Steps) {
    let (a, b) = text::inside(old, new, deadline);
    let equal: usize = a.iter().filter(|piece| !piece.changed).map(|piece| piece.text.len()).sum();
    let much = 2 * 100 * equal >= ALIKE * (old.len() + new.len());
    much.then(|| matched(&a, &b)).flatten().unwrap_or_else(|| by_ends(old, new))
}

fn by_ends(old: &str, new: &str) -> (Steps, Steps) {
    let (head, tail) = text::common_ends(old, new);
    let steps = |text: &str| -> Steps {
        let cuts = [0..head, head..text.len() - tail, text.len() - tail..text.len()];
        let piece = |(at, range): (usize, Range<usize>)| Piece {
            changed: at == 1,
            text: text.get(range).unwrap_or_default().to_owned(),
        };
        cuts.into_iter().enumerate().map(piece).collect()
    };
    (steps(old), steps(new))
}

fn cut(old: &TextLine, new: &TextLine, a: &[Piece], b: &[Piece]) -> Parts {
    let mut parts = Parts { changes: Vec::new(), rest: 0 };
    let mut open: Option<(usize, Vec<Piece>, Vec<Piece>)> = None;
    for (at, (left, right)) in a.iter().zip(b).enumerate() {
        if left.changed {
            let (_, before, after) = open.get_or_insert_with(|| (0, Vec::new(), Vec::new()));
            before.push(left.clone());
            after.push(right.clone());
            continue;
        }
        let count = left.text.chars().count();
        let (first, last) = (at == 0, at + 1 == a.len());
        if !first && !last && count <= 2 * AROUND {
            if let Some((_, before, after)) = &mut open {
                before.push(left.clone());
                after.push(right.clone());
            }
            continue;
        }
        let head = if first { 0 } else { AROUND.min(count) };
        if let Some((skipped, mut before, mut after)) = open.take() {
            let equal = Piece { changed: false, text: shown_head(&left.text, head) };
            before.push(equal.clone());
            after.push(equal);
            parts.push(skipped, like(old, before), like(new, after));
        }
        if last {
            parts.rest = count - head;
            continue;
        }
        let tail = AROUND.min(count - head);
        let equal = Piece { changed: false, text: left.text.chars().skip(count - tail).collect() };
        open = Some((count - head - tail, vec![equal.clone()], vec![equal]));
    }
    if let Some((skipped, before, after)) =
        open.filter(|(_, before, _)| before.iter().any(|piece| piece.changed))
    {
        parts.push(skipped, like(old, before), like(new, after));
    }
    parts
}

impl Parts {
    /// Adds a change; where its sides are long they take turns.
    fn push(&mut self, skipped: usize, old: TextLine, new: TextLine) {
        let length =
            |line: &TextLine| line.pieces.iter().map(|piece| piece.text.chars().count()).sum::<usize>();
        if length(&old).min(length(&new)) <= TURN {
            return self.changes.push((skipped, old, new));
        }
        let (olds, news) = (turns(&old), turns(&new));
        for at in 0..olds.len().max(news.len()) {
            let turn = |line: &TextLine, turns: &[Vec<Piece>]| {
                like(line, turns.get(at).cloned().unwrap_or_default())
            };
            self.changes.push((if at == 0 { skipped } else { 0 }, turn(&old, &olds), turn(&new, &news)));
        }
    }
}

/// The pieces of a line cut so that each part has at most half of what is shown at once.
fn turns(line: &TextLine) -> Vec<Vec<Piece>> {
    let (mut out, mut room) = (vec![Vec::new()], TURN / 2);
    for piece in &line.pieces {
        let mut chars = piece.text.chars().peekable();
        while chars.peek().is_some() {
            if room == 0 {
                out.push(Vec::new());
                room = TURN / 2;
            }
            let text: String = chars.by_ref().take(room).collect();
            room -= text.chars().count();
            out.last_mut().expect("begins with one").push(Piece { changed: piece.changed, text });
        }
    }
    out
}

/// White space where a part is cut would look as if the line ended with it.
fn shown_head(text: &str, chars: usize) -> String {
    let head: String = text.chars().take(chars).collect();
    if head.len() < text.len() { head.trim_end().to_owned() } else { head }
}

/// A part of a line as a line.
fn like(line: &TextLine, pieces: Vec<Piece>) -> TextLine {
    TextLine { pieces, ..line.clone() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(before: &str, after: &str) -> Parts {
        let delta = text::diff(before, after, None);
        of(&delta.lines, None).expect("one long line each")
    }

    /// What is shown of one side, with what is left out as that many dots; and what of it is told as changed.
    fn side(parts: &Parts, pick: impl Fn(&Part) -> &TextLine) -> (String, String) {
        let (mut all, mut changed) = (String::new(), String::new());
        for part in &parts.changes {
            all.push_str(&".".repeat(part.0));
            for piece in &pick(part).pieces {
                all.push_str(&piece.text);
                changed.push_str(if piece.changed { &piece.text } else { "" });
            }
        }
        (all + &".".repeat(parts.rest), changed)
    }

    fn changed(before: &str, after: &str) -> (String, String) {
        let parts = parts(before, after);
        (side(&parts, |part| &part.1).1, side(&parts, |part| &part.2).1)
    }

    #[test]
    fn what_came_or_went_is_shown_wherever_it_stands() {
        let list: Vec<String> = (0..200).map(|n| format!("198.51.{n}.0/24")).collect();
        let words: String = (0..400).map(|n| format!("word{n} ")).collect();
        for at in [0, 1, 120, 199, 200] {
            let mut longer = list.clone();
            longer.insert(at, "0.0.0.0/0".to_owned());
            let (before, after) = (list.join(", "), longer.join(", "));
            let (gone, came) = changed(&before, &after);
            assert!(
                gone.is_empty() && came.contains("0.0.0.0/0") && came.len() < 30,
                "{at}: {gone:?} {came:?}"
            );
            let (gone, came) = changed(&after, &before);
            assert!(came.is_empty() && gone.contains("0.0.0.0/0"), "{at}: {gone:?} {came:?}");
        }
        let one = words.replace("word200 ", "word200 forged ");
        assert_eq!(changed(&words, &one), (String::new(), "forged ".to_owned()));
        let (before, after) = ("a".repeat(5_000), "a".repeat(3_000) + "B" + &"a".repeat(2_000));
        assert_eq!(changed(&before, &after), (String::new(), "B".to_owned()));
    }

    #[test]
    fn sides_that_are_long_take_turns() {
        let (before, after) = ("old text ".repeat(400), "other ".repeat(500));
        let parts = parts(&before, &after);
        assert!(parts.changes.len() >= 5 && parts.changes.iter().all(|part| part.1.text().len() <= TURN));
        assert_eq!(side(&parts, |part| &part.1).0, before);
        assert_eq!(side(&parts, |part| &part.2).0, after);
    }

    /// A line of short words, and edits of it: which word, how many of it go, what comes.
    fn edited() -> impl Strategy<Value = (String, String)> {
        let words = prop::collection::vec("[ab]{1,3}é?[,;]", 400..700);
        let edits = prop::collection::vec((0..400_usize, 0..40_usize, "[xyzab,]{0,30}"), 1..6);
        (words, edits).prop_map(|(words, edits)| {
            let mut after = words.clone();
            for (at, gone, came) in edits {
                let end = (at + gone).min(after.len());
                after.splice(at.min(end)..end, [came]);
            }
            (words.concat(), after.concat())
        })
    }

    /// The text behind the dots.
    fn left_out(shown: &str, whole: &str) -> String {
        assert_eq!(shown.chars().count(), whole.chars().count());
        let hidden = |(shown, c): (char, char)| {
            assert!(shown == '.' || shown == c, "{shown} {c}");
            (shown == '.').then_some(c)
        };
        shown.chars().zip(whole.chars()).filter_map(hidden).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn only_what_is_equal_is_left_out((before, after) in edited()) {
            prop_assume!(before != after);
            let parts = parts(&before, &after);
            let (old, new) = (side(&parts, |part| &part.1).0, side(&parts, |part| &part.2).0);
            prop_assert_eq!(left_out(&old, &before), left_out(&new, &after));
        }
    }
}
