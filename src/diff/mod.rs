//! Computes what changed between two values: structural JSON diff, text diff. Pure; may use `domain`.
