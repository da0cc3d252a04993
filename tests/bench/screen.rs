//! From a key to a frame, in a real terminal of 200x60.

use std::fs;
use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::measure::{median, say};

/// The screen is complete when nothing was written for so long.
const QUIET: Duration = Duration::from_millis(60);

/// Keys pressed, round after round, by what they do: moving, the detail's tabs and the logs, values of the
/// sidebar, a query typed letter by letter. Each kind ends where it began.
const KEYS: [(&str, &[&str]); 4] = [
    ("moving", &["j", "j", "k", "\x1b[6~", "j", "\x1b[5~", "G", "k", "\x1b[5~", "g", "j", "k"]),
    ("tabs", &["d", "r", "m", "w", "W", "z", "z"]),
    ("facets", &["1", "j", " ", "j", " ", "j", " ", "X", "2"]),
    ("query", &["&", "o", "u", "t", "c", "o", "m", "e", ":", "f", "a", "i", "l", "u", "r", "e", "\r", "u"]),
];
const PRESSES: usize = 1000;

/// Starts of which the median tells how soon something shows.
const STARTS: usize = 9;

/// Prints the figures of a screen on a store.
pub(crate) fn run(store: &Path) {
    let (mut firsts, mut lasts): (Vec<f64>, Vec<f64>) = (1..STARTS).map(|_| look(store, false)).unzip();
    let (first, last) = look(store, true);
    firsts.push(first);
    lasts.push(last);
    say("first bytes on the screen, ms", median(firsts));
    say("first screen complete, ms", median(lasts));
}

/// Opens a screen, presses the keys where it is to stay, and returns after how many milliseconds it showed something,
/// and all.
fn look(store: &Path, stay: bool) -> (f64, f64) {
    let pair = native_pty_system()
        .openpty(PtySize { rows: 60, cols: 200, pixel_width: 0, pixel_height: 0 })
        .unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_auditty"));
    command.args(["--store", &store.to_string_lossy(), "--fresh", "--read-only"]);
    command.env("TERM", "xterm-256color");
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
        command.env(name, home.path());
    }
    let started = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let output = listen(pair.master.try_clone_reader().unwrap());
    let mut input = pair.master.take_writer().unwrap();
    let first = output.recv_timeout(Duration::from_secs(30)).unwrap();
    let last = settle(&output).unwrap_or(first);
    if stay {
        keys(&mut *input, &output);
        idle(child.process_id());
    }
    input.write_all(b"q").unwrap();
    drop(input);
    if child.wait().is_err() {
        drop(child.kill());
    }
    ((first - started).as_secs_f64() * 1e3, (last - started).as_secs_f64() * 1e3)
}

/// Tells when something was written.
fn listen(mut reader: Box<dyn std::io::Read + Send>) -> Receiver<Instant> {
    let (send, output) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 1 << 16];
        while let Ok(1..) = reader.read(&mut buffer) {
            if send.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    output
}

/// Waits until the screen is complete; returns when something was last written.
fn settle(output: &Receiver<Instant>) -> Option<Instant> {
    let mut last = None;
    while let Ok(at) = output.recv_timeout(QUIET) {
        last = Some(at);
    }
    last
}

fn keys(input: &mut dyn Write, output: &Receiver<Instant>) {
    let mut times: Vec<(&str, f64, f64)> = Vec::new();
    let all = KEYS.iter().flat_map(|(kind, keys)| keys.iter().map(move |key| (*kind, *key)));
    // Whole rounds: half a query would take the key that quits for a letter.
    let presses = PRESSES.next_multiple_of(all.clone().count());
    for (kind, key) in all.cycle().take(presses) {
        let pressed = Instant::now();
        input.write_all(key.as_bytes()).unwrap();
        input.flush().unwrap();
        // A key that changes nothing, like going up at the top, draws nothing.
        let Ok(at) = output.recv_timeout(QUIET) else { continue };
        let end = settle(output).unwrap_or(at);
        times.push((kind, (at - pressed).as_secs_f64() * 1e3, (end - pressed).as_secs_f64() * 1e3));
    }
    say_times("", &times);
    for (kind, _) in KEYS {
        let of_kind: Vec<_> = times.iter().filter(|time| time.0 == kind).copied().collect();
        say_times(&format!(" ({kind})"), &of_kind);
    }
}

fn say_times(kind: &str, times: &[(&str, f64, f64)]) {
    let rank = |mut times: Vec<f64>, hundredth: usize| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() * hundredth / 100).copied().unwrap_or(0.0)
    };
    let first: Vec<f64> = times.iter().map(|time| time.1).collect();
    let last: Vec<f64> = times.iter().map(|time| time.2).collect();
    println!("key to first changed frame{kind}, median, ms\t{}", rank(first.clone(), 50));
    println!("key to first changed frame{kind}, p99, ms\t{}", rank(first, 99));
    println!("key to final content{kind}, median, ms\t{}", rank(last.clone(), 50));
    println!("key to final content{kind}, p99, ms\t{}", rank(last, 99));
}

/// Prints how much of a processor an idle screen uses.
fn idle(process: Option<u32>) {
    let Some(ticks) = process.and_then(ticks_of) else { return };
    let wait = Duration::from_secs(10);
    std::thread::sleep(wait);
    let used = process.and_then(ticks_of).unwrap_or(ticks) - ticks;
    // Linux counts in hundredths of a second.
    println!("idle screen, percent of a processor\t{}", used as f64 / wait.as_secs_f64());
}

fn ticks_of(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}
