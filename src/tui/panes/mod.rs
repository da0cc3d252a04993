//! The three panes: each draws its part of the model. Pure: shared references in, cells out.

pub mod columns;
pub mod detail;
pub mod sets;
pub mod sidebar;
pub mod table;
