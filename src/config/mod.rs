//! Settings: built-in defaults, then the file, the environment and flags. May use `domain`, `query` and `present`.
