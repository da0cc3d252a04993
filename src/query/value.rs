//! Matching whole values: patterns and addresses, compiled once, tested per value.
//!
//! The store tests each value of a dictionary with these, the evaluation each value of an entry; so the two
//! cannot disagree about what a pattern means.

use std::net::IpAddr;

use memchr::memmem;

use crate::domain::{Action, Field, Ip, ip};

use super::fold::{fold, fold_char};
use super::{IpMatch, Pattern};

/// Patterns of which one must match a whole value, upper and lower case alike.
#[derive(Clone, Debug, Default)]
pub struct ValueMatcher {
    none: bool,
    exact: Vec<String>,
    globs: Vec<Glob>,
}

impl ValueMatcher {
    /// Returns the matcher of patterns.
    pub fn new(patterns: &[Pattern]) -> ValueMatcher {
        let mut matcher = ValueMatcher::default();
        for pattern in patterns {
            match pattern {
                Pattern::None => matcher.none = true,
                Pattern::Exact(text) => matcher.exact.push(fold(text).into_owned()),
                Pattern::Glob(glob) => matcher.globs.push(Glob::new(glob)),
            }
        }
        matcher
    }

    /// Returns the matcher of patterns on a field. Where a field spells "not known" as a word, `none` means
    /// that word: `unknown` of outcome and kind, `other` of action and class. Of an action, `delete` also means
    /// `deleted`.
    pub fn of(field: Field, patterns: &[Pattern]) -> ValueMatcher {
        let mut matcher = ValueMatcher::new(patterns);
        if field == Field::Action {
            let meant = matcher.exact.iter().filter_map(|word| Action::meant_by(word));
            let meant: Vec<String> = meant.map(|action| action.as_str().to_owned()).collect();
            matcher.exact.extend(meant);
        }
        let word = match field {
            Field::Outcome | Field::Kind => "unknown",
            Field::Action | Field::Class => "other",
            _ => return matcher,
        };
        if std::mem::take(&mut matcher.none) {
            matcher.exact.push(word.to_owned());
        }
        matcher
    }

    /// Whether an entry without any value matches (`key:none`).
    pub fn wants_none(&self) -> bool {
        self.none
    }

    /// Whether a value matches. `none` matches no value.
    pub fn matches(&self, value: &str) -> bool {
        self.exact.iter().any(|wanted| value.chars().map(fold_char).eq(wanted.chars()))
            || (!self.globs.is_empty() && {
                let value = fold(value);
                self.globs.iter().any(|glob| glob.matches(&value))
            })
    }

    /// Whether a canonical action matches. Its words may be joined by a space, `_` or `-`.
    pub fn matches_action(&self, action: Action) -> bool {
        let word = action.as_str();
        self.matches(word)
            || (word.contains(' ')
                && (self.matches(&word.replace(' ', "_")) || self.matches(&word.replace(' ', "-"))))
    }

    /// Whether the path of a change matches: the whole path, or its beginning up to a `.` or `[`, so that
    /// `actions` and `actions[id=9]` match `actions[id=9].delay_s`.
    pub fn matches_path(&self, path: &str) -> bool {
        path_ends(path).any(|end| path.get(..end).is_some_and(|head| self.matches(head)))
    }

    /// Whether `null` itself was asked for, which is a word here but no value.
    pub(super) fn wants_null(&self) -> bool {
        self.exact.iter().any(|wanted| wanted == "null")
    }
}

/// Returns where a path may be cut: before each `.` and `[` outside brackets and quotes, and at its end.
fn path_ends(path: &str) -> impl Iterator<Item = usize> + '_ {
    let mut depth = 0usize;
    let mut quoted = false;
    let mut escape = false;
    let cuts = path.bytes().enumerate().filter_map(move |(at, byte)| {
        if quoted {
            (quoted, escape) = match byte {
                _ if escape => (true, false),
                b'\\' => (true, true),
                b'"' => (false, false),
                _ => (true, false),
            };
            return None;
        }
        let outside = depth == 0;
        match byte {
            b'"' => quoted = true,
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (outside && at > 0 && matches!(byte, b'.' | b'[')).then_some(at)
    });
    cuts.chain(std::iter::once(path.len()))
}

/// A folded glob cut at its stars: the pieces must occur in order, the first at the beginning and the last at
/// the end of a value.
#[derive(Clone, Debug)]
struct Glob {
    pieces: Vec<String>,
}

impl Glob {
    fn new(glob: &str) -> Glob {
        Glob { pieces: glob_pieces(glob).iter().map(|piece| fold(piece).into_owned()).collect() }
    }

    /// Takes each piece as early as it occurs, which is never wrong for stars; linear by `memmem`.
    fn matches(&self, folded: &str) -> bool {
        let [first, rest @ ..] = self.pieces.as_slice() else { return false };
        let Some((last, middle)) = rest.split_last() else { return first == folded };
        let Some(mut left) = folded.as_bytes().strip_prefix(first.as_bytes()) else { return false };
        for piece in middle {
            let Some(at) = memmem::find(left, piece.as_bytes()) else { return false };
            left = left.get(at + piece.len()..).unwrap_or_default();
        }
        left.ends_with(last.as_bytes())
    }
}

/// Returns the literal pieces between the stars of a glob, unescaped; one piece where there is no star.
pub(super) fn glob_pieces(glob: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut chars = glob.chars().peekable();
    while let Some(c) = chars.next() {
        let literal = match c {
            '*' => {
                pieces.push(String::new());
                continue;
            }
            '\\' => chars.next_if(|&next| next == '*' || next == '\\').unwrap_or('\\'),
            other => other,
        };
        if let Some(piece) = pieces.last_mut() {
            piece.push(literal);
        }
    }
    pieces
}

impl Pattern {
    /// Returns the pattern of literal pieces with any text between them; exact where there is one piece.
    pub fn of_pieces(pieces: &[impl AsRef<str>]) -> Pattern {
        if let [only] = pieces {
            return Pattern::Exact(only.as_ref().to_owned());
        }
        let escape = |piece: &str| piece.replace('\\', r"\\").replace('*', r"\*");
        let last = pieces.len().saturating_sub(1);
        let kept = pieces.iter().enumerate().filter(|(at, piece)| {
            // Two stars side by side say what one says.
            *at == 0 || *at == last || !piece.as_ref().is_empty()
        });
        Pattern::Glob(kept.map(|(_, piece)| escape(piece.as_ref())).collect::<Vec<_>>().join("*"))
    }
}

/// Addresses of which one must match.
#[derive(Clone, Debug, Default)]
pub struct IpMatcher {
    ranges: Vec<([u8; 16], [u8; 16])>,
    texts: ValueMatcher,
}

impl IpMatcher {
    /// Returns the matcher of addresses.
    pub fn new(wanted: &[IpMatch]) -> IpMatcher {
        let mut ranges = Vec::new();
        let mut texts = Vec::new();
        for one in wanted {
            match one {
                IpMatch::Range(low, high) => ranges.push((ip::to_bytes(*low), ip::to_bytes(*high))),
                IpMatch::Text(pattern) => texts.push(pattern.clone()),
            }
        }
        IpMatcher { ranges, texts: ValueMatcher::new(&texts) }
    }

    /// Whether an entry without an address matches (`ip:none`).
    pub fn wants_none(&self) -> bool {
        self.texts.wants_none()
    }

    /// Whether a value matches: an address by range or by its shown text (`ip:10.0.*`), a text by its text.
    pub fn matches(&self, value: &Ip<'_>) -> bool {
        match value {
            Ip::Addr(addr) => self.matches_addr(*addr),
            Ip::Text(text) => self.texts.matches(text),
        }
    }

    fn matches_addr(&self, addr: IpAddr) -> bool {
        let bytes = ip::to_bytes(addr);
        self.ranges.iter().any(|(low, high)| *low <= bytes && bytes <= *high)
            || (!self.texts.exact.is_empty() || !self.texts.globs.is_empty())
                && self.texts.matches(&addr.to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The meaning of a glob, written as a recursion over both texts.
    fn naive(pieces: &[char], value: &[char]) -> bool {
        match (pieces.split_first(), value.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) if naive(rest, value) => true,
            (Some(('*', _)), Some((_, value))) => naive(pieces, value),
            (Some((p, rest)), Some((v, value))) => fold_char(*p) == fold_char(*v) && naive(rest, value),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn globs_match_as_the_naive_ones(glob in "[aAbéÉ*]{0,8}", value in "[aAbéÉ]{0,10}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let matcher = ValueMatcher::new(&[Pattern::Glob(glob.clone())]);
            prop_assert_eq!(matcher.matches(&value), naive(&chars(&glob), &chars(&value)));
        }

        #[test]
        fn pieces_survive_escaping(pieces in proptest::collection::vec("[a*\\\\]{1,3}", 1..4)) {
            match Pattern::of_pieces(&pieces) {
                Pattern::Exact(text) => prop_assert_eq!(&text, &pieces[0]),
                Pattern::Glob(glob) => prop_assert_eq!(glob_pieces(&glob), pieces),
                Pattern::None => prop_assert!(false),
            }
        }
    }

    #[test]
    fn hostile_globs_end_soon() {
        let glob = "a*".repeat(2_000) + "b";
        let matcher = ValueMatcher::new(&[Pattern::Glob(glob)]);
        let started = std::time::Instant::now();
        assert!(!matcher.matches(&"a".repeat(100_000)));
        assert!(started.elapsed().as_secs() < 5);
    }

    #[test]
    fn values_match_whole_and_in_any_case() {
        let check = |pattern: &str, value: &str, expect: bool| {
            let pattern = if pattern.contains('*') {
                Pattern::Glob(pattern.into())
            } else {
                Pattern::Exact(pattern.into())
            };
            assert_eq!(
                ValueMatcher::new(std::slice::from_ref(&pattern)).matches(value),
                expect,
                "{pattern:?} {value:?}"
            );
        };
        check("ana", "ANA", true);
        check("ana", "anabel", false);
        check("team.*", "Team.add_member", true);
        check("team.*", "steam.x", false);
        check("*.com", "a@x.com", true);
        check("a*a", "a", false);
        check(r"5\*", "5*", true);
        check(r"5\*", "55", false);
        check(r"c:\x*", r"C:\xyz", true);
        check("*", "", true);
        check("straße", "STRAẞE", true);
    }

    #[test]
    fn canonical_actions_are_spelled_freely() {
        for word in ["logged in", "Logged_In", "LOGGED-IN", "logged*"] {
            let pattern =
                if word.contains('*') { Pattern::Glob(word.into()) } else { Pattern::Exact(word.into()) };
            let matcher = ValueMatcher::of(Field::Action, &[pattern]);
            assert!(matcher.matches_action(Action::LoggedIn), "{word}");
            assert!(!matcher.matches_action(Action::LoginFailed), "{word}");
        }
    }

    #[test]
    fn other_forms_of_an_action_mean_it() {
        let of = |word: &str| ValueMatcher::of(Field::Action, &[Pattern::Exact(word.into())]);
        for (word, action) in [
            ("delete", Action::Deleted),
            ("Removed", Action::Deleted),
            ("sign_in", Action::LoggedIn),
            ("failed-login", Action::LoginFailed),
        ] {
            assert!(of(word).matches_action(action), "{word}");
            assert!(of(word).matches(word), "the vendor's code may be the word itself");
        }
        assert!(!of("login").matches_action(Action::LoginFailed));
        assert!(!ValueMatcher::of(Field::Target, &[Pattern::Exact("delete".into())]).matches("deleted"));
        for action in Action::ALL {
            assert_eq!(Action::meant_by(action.as_str()), None, "said in one place alone");
        }
    }

    #[test]
    fn not_known_is_no_value() {
        assert!(ValueMatcher::of(Field::Outcome, &[Pattern::None]).matches("unknown"));
        assert!(ValueMatcher::of(Field::Action, &[Pattern::None]).matches_action(Action::Other));
        assert!(!ValueMatcher::of(Field::Outcome, &[Pattern::None]).wants_none());
        assert!(ValueMatcher::of(Field::Country, &[Pattern::None]).wants_none());
    }

    #[test]
    fn paths_match_up_to_a_boundary() {
        let check = |pattern: &str, path: &str| {
            ValueMatcher::new(&[Pattern::Exact(pattern.into())]).matches_path(path)
        };
        for head in ["actions", "actions[id=9]", "actions[id=9].delay_s"] {
            assert!(check(head, "actions[id=9].delay_s"), "{head}");
        }
        assert!(check("tags", "tags[3]"));
        assert!(!check("tag", "tags[3]"));
        assert!(!check("delay_s", "actions[id=9].delay_s"));
        assert!(!check("\"a", "\"a.b\".c"));
        assert!(check("\"a.b\"", "\"a.b\".c"));
        assert!(!check("x[n=a", "x[n=a.b].c"));
    }

    #[test]
    fn addresses_match_by_range_and_by_text() {
        let addr = |text: &str| Ip::read(text.to_owned().into()).unwrap();
        let range = |low: &str, high: &str| IpMatch::Range(low.parse().unwrap(), high.parse().unwrap());
        let matcher =
            IpMatcher::new(&[range("10.0.0.0", "10.0.0.255"), IpMatch::Text(Pattern::Glob("fe80*".into()))]);
        assert!(matcher.matches(&addr("10.0.0.7")));
        assert!(matcher.matches(&addr("::ffff:10.0.0.7")));
        assert!(!matcher.matches(&addr("10.0.1.0")));
        assert!(matcher.matches(&addr("fe80::1")));
        assert!(!matcher.matches(&addr("AWS Internal")));
    }
}
