//! Small things to draw, each a function from what it shows into a buffer. They hold no state but
//! [`TextField`], and know no store, clock or file.
