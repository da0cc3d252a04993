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
    let first = output.recv_timeout(Duration::from_secs(30)).unwrap().0;
    let last = settle(&output).last().map_or(first, |written| written.0);
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

/// Something was written: when, and how many bytes.
type Written = (Instant, usize);

/// Tells when something was written.
fn listen(mut reader: Box<dyn std::io::Read + Send>) -> Receiver<Written> {
    let (send, output) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 1 << 16];
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            if send.send((Instant::now(), length)).is_err() {
                return;
            }
        }
    });
    output
}

/// Waits until the screen is complete; returns what was written meanwhile.
fn settle(output: &Receiver<Written>) -> Vec<Written> {
    std::iter::from_fn(|| output.recv_timeout(QUIET).ok()).collect()
}

/// A key pressed, and what came of it.
struct Press {
    number: usize,
    kind: &'static str,
    key: &'static str,
    /// When something was written, in milliseconds after the key, and how many bytes.
    written: Vec<(f64, usize)>,
}

impl Press {
    fn first(&self) -> f64 {
        self.written.first().map_or(0.0, |written| written.0)
    }

    fn last(&self) -> f64 {
        self.written.last().map_or(0.0, |written| written.0)
    }
}

fn keys(input: &mut dyn Write, output: &Receiver<Written>) {
    let mut presses: Vec<Press> = Vec::new();
    let all = KEYS.iter().flat_map(|(kind, keys)| keys.iter().map(move |key| (*kind, *key)));
    // Whole rounds: half a query would take the key that quits for a letter.
    let count = PRESSES.next_multiple_of(all.clone().count());
    for (number, (kind, key)) in all.cycle().take(count).enumerate() {
        let pressed = Instant::now();
        input.write_all(key.as_bytes()).unwrap();
        input.flush().unwrap();
        // A key that changes nothing, like going up at the top, draws nothing.
        let written = settle(output);
        if written.is_empty() {
            continue;
        }
        let after = |(at, bytes): Written| ((at - pressed).as_secs_f64() * 1e3, bytes);
        presses.push(Press { number, kind, key, written: written.into_iter().map(after).collect() });
    }
    say_times("", &presses.iter().collect::<Vec<_>>());
    // What was asked before may be remembered; the first round asks everything for the first time.
    let round = KEYS.iter().map(|(_, keys)| keys.len()).sum();
    let slowest = presses.iter().filter(|press| press.number < round).map(Press::last).fold(0.0, f64::max);
    println!("key to final content, slowest of the first round, ms\t{slowest}");
    for (kind, _) in KEYS {
        let of_kind: Vec<&Press> = presses.iter().filter(|press| press.kind == kind).collect();
        say_times(&format!(" ({kind})"), &of_kind);
    }
    if let Some(count) = std::env::var(super::SLOWEST).ok().and_then(|count| count.parse().ok()) {
        say_slowest("first changed frame", count, &presses, Press::first);
        say_slowest("final content", count, &presses, Press::last);
    }
}

fn say_times(kind: &str, presses: &[&Press]) {
    let rank = |of: fn(&Press) -> f64, hundredth: usize| {
        let mut times: Vec<f64> = presses.iter().map(|press| of(press)).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() * hundredth / 100).copied().unwrap_or(0.0)
    };
    for (what, of) in
        [("first changed frame", Press::first as fn(&Press) -> f64), ("final content", Press::last)]
    {
        println!("key to {what}{kind}, median, ms\t{}", rank(of, 50));
        println!("key to {what}{kind}, p99, ms\t{}", rank(of, 99));
    }
}

/// Lists the slowest keys: which press it was, the key, and when how many bytes were written.
fn say_slowest(what: &str, count: usize, presses: &[Press], of: fn(&Press) -> f64) {
    let mut slowest: Vec<&Press> = presses.iter().collect();
    slowest.sort_by(|a, b| of(b).total_cmp(&of(a)));
    eprintln!("slowest to {what}:");
    for Press { number, kind, key, written } in slowest.into_iter().take(count) {
        let writes: Vec<String> = written.iter().map(|(at, bytes)| format!("{at:.1} ms {bytes} B")).collect();
        eprintln!("  {number:>5} {kind:<8} {:<10} {}", key.escape_debug().to_string(), writes.join(", "));
    }
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
