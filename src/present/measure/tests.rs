use proptest::prelude::*;

use super::*;
use crate::present::sanitise;

fn line(text: &str) -> Line {
    let mut line = Line::new();
    sanitise::push(&mut line, Role::Text, text, Charset::Unicode);
    line
}

fn wrapped(text: &str, cells: usize, indent: usize) -> Vec<String> {
    wrap(&line(text), cells, indent).iter().map(Line::plain).collect()
}

#[test]
fn cuts_by_cells() {
    assert_eq!(cut("campaign", 8, Charset::Unicode), "campaign");
    assert_eq!(cut("campaigns", 8, Charset::Unicode), "campaig…");
    assert_eq!(cut("日本語", 5, Charset::Ascii), "日本~");
    assert_eq!(cut("日本語", 4, Charset::Ascii), "日~");
    assert_eq!(cut("ab", 1, Charset::Ascii), "~");
    assert_eq!(cut("ab", 0, Charset::Ascii), "");
    assert_eq!(pad("7", 3, Align::Right, Charset::Ascii), "  7");
    assert_eq!(pad("日本", 5, Align::Left, Charset::Ascii), "日本 ");
    let two = Line::of(Role::Strong, "abc").and(Role::Text, "defg");
    let short = cut_line(&two, 5, Charset::Unicode);
    assert_eq!(short.plain(), "abcd…");
    assert_eq!(short.spans[0].role, Role::Strong);
    assert_eq!(pad_line(&two, 9, Charset::Unicode).plain(), "abcdefg  ");
}

#[test]
fn wraps_at_spaces_and_inside_long_words() {
    assert_eq!(wrapped("one two three", 8, 0), ["one two ", "three"]);
    assert_eq!(wrapped("one two three", 7, 0), ["one two", "three"]);
    assert_eq!(wrapped("0123456789abcdef", 12, 2), ["0123456789ab", "  cdef"]);
    assert_eq!(wrapped("ab 0123456789abcdef", 10, 2), ["ab 0123456", "  789abcde", "  f"]);
    assert_eq!(wrapped("日本語", 1, 0), ["日", "本", "語"]);
    assert_eq!(wrapped("", 5, 0), [""]);
}

#[test]
fn highlights_across_runs() {
    let two = Line::of(Role::Strong, "Black ").and(Role::Text, "Friday");
    let lit = highlight(&two, &[4..8, 10..11]);
    let roles: Vec<_> = lit.spans.iter().map(|s| (s.role, s.text.to_string())).collect();
    let wanted = [
        (Role::Strong, "Blac"),
        (Role::Match, "k "),
        (Role::Match, "Fr"),
        (Role::Text, "id"),
        (Role::Match, "a"),
        (Role::Text, "y"),
    ];
    assert_eq!(roles, wanted.map(|(role, text)| (role, text.to_owned())));
    assert_eq!(lit.plain(), two.plain());
}

proptest! {
    #[test]
    fn nothing_is_wider_than_asked(text in "[a-z 日é\u{301}👍\u{1b}]{0,60}", cells in 2usize..30, indent in 0usize..9) {
        let line = line(&text);
        prop_assert!(width(&cut(&line.plain(), cells, Charset::Unicode)) <= cells);
        prop_assert!(line_width(&cut_line(&line, cells, Charset::Unicode)) <= cells);
        prop_assert_eq!(line_width(&pad_line(&line, cells, Charset::Unicode)), cells);
        let wrapped = wrap(&line, cells, indent);
        for part in &wrapped {
            prop_assert!(line_width(part) <= cells, "{:?} in {}", part.plain(), cells);
        }
        let squeeze = |text: String| text.replace(' ', "");
        let all: String = wrapped.iter().map(Line::plain).collect();
        prop_assert_eq!(squeeze(all), squeeze(line.plain()));
    }

    #[test]
    fn highlighting_keeps_the_text(text in "[a-cé]{0,20}", from in 0usize..20, len in 0usize..9) {
        let line = line(&text);
        let lit = highlight(&line, std::slice::from_ref(&(from..from + len)));
        prop_assert_eq!(lit.plain(), line.plain());
    }
}
