use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::style::Style;

use super::*;

/// What the bytes written make of a terminal that is as large as the frames.
struct Terminal {
    canvas: Canvas,
    screen: vt100::Parser,
}

impl Terminal {
    fn new(width: u16, height: u16) -> Terminal {
        let cells = |count| NonZeroU16::new(count).unwrap();
        Terminal {
            canvas: Canvas::new(width, height),
            screen: vt100::Parser::new(cells(height), cells(width), 0),
        }
    }

    /// Draws texts, each at a place and in a style; returns what was written.
    fn frame(&mut self, texts: &[(u16, u16, String, Style)], cursor: Option<Position>) -> Vec<u8> {
        let next = self.canvas.next();
        for (x, y, text, style) in texts {
            next.set_stringn(*x, *y, text, usize::from(next.area.width - x), *style);
        }
        let mut bytes = Vec::new();
        let written = self.canvas.write(cursor, &mut bytes).unwrap();
        assert_eq!(written, !bytes.is_empty());
        self.screen.process(&bytes);
        bytes
    }
}

fn style() -> impl Strategy<Value = Style> {
    let color = || {
        prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::LightBlue),
            any::<u8>().prop_map(Color::Indexed),
        ]
    };
    let modifiers = proptest::sample::select(vec![
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::UNDERLINED,
        Modifier::REVERSED,
        Modifier::BOLD | Modifier::REVERSED,
        Modifier::DIM | Modifier::ITALIC,
    ]);
    (color(), color(), modifiers).prop_map(|(fg, bg, add)| Style::new().fg(fg).bg(bg).add_modifier(add))
}

fn texts() -> impl Strategy<Value = Vec<(u16, u16, String, Style)>> {
    proptest::collection::vec((0u16..12, 0u16..4, "[a-c \u{e9}\u{2502}\u{65e5}]{0,9}", style()), 0..8)
}

proptest! {
    #[test]
    fn frame_by_frame_a_terminal_shows_what_it_would_show_at_once(
        frames in proptest::collection::vec(texts(), 1..5)
    ) {
        let mut terminal = Terminal::new(12, 4);
        for texts in &frames {
            terminal.frame(texts, None);
        }
        let mut fresh = Terminal::new(12, 4);
        fresh.frame(&frames[frames.len() - 1], None);
        let (seen, wanted) = (terminal.screen.screen(), fresh.screen.screen());
        for row in 0..4 {
            for column in 0..12 {
                let cell = |screen: &vt100::Screen| {
                    let cell = screen.cell(row, column).unwrap();
                    let text = if cell.contents() == " " { "" } else { cell.contents() };
                    let (over, under) = (cell.fgcolor(), cell.bgcolor());
                    // Nobody sees that a blank is bold.
                    let letters = (over, cell.bold(), cell.dim(), cell.italic());
                    let letters = (!text.is_empty()).then_some(letters);
                    (text.to_owned(), letters, under, cell.underline(), cell.inverse())
                };
                // What a wide character hides is not seen.
                let hidden = wanted.cell(row, column).unwrap().is_wide_continuation();
                prop_assert!(
                    hidden || cell(seen) == cell(wanted),
                    "{row} {column}: {:?} for {:?}",
                    cell(seen),
                    cell(wanted)
                );
            }
        }
    }

    #[test]
    fn the_same_frame_again_writes_nothing(texts in texts()) {
        let mut terminal = Terminal::new(12, 4);
        let cursor = Some(Position::new(3, 1));
        terminal.frame(&texts, cursor);
        prop_assert_eq!(terminal.frame(&texts, cursor), b"");
    }
}

#[test]
fn only_what_changed_is_written() {
    let mut terminal = Terminal::new(40, 3);
    let row = |y, text: &str| (0, y, text.to_owned(), Style::new());
    terminal.frame(&[row(0, "one"), row(1, "two"), row(2, "three")], None);
    let bytes = terminal.frame(&[row(0, "one"), row(1, "twi"), row(2, "three")], None);
    assert_eq!(String::from_utf8(bytes).unwrap(), "\x1b[?2026h\x1b[2;3Hi\x1b[?2026l");
}

#[test]
fn the_cursor_is_seen_where_a_field_is_and_hidden_meanwhile() {
    let mut terminal = Terminal::new(20, 2);
    let text = |text: &str| vec![(0, 0, text.to_owned(), Style::new())];
    terminal.frame(&text("a"), Some(Position::new(1, 0)));
    assert!(!terminal.screen.screen().hide_cursor());
    assert_eq!(terminal.screen.screen().cursor_position(), (0, 1));
    let bytes = String::from_utf8(terminal.frame(&text("ab"), Some(Position::new(2, 0)))).unwrap();
    let place = |sequence: &str| bytes.find(sequence).unwrap();
    assert!(place("\x1b[?25l") < place("b") && place("b") < place("\x1b[?25h"), "{bytes:?}");
    terminal.frame(&text("ab"), None);
    assert!(terminal.screen.screen().hide_cursor());
}

#[test]
fn a_frame_leaves_no_style_behind() {
    let mut terminal = Terminal::new(20, 2);
    terminal.frame(&[(0, 0, "x".to_owned(), Style::new().fg(Color::Red).add_modifier(Modifier::BOLD))], None);
    terminal.screen.process(b"plain");
    let cell = terminal.screen.screen().cell(0, 1).unwrap();
    assert!(!cell.bold() && cell.fgcolor() == vt100::Color::Default);
}

#[test]
fn a_sign_that_some_take_for_a_narrow_one_is_written_over_blanks() {
    let mut terminal = Terminal::new(6, 1);
    terminal.frame(&[(0, 0, "abcdef".to_owned(), Style::new())], None);
    let sign = "\u{2764}\u{fe0f}";
    let bytes = terminal.frame(&[(0, 0, format!("a{sign}def"), Style::new())], None);
    let bytes = String::from_utf8(bytes).unwrap();
    assert!(bytes.contains(&format!("a  \x1b[1;2H{sign}\x1b[1;4Hdef")), "{bytes:?}");
}

#[test]
fn cells_that_lead_to_an_address_are_written_one_by_one() {
    let mut canvas = Canvas::new(8, 1);
    let link = |canvas: &mut Canvas, text: &str| {
        canvas.next().set_string(0, 0, text, Style::new());
        let area = Rect::new(0, 0, 4, 1);
        crate::tui::widgets::hyperlink("https://example.com/", area, canvas.next());
        let mut bytes = Vec::new();
        canvas.write(None, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap().matches("example.com").count()
    };
    assert_eq!(link(&mut canvas, "page one"), 4);
    assert_eq!(link(&mut canvas, "page two"), 0, "what lies behind the link alone changed");
    assert_eq!(link(&mut canvas, "pace two"), 1);
}
