//! The terminal's guard in a real terminal: whatever happens, the shell gets its terminal back.
//!
//! The program under test is this test binary itself, started again with the one test [`child`], which takes
//! the terminal over by the library's guard and does what the keys pressed say.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use auditty::tui::terminal::{Modes, Screen, TerminalEvent, install_panic_hook, spawn_reader, take_panics};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::style::{Modifier, Style};

/// Says that this process is the program under test.
const CHILD: &str = "AUDITTY_PTY_CHILD";

/// What the program says before it hangs: a window's title, which draws nothing.
const ASLEEP: &str = "\x1b]2;asleep\x07";

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal of 60x12.
pub(crate) struct Pty {
    parser: vt100::Parser,
    raw: Vec<u8>,
    output: Receiver<Vec<u8>>,
    input: Box<dyn std::io::Write + Send>,
    master: Box<dyn MasterPty + Send>,
    /// The terminal's own settings from before.
    settings: u32,
    child: Box<dyn Child + Send + Sync>,
}

impl Pty {
    /// Starts a command in a new terminal.
    pub(crate) fn start(command: CommandBuilder) -> Pty {
        let size = PtySize { rows: 12, cols: 60, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let settings = pair.master.get_termios().unwrap().local_flags.bits();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let cells = |n| NonZeroU16::new(n).unwrap();
        let parser = vt100::Parser::new(cells(12), cells(60), 0);
        let input = pair.master.take_writer().unwrap();
        Pty { parser, raw: Vec::new(), output, input, master: pair.master, settings, child }
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Reads what the program writes until a condition holds.
    #[track_caller]
    pub(crate) fn wait(&mut self, what: &str, condition: impl Fn(&Pty) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !condition(self) {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.raw.extend(bytes);
                }
                Err(RecvTimeoutError::Disconnected) if !condition(self) => {
                    panic!("the program ended before: {what}\n{}", self.screen().contents());
                }
                Err(_) => {}
            }
            assert!(Instant::now() < end, "never came: {what}\n{}", self.screen().contents());
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// Waits for the end, reading what is still written; returns the exit code, or the signal's name.
    fn end(&mut self) -> Result<u32, String> {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.parser.process(&bytes);
                self.raw.extend(bytes);
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "the program does not end\n{}", self.screen().contents());
        };
        // Its last bytes may still be on their way.
        while let Ok(bytes) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.parser.process(&bytes);
            self.raw.extend(bytes);
        }
        status.signal().map_or(Ok(status.exit_code()), |signal| Err(signal.to_owned()))
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Tells whether the program is stopped: a signal to go on would be lost before.
    fn stopped(&self) -> bool {
        let pid = self.child.process_id().unwrap();
        if let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) {
            return stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'));
        }
        let pid = pid.to_string();
        let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", &pid]).output().unwrap();
        state.stdout.starts_with(b"T")
    }

    /// Returns the terminal's own settings: whether it echoes, edits lines, and sends signals for keys.
    fn line_settings(&self) -> u32 {
        self.master.get_termios().unwrap().local_flags.bits()
    }

    /// Asserts that nothing the guard switched on is still on.
    #[track_caller]
    fn given_back(&self) {
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "the alternate screen stays");
        assert!(!screen.hide_cursor(), "the cursor stays hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste stays on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse stays ours");
        assert!(!screen.inverse() && !screen.bold(), "the style stays");
        assert_eq!(self.count("\x1b[>1u"), self.count("\x1b[<1u"), "the keyboard's flags stay");
        assert_eq!(self.count("\x1b[?1049h"), self.count("\x1b[?1049l"), "not given back exactly once");
        assert_eq!(self.line_settings(), self.settings, "raw mode stays");
    }

    fn place(&self, sequence: &str) -> Option<usize> {
        self.raw.windows(sequence.len()).position(|window| window == sequence.as_bytes())
    }

    fn count(&self, sequence: &str) -> usize {
        self.raw.windows(sequence.len()).filter(|window| *window == sequence.as_bytes()).count()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn command(variables: &[(&str, &str)]) -> CommandBuilder {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["pty::child", "--exact", "--nocapture", "--test-threads=1"]);
    command.env(CHILD, "1");
    command.env("TERM", "xterm-256color");
    command.env("RUST_BACKTRACE", "0");
    command.env_remove("NO_COLOR");
    for (name, value) in variables {
        command.env(name, value);
    }
    command
}

/// Starts the program under test and waits for its first frame.
fn start(variables: &[(&str, &str)]) -> Pty {
    let mut pty = Pty::start(command(variables));
    pty.wait("the first frame", |pty| pty.screen().contents().contains("ready 1"));
    assert!(pty.screen().alternate_screen() && pty.screen().bracketed_paste() && pty.screen().hide_cursor());
    assert_ne!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    pty
}

/// The program under test; does nothing where it is run as a test.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    install_panic_hook();
    let (send, events) = channel();
    let mut screen = Screen::enter(Modes { mouse: true, disambiguate: true }).unwrap();
    spawn_reader(move |event| send.send(event).is_ok()).unwrap();
    let mut frames = 0;
    loop {
        frames += 1;
        screen
            .draw(|buffer| {
                let style = Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD);
                buffer.set_string(0, 0, format!("ready {frames}"), style);
                None
            })
            .unwrap();
        let ends = match events.recv().unwrap() {
            TerminalEvent::Key(key) => press(&mut screen, key.typed().unwrap_or(' ')),
            TerminalEvent::Suspend => {
                screen.suspend().unwrap();
                false
            }
            TerminalEvent::Continued => {
                screen.resume().unwrap();
                false
            }
            TerminalEvent::Resize(..) => {
                screen.redraw().unwrap();
                false
            }
            TerminalEvent::Terminate(_) | TerminalEvent::Lost(_) => true,
            _ => false,
        };
        if ends {
            break;
        }
    }
    drop(screen);
    for panic in take_panics() {
        eprintln!("kept: {panic}");
    }
    eprintln!("after the screen");
}

fn press(screen: &mut Screen, key: char) -> bool {
    match key {
        'q' => return true,
        'p' => {
            let _ = screen.draw(|_| panic!("a panic while drawing"));
        }
        'w' => {
            let worker =
                std::thread::Builder::new().name("worker".to_owned()).spawn(|| panic!("a worker's panic"));
            let _ = worker.unwrap().join();
        }
        's' => {
            screen.write_between_frames(ASLEEP).unwrap();
            std::thread::sleep(Duration::from_secs(3600));
        }
        'z' => screen.suspend().unwrap(),
        'c' => screen.write_between_frames("\x1b]52;c;eA==\x1b\\").unwrap(),
        'm' => screen.set_mouse(false).unwrap(),
        _ => {}
    }
    false
}

#[test]
fn quitting_gives_the_terminal_back() {
    let mut pty = start(&[]);
    pty.press("q");
    assert_eq!(pty.end(), Ok(0));
    pty.given_back();
    assert!(pty.screen().contents().contains("after the screen"), "{}", pty.screen().contents());
}

#[test]
fn a_panic_while_drawing_gives_it_back_and_is_told() {
    let mut pty = start(&[]);
    pty.press("p");
    assert_eq!(pty.end(), Ok(101));
    pty.given_back();
    assert_eq!(pty.count("a panic while drawing"), 1, "told once, and not on the screen that is gone");
    let (left, told) = (pty.place("\x1b[?1049l"), pty.place("a panic while drawing"));
    assert!(left < told, "told before the terminal was given back");
}

#[test]
fn a_workers_panic_leaves_the_screen_alone_and_is_kept() {
    let mut pty = start(&[]);
    pty.press("w");
    pty.wait("the next frame", |pty| pty.screen().contents().contains("ready 2"));
    assert!(pty.screen().alternate_screen());
    assert!(!pty.screen().contents().contains("panic"), "{}", pty.screen().contents());
    pty.press("q");
    assert_eq!(pty.end(), Ok(0));
    pty.given_back();
    let text = pty.screen().contents().replace('\n', "");
    assert!(text.contains("kept: thread \"worker\"") && text.contains("a worker's panic"), "{text}");
}

#[test]
fn signals_that_end_give_it_back() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let mut pty = start(&[]);
        pty.signal(signal);
        assert_eq!(pty.end(), Ok(0), "{signal}");
        pty.given_back();
    }
}

#[test]
fn a_screen_that_hangs_is_ended_by_force() {
    let mut pty = start(&[]);
    pty.press("s");
    pty.wait("the hang", |pty| pty.count(ASLEEP) == 1);
    pty.signal("-TERM");
    let ended = pty.end();
    assert!(ended.is_err(), "by the signal: {ended:?}");
    pty.given_back();
}

#[test]
fn a_second_signal_does_not_wait() {
    let mut pty = start(&[]);
    pty.press("s");
    pty.wait("the hang", |pty| pty.count(ASLEEP) == 1);
    // Whoever ends it names its own signal: the first would only after a while.
    pty.signal("-HUP");
    pty.signal("-TERM");
    assert_eq!(pty.end(), Err("Terminated".to_owned()));
    pty.given_back();
}

#[test]
fn a_suspended_screen_gives_it_back_and_comes_again() {
    for by_key in [true, false] {
        let mut pty = start(&[]);
        if by_key {
            pty.press("z");
        } else {
            pty.signal("-TSTP");
        }
        // The line settings follow the bytes.
        pty.wait("the shell's screen and its line settings", |pty| {
            !pty.screen().alternate_screen()
                && !pty.screen().hide_cursor()
                && pty.line_settings() == pty.settings
        });
        pty.given_back();
        // The stop follows the last byte.
        pty.wait("the stop", Pty::stopped);
        pty.signal("-CONT");
        // The other screen may still show what it showed, before the line settings are set again.
        pty.wait("the screen and its line settings again", |pty| {
            pty.screen().alternate_screen()
                && pty.screen().contents().contains("ready")
                && pty.line_settings() != pty.settings
        });
        pty.press("q");
        assert_eq!(pty.end(), Ok(0));
        pty.given_back();
    }
}

#[test]
fn a_stop_that_no_one_announced_is_repaired() {
    let mut pty = start(&[]);
    pty.signal("-STOP");
    pty.wait("the stop", Pty::stopped);
    pty.signal("-CONT");
    pty.wait("a new frame", |pty| pty.screen().contents().contains("ready 2"));
    pty.press("q");
    assert_eq!(pty.end(), Ok(0));
    pty.given_back();
}

#[test]
fn no_color_keeps_reverse_and_bold() {
    let mut pty = start(&[("NO_COLOR", "1")]);
    let cell = pty.screen().cell(0, 0).unwrap();
    assert!(cell.inverse() && cell.bold(), "a selection must stay visible");
    pty.press("q");
    assert_eq!(pty.end(), Ok(0));
}

#[test]
fn a_copy_is_sent_between_frames_and_the_mouse_can_be_let_go() {
    let mut pty = start(&[]);
    pty.press("c");
    pty.wait("the next frame", |pty| pty.screen().contents().contains("ready 2"));
    assert_eq!(pty.count("\x1b]52;c;eA==\x1b\\"), 1);
    let (begin, end) = (pty.count("\x1b[?2026h"), pty.count("\x1b[?2026l"));
    assert!(begin >= 2 && begin == end, "{begin} frames begun, {end} ended");
    pty.press("m");
    pty.wait("the next frame", |pty| pty.screen().contents().contains("ready 3"));
    assert_eq!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    pty.press("q");
    assert_eq!(pty.end(), Ok(0));
    pty.given_back();
}

#[test]
fn keys_come_from_the_terminal_where_stdin_is_a_pipe() {
    let this = std::env::current_exe().unwrap();
    let line = format!(
        "printf 'data\\nq\\n' | '{}' pty::child --exact --nocapture --test-threads=1",
        this.display()
    );
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", &line]);
    for (name, value) in [(CHILD, "1"), ("TERM", "xterm-256color")] {
        shell.env(name, value);
    }
    let mut pty = Pty::start(shell);
    pty.wait("the first frame", |pty| pty.screen().contents().contains("ready 1"));
    pty.press("x");
    pty.wait("the next frame", |pty| pty.screen().contents().contains("ready 2"));
    pty.press("q");
    assert_eq!(pty.end(), Ok(0));
    pty.given_back();
}
