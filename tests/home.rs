//! A home of one's own to run the program in, with nothing of the environment around the tests.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The time that the sample data counts back from.
pub(crate) const NOW: &str = "2026-01-05T12:00:00Z";

/// A home of one's own.
pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
}

/// What a run gave.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Home {
        Home { dir: tempfile::tempdir().unwrap() }
    }

    /// Returns a home whose store holds sample data.
    pub(crate) fn with_demo(entries: u32) -> Home {
        let home = Home::new();
        home.demo(entries);
        home.ok(&["import", "demo.ndjson"]);
        home
    }

    pub(crate) fn demo(&self, entries: u32) {
        let entries = entries.to_string();
        self.ok(&["demo", "--entries", &entries, "--now", NOW, "--write", "demo.ndjson"]);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_auditty"));
        command.args(args).current_dir(self.dir.path()).env_clear();
        command.env("HOME", self.dir.path()).env("TZ", "UTC").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(&self.command(args).output().unwrap())
    }

    /// Runs what must succeed and returns what it printed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.status, 0, "{args:?}: {}", run.err);
        run.out
    }

    pub(crate) fn fails(&self, status: i32, args: &[&str], saying: &str) {
        let run = self.run(args);
        assert_eq!(run.status, status, "{args:?}: {}", run.err);
        assert!(run.err.contains(saying), "{args:?} says {:?}", run.err);
    }
}

impl Run {
    pub(crate) fn of(output: &Output) -> Run {
        Run {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
