//! A file that is looked at without being kept, in a real terminal of 200x60: how soon its first entries show, and
//! how soon a line that is written to a followed one does.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

use super::measure::{median, say};

/// Starts of `view`, and lines written to a followed file.
const STARTS: usize = 5;
const LINES: usize = 40;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program in a terminal.
struct Terminal {
    screen: vt100::Parser,
    output: Receiver<(Instant, Vec<u8>)>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    _home: tempfile::TempDir,
}

impl Terminal {
    fn start(arguments: &[&str]) -> Terminal {
        let size = PtySize { rows: 60, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_auditty"));
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            command.env(name, home.path());
        }
        let mut reader = pair.master.try_clone_reader().unwrap();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (send, output) = channel();
        std::thread::spawn(move || {
            // The terminal lives as long as somebody reads it.
            let _master = pair.master;
            let mut buffer = [0; 1 << 16];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if send.send((Instant::now(), buffer[..length].to_vec())).is_err() {
                    return;
                }
            }
        });
        let cells = |count| NonZeroU16::new(count).unwrap();
        let screen = vt100::Parser::new(cells(60), cells(200), 0);
        Terminal { screen, output, child, started, _home: home }
    }

    /// Returns when a text came to stand on the screen.
    fn shows(&mut self, text: &str) -> Instant {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let Ok((at, bytes)) = self.output.recv_timeout(Duration::from_secs(1)) else { continue };
            self.screen.process(&bytes);
            if self.screen.screen().contents().contains(text) {
                return at;
            }
        }
        panic!("{text} never came:\n{}", self.screen.screen().contents());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Prints the figures of a file.
pub(crate) fn run(source: &Path, dir: &Path) {
    let path = source.to_string_lossy();
    let first = |_| {
        let mut terminal = Terminal::start(&["view", &path]);
        // Said above the table as soon as it holds something.
        let shown = terminal.shows("row 1 ");
        (shown - terminal.started).as_secs_f64() * 1e3
    };
    say("view a file, first entries, ms", median((0..STARTS).map(first).collect()));
    let times = follow(source, dir);
    say("a line written to a followed file, shown, ms", median(times.clone()));
    say("the same, slowest, ms", times.into_iter().fold(0.0, f64::max));
}

/// Writes lines to a followed file, each at a time of its own, and returns how long each took to show.
fn follow(source: &Path, dir: &Path) -> Vec<f64> {
    // Later than all before it, so that it stands above them; its row shows its time whatever its title says.
    let clock = |number: usize| format!("00:{:02}:{:02}", number / 60, number % 60);
    let lines = BufReader::new(File::open(source).unwrap()).lines().map(Result::unwrap);
    let mut records = lines.take(LINES + 1).enumerate().map(|(number, line)| {
        let (head, tail) = line.split_once("\"created_at\":\"").unwrap();
        let (_, tail) = tail.split_once('"').unwrap();
        format!("{head}\"created_at\":\"2030-01-01T{}Z\"{tail}\n", clock(number))
    });
    let shown = |number: usize| format!("2030-01-01 {}", clock(number));
    let path = dir.join("followed.ndjson");
    fs::write(&path, records.next().unwrap()).unwrap();
    let mut terminal = Terminal::start(&["view", "--follow", &path.to_string_lossy()]);
    terminal.shows(&shown(0));
    let mut file = File::options().append(true).open(&path).unwrap();
    let written = records.enumerate().map(|(number, record)| {
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        file.write_all(record.as_bytes()).unwrap();
        (terminal.shows(&shown(number + 1)) - begun).as_secs_f64() * 1e3
    });
    written.collect()
}
