//! The query language in short, for the help of whatever takes a query.

/// What stands below the flags.
pub(super) const LANGUAGE: &str = "\
The query language:
  word \"a phrase\"     anywhere in the text of an entry; lower case matches both cases
  /expression/        a regular expression
  key:value           the whole value, upper and lower case alike; * stands for any text
  key:\"two words\"*    in quotes all is literal, also a *; outside it stands for any text
  key:a,b             any of these            key:none          has no value
  -key:value          not                     a b               both
  a OR b              either                  NOT a   (a b)     not; grouped

Keys:
  scope workspace type activity action actor kind ip country target target.type target.id
  outcome request session source format id class code
  since until time    a time or range: 7d 2h30m today yesterday last-month 2026-01 monday
                      2026-01-05T10:30+02:00 A..B ..B A..
                      7d begins at midnight seven days ago, 168h exactly so many hours ago
  ip                  an address, a network (192.0.2.0/24), a range (192.0.2.1..192.0.2.9)
  changed:PATH        a field that was changed;  from:VALUE  to:VALUE  its value before, after
  has:diff has:note has:mark
  raw.PATH:VALUE      any field of the vendor's record

Examples:
  auditty query 'actor:ana* -type:Security since:7d'
  auditty query 'action:deleted (ip:192.0.2.0/24 OR country:none)' --output csv
  auditty query --by actor 'outcome:failure time:last-month'";
