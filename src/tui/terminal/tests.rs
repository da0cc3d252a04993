use super::*;

fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

const EVERYTHING: Modes = Modes { mouse: true, disambiguate: true };

#[test]
fn what_is_switched_on_is_switched_off() {
    let enter = written(|out| modes::write_enter(out, EVERYTHING));
    let leave = written(|out| modes::write_leave(out, EVERYTHING));
    let set: Vec<&str> = enter.split('\x1b').filter(|s| s.ends_with('h')).collect();
    assert!(set.contains(&"[?1049h") && set.contains(&"[?2004h") && set.contains(&"[?1006h"), "{enter:?}");
    for mode in set {
        let reset = mode.replace('h', "l");
        assert!(leave.contains(&reset), "{mode} stays on: {leave:?}");
    }
    assert!(enter.contains("\x1b[?25l") && leave.contains("\x1b[?25h"));
    assert!(enter.contains("\x1b[>1u") && leave.contains("\x1b[<1u"));
    assert!(leave.contains("\x1b[?2026l") && leave.contains("\x1b[0m"));
}

#[test]
fn the_alternate_screen_is_left_last_but_the_cursor() {
    let leave = written(|out| modes::write_leave(out, EVERYTHING));
    let at = |sequence: &str| leave.find(sequence).unwrap();
    assert!(at("\x1b[<1u") < at("\x1b[?1049l"), "the flags belong to the alternate screen");
    assert!(at("\x1b[?1049l") < at("\x1b[?25h"));
}

#[test]
fn plain_modes_leave_mouse_and_keyboard_alone() {
    let both = written(|out| modes::write_enter(out, Modes::PLAIN))
        + &written(|out| modes::write_leave(out, Modes::PLAIN));
    assert!(!both.contains("1006") && !both.contains("1u"), "{both:?}");
}

#[test]
fn old_terminals_get_no_keyboard_sequence() {
    for (term, expected) in [
        ("xterm-256color", true),
        ("tmux-256color", true),
        ("screen.xterm", false),
        ("linux", false),
        ("", false),
    ] {
        assert_eq!(Modes::for_term(term, false).disambiguate, expected, "{term:?}");
    }
}

#[test]
fn nothing_is_drawn_on_a_terminal_given_back() {
    // No test takes the terminal over, so all of them see it given back.
    assert!(!ACTIVE.load(Ordering::SeqCst));
    let mut output = Output::default();
    output.write_all(b"half a frame").unwrap();
    output.flush().unwrap();
    restore();
    assert!(!ACTIVE.load(Ordering::SeqCst));
}
