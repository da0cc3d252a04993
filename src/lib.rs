//! auditty, the terminal browser for audit logs, as a library.
//!
//! Modules in reading order; each may use only what stands above it (a test reads the imports and holds this):
//! [`domain`]; [`query`] and [`diff`]; [`present`] and [`config`]; [`ingest`] (domain, diff) and [`store`]
//! (domain, query); [`ops`]; then [`tui`] and [`cli`].
#![forbid(unsafe_code)]

pub mod domain;
pub mod query;
pub mod diff;
pub mod present;
pub mod config;
pub mod ingest;
pub mod store;
pub mod ops;
pub mod tui;
pub mod cli;
