//! Every integration test, in one binary.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests may fail loudly and say what they skip")]

mod cli;
mod convert;
mod diffs;
mod corpus_ingest;
mod formats;
mod generic;
mod history;
mod edges;
mod import;
mod journeys;
mod present;
#[cfg(unix)]
mod pty;
