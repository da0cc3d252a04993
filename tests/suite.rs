//! Every integration test, in one binary.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests may fail loudly and say what they skip")]

mod advice;
mod answers;
mod cli;
mod convert;
mod told;
mod diffs;
mod corpus_ingest;
mod damage;
mod formats;
mod generic;
mod history;
mod edges;
mod everyday;
mod exports;
mod home;
mod import;
mod journeys;
mod masking;
mod present;
#[cfg(unix)]
mod pty;
