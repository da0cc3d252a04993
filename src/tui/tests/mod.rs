//! The screen by its keys: what happens to the model, and what is seen.

mod detail;
mod filters;
mod frames;
mod importing;
mod mouse;
mod moving;
mod sessions;
mod slots;
mod sets;
mod compare;
