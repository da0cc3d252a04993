//! Who acts: members in sessions, services with keys, the vendor's own automation.

use super::bytes;
use super::cast::Cast;
use super::random::{Random, mix};

/// Milliseconds without an act after which a session is over, in a log of [`super::DEFAULT_ENTRIES`]; a
/// thinner one has longer pauses.
const IDLE_MS: u64 = 600 * 60_000;

/// Everybody who can act, with what records say of them.
#[derive(Debug)]
pub(super) struct Actors {
    members: Vec<Member>,
    services: Vec<Vec<u8>>,
    system: Vec<u8>,
    agents: Vec<Vec<u8>>,
    clients: Vec<Vec<u8>>,
    sessions: Vec<Session>,
    most_sessions: usize,
    opened: usize,
    idle_ms: u64,
    lean: bool,
}

#[derive(Debug)]
struct Member {
    name: String,
    user: Vec<u8>,
    ips: Vec<Vec<u8>>,
    agent: usize,
}

/// A member at work.
#[derive(Clone, Debug)]
pub(super) struct Session {
    member: usize,
    ip: usize,
    id: u64,
    /// Number of the workspace worked in.
    pub(super) workspace: usize,
    acts_left: u64,
    last_ms: u64,
}

/// Who acts now.
#[derive(Clone, Debug)]
pub(super) enum Who {
    Member(Session),
    Service(usize),
    System,
}

/// What a session does next.
pub(super) enum Step {
    /// The member could not log in.
    Refused(Session),
    /// The session begins.
    Begins(Session),
    /// The member works.
    Works(Session),
    /// The session ends.
    Ends(Session),
}

impl Actors {
    pub(super) fn new(cast: &Cast, entries: u64, lean: bool) -> Actors {
        let quoted = |list: &[String]| list.iter().map(|text| quote(text)).collect();
        Actors {
            members: (0..cast.members.len()).map(|at| Member::new(cast, at, lean)).collect(),
            services: cast.services.iter().enumerate().map(|(at, name)| service(name, at, lean)).collect(),
            system: system(lean),
            agents: quoted(&cast.agents),
            clients: quoted(&cast.clients),
            sessions: Vec::new(),
            most_sessions: (entries / 4_000).clamp(1, 12) as usize,
            opened: 0,
            idle_ms: IDLE_MS * (super::DEFAULT_ENTRIES / entries.max(1)).clamp(1, 40),
            lean,
        }
    }

    /// Returns how many services there are.
    pub(super) fn services(&self) -> usize {
        self.services.len()
    }

    /// Takes the next step of one of the open sessions, or opens one.
    pub(super) fn step(&mut self, now_ms: u64, random: &mut Random) -> Step {
        self.sessions.retain(|session| session.last_ms + self.idle_ms > now_ms);
        let wants_new =
            self.sessions.is_empty() || (self.sessions.len() < self.most_sessions && random.chance(12));
        if wants_new {
            let session = self.open(now_ms, random);
            if random.chance(5) {
                return Step::Refused(session);
            }
            self.sessions.push(session.clone());
            return Step::Begins(session);
        }
        let at = random.index(self.sessions.len());
        let session = &mut self.sessions[at];
        session.last_ms = now_ms;
        if session.acts_left > 0 {
            session.acts_left -= 1;
            return Step::Works(session.clone());
        }
        Step::Ends(self.sessions.swap_remove(at))
    }

    /// Opens a session, one in three of the member whose turn it is, so that nobody is never seen.
    fn open(&mut self, now_ms: u64, random: &mut Random) -> Session {
        self.opened += 1;
        let (turn, count) = (self.opened / 3, self.members.len());
        let member = if self.opened.is_multiple_of(3) { turn % count } else { random.early(count) };
        Session {
            member,
            ip: random.early(self.members[member].ips.len()),
            id: random.next(),
            workspace: random.early(3),
            acts_left: 2 + random.below(14),
            last_ms: now_ms,
        }
    }

    /// Appends who it is, from `user` to `session_id`, with a comma in front.
    pub(super) fn write(&self, who: &Who, request: u64, out: &mut Vec<u8>) {
        let (agent, api): (&[u8], &[u8]) = match who {
            Who::Member(session) => {
                let member = &self.members[session.member];
                out.extend_from_slice(&member.user);
                out.extend_from_slice(b",\"ip_addr\":");
                out.extend_from_slice(&member.ips[session.ip]);
                (&self.agents[member.agent], b"\"ui\"")
            }
            Who::Service(at) => {
                out.extend_from_slice(&self.services[*at]);
                (&self.clients[at % self.clients.len()], b"\"app_api\"")
            }
            Who::System => {
                out.extend_from_slice(&self.system);
                (b"null", b"null")
            }
        };
        if self.lean {
            return;
        }
        write_client(agent, api, request, out);
        match who {
            Who::Member(session) => write_session(session.id, out),
            _ => out.extend_from_slice(b",\"session_id\":null"),
        }
    }

    /// Appends who acts in a story: a member by name, a service, else the vendor's automation.
    pub(super) fn write_story(&self, act: &super::story::Act, request: u64, out: &mut Vec<u8>) {
        let member = act.member.as_ref().and_then(|name| self.members.iter().find(|m| m.name == *name));
        match (member, &act.service) {
            (Some(member), _) => out.extend_from_slice(&member.user),
            (None, Some(service)) => write_service(service, self.lean, out),
            (None, None) => return self.write(&Who::System, request, out),
        }
        out.extend_from_slice(b",\"ip_addr\":");
        let own = member.and_then(|member| member.ips.first().cloned()).unwrap_or_default();
        out.extend_from_slice(&act.ip.as_deref().map_or(own, quote));
        if self.lean {
            return;
        }
        let usual = member.map_or(&self.clients[0], |member| &self.agents[member.agent]);
        let agent = act.agent.as_deref().map_or_else(|| usual.clone(), quote);
        write_client(&agent, if member.is_some() { b"\"ui\"" } else { b"\"app_api\"" }, request, out);
        match member {
            Some(member) => write_session(mix(member.name.len() as u64 + act.days), out),
            None => out.extend_from_slice(b",\"session_id\":null"),
        }
    }
}

impl Member {
    /// Everybody shares two addresses of the office; most also work from home, some by IPv6.
    fn new(cast: &Cast, at: usize, lean: bool) -> Member {
        let name = cast.members[at].clone();
        let office = format!("203.0.113.{}", 10 + at % 2);
        let home = if at % 4 == 3 {
            format!("2001:db8:40:{at:x}::{:x}", 0x1f + at)
        } else {
            format!("198.51.100.{}", 20 + 7 * at)
        };
        let (email, id) = (cast.email(&name), 201 + at);
        let user = if lean {
            format!(",\"user\":{{\"name\":{}}}", as_json(&name))
        } else {
            format!(
                ",\"user\":{{\"id\":{id},\"name\":{},\"email\":\"{email}\"}},\"service_account_id\":null,\
                 \"actor_type\":\"user\"",
                as_json(&name)
            )
        };
        Member {
            name,
            user: user.into_bytes(),
            ips: vec![quote(&office), quote(&home)],
            agent: at % cast.agents.len(),
        }
    }
}

fn service(name: &str, at: usize, lean: bool) -> Vec<u8> {
    let mut out = Vec::new();
    write_service(name, lean, &mut out);
    out.extend_from_slice(format!(",\"ip_addr\":\"192.0.2.{}\"", 16 + at).as_bytes());
    out
}

fn write_service(name: &str, lean: bool, out: &mut Vec<u8>) {
    if !lean {
        out.extend_from_slice(b",\"user\":null");
    }
    out.extend_from_slice(b",\"service_account_id\":");
    out.extend_from_slice(&quote(name));
    out.extend_from_slice(b",\"actor_type\":\"service_account\"");
}

fn system(lean: bool) -> Vec<u8> {
    let rest = if lean { "" } else { ",\"service_account_id\":null" };
    let ip = if lean { "" } else { ",\"ip_addr\":null" };
    format!(",\"user\":{{\"id\":0,\"name\":\"System\"}}{rest},\"actor_type\":\"system\"{ip}").into_bytes()
}

fn write_client(agent: &[u8], api: &[u8], request: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"user_agent\":");
    out.extend_from_slice(agent);
    out.extend_from_slice(b",\"api\":");
    out.extend_from_slice(api);
    out.extend_from_slice(b",\"request_id\":\"req_");
    bytes::hex(request, 16, out);
    out.push(b'"');
}

fn write_session(id: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"session_id\":\"ses_");
    bytes::hex(id, 12, out);
    out.push(b'"');
}

fn as_json(text: &str) -> String {
    crate::domain::json::quote(text)
}

fn quote(text: &str) -> Vec<u8> {
    as_json(text).into_bytes()
}
