//! Imports: all or nothing, once, beside readers and notes.
