//! Runs a command that reads what is copied from its input.

use std::io::{self, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs a command with `text` as its input; an error says what it said.
pub(super) fn feed(program: &str, arguments: &[String], text: &str) -> Result<(), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut input = child.stdin.take();
    thread::scope(|scope| {
        // A command that does not read must not stop us; killing it ends the writing.
        scope.spawn(move || input.as_mut().map(|input| input.write_all(text.as_bytes())));
        wait(&mut child).map_err(|error| format!("{program}: {error}"))
    })
}

fn wait(child: &mut Child) -> io::Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("failed ({status})"))),
            None if Instant::now() >= end => {
                child.kill()?;
                child.wait()?;
                return Err(io::Error::other("took too long"));
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}
