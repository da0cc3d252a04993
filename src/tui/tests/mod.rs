//! The screen by its keys.

mod frames;
