//! The screen: model, messages, update, effects, view. The only place that knows a terminal.
