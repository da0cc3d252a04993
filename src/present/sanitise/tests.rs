use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;

use super::*;
use crate::present::measure::width;

fn marked(text: &str) -> String {
    let mut line = Line::new();
    push(&mut line, Role::Text, text, Charset::Unicode);
    let show = |span: &Span| match span.role {
        Role::Escaped => format!("[{}]", span.text),
        _ => span.text.to_string(),
    };
    line.spans.iter().map(show).collect()
}

/// Nothing of what is shown may steer a terminal, turn the direction or hide.
pub(crate) fn assert_harmless(shown: &str) {
    for c in shown.chars() {
        let styles = matches!(c, '\u{fe0e}' | '\u{fe0f}');
        assert!(!c.is_control(), "{shown:?} holds a control character");
        assert!(styles || !is_invisible(c), "{shown:?} holds {c:?}");
    }
    for cell in shown.graphemes(true) {
        assert!(cell.chars().filter(|&c| is_mark(c)).count() <= MAX_MARKS + 1, "{shown:?}: {cell:?}");
        assert!(width(cell) > 0, "{shown:?}: {cell:?} has no width");
    }
}

#[test]
fn makes_the_hidden_visible() {
    for (text, wanted) in [
        ("plain ~", "plain ~"),
        ("a\tb", "a    b"),
        ("\u{1b}[31mred", "[␛][31mred"),
        ("a\r\nb\u{7f}", "a[␍␊]b[␡]"),
        ("\u{9b}31m", "[\\x9b]31m"),
        ("x\u{202e}y", "x[<U+202E>]y"),
        ("\u{feff}bom", "[<U+FEFF>]bom"),
        ("a\u{200b}b\u{2028}c", "a[<U+200B>]b[<U+2028>]c"),
        ("t\u{e0041}", "t[<U+E0041>]"),
        (r"\ud800", r"\ud800"),
        ("e\u{301}", "e\u{301}"),
        ("\u{301}e", "[<U+0301>]e"),
        ("❤\u{fe0f} a\u{fe0f}", "❤\u{fe0f} a[<U+FE0F>]"),
        ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
        ("שלום 日本", "שלום 日本"),
    ] {
        assert_eq!(marked(text), wanted, "{text:?}");
    }
}

#[test]
fn counts_marks_on_one_base() {
    let zalgo: String = std::iter::once('a').chain(std::iter::repeat_n('\u{301}', 6)).collect();
    assert_eq!(marked(&zalgo), "a\u{301}\u{301}\u{301}\u{301}[<U+0301><U+0301>]");
}

#[test]
fn ascii_draws_with_ascii() {
    assert_eq!(plain_in("a\u{1b}\n\u{7f}\u{85}", Charset::Ascii), r"a\x1b\n\x7f\x85");
    let mut line = Line::new();
    push_with(&mut line, Role::String, "a\tb", Charset::Ascii, Tabs::Shown);
    assert_eq!(line.plain(), r"a\tb");
    assert_eq!(line.spans[1].role, Role::Escaped);
}

proptest! {
    #[test]
    fn never_yields_what_steers_a_terminal(chars in proptest::collection::vec(any::<char>(), 0..40)) {
        let text: String = chars.into_iter().collect();
        assert_harmless(&plain(&text));
        assert_harmless(&plain_in(&text, Charset::Ascii));
    }

    #[test]
    fn never_yields_it_among_the_worst(
        text in "[a e\u{301}\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{2064}\u{fe0f}\u{feff}\u{e0020}❤1\u{20e3}\u{1f468}\u{1100}\u{1160}\u{11a8}]{0,30}"
    ) {
        assert_harmless(&plain(&text));
    }

    #[test]
    fn printable_ascii_stays(text in "[ -~]{0,40}") {
        prop_assert_eq!(plain(&text), text);
    }
}
