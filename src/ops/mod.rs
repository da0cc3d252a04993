//! What the program can do, without a screen: import, export, read under a plan, make sample data.
