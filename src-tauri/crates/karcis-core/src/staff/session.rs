//! Sessions: how long one lasts, and how it ends.

use super::roster::note;
use super::{Person, Role, StaffError, store};
use crate::audit::Actor;
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::values::{CounterId, StaffId, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Where somebody sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the program's own window, on the shop's computer.
    Window,
    /// At a browser.
    Browser,
}

impl Place {
    /// Both.
    pub const ALL: [Place; 2] = [Place::Window, Place::Browser];

    /// The name as kept in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Place::Window => "window",
            Place::Browser => "browser",
        }
    }

    /// The place with this name.
    pub fn parse(name: &str) -> Option<Place> {
        Place::ALL.into_iter().find(|place| place.as_str() == name)
    }

    /// How long a session lasts however busy it is: a week at the shop's computer, one long shift at a browser.
    pub const fn longest(self) -> Duration {
        match self {
            Place::Window => Duration::from_hours(7 * 24),
            Place::Browser => Duration::from_hours(12),
        }
    }

    /// How long a session lasts without a request.
    ///
    /// A working day in the window, which stands in the shop. At a browser half an hour for those who can change
    /// prices and people, and a shift for those who sell.
    pub const fn idle(self, role: Role) -> Duration {
        match (self, role) {
            (Place::Window, _) | (Place::Browser, Role::Operator | Role::Viewer) => Duration::from_hours(12),
            (Place::Browser, Role::SuperAdmin | Role::Admin) => Duration::from_mins(30),
        }
    }
}

/// What proves a session: 256 random bits in base64url, shown once to whoever signed in and never kept.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionToken(String);

impl SessionToken {
    pub(super) fn new(rng: &mut dyn CryptoRng) -> SessionToken {
        let mut bytes = [0_u8; 32];
        rng.fill_bytes(&mut bytes);
        let token = SessionToken(URL_SAFE_NO_PAD.encode(bytes));
        bytes.zeroize();
        token
    }

    /// The token itself, for a cookie or the window's own memory.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionToken(..)")
    }
}

/// The SHA-256 of a token in hexadecimal: names a session, and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

/// The text is not the hash of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session")]
pub struct ParseTokenHashError;

impl TokenHash {
    fn of(token: &str) -> TokenHash {
        TokenHash(Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TokenHash {
    type Err = ParseTokenHashError;

    fn from_str(text: &str) -> Result<TokenHash, ParseTokenHashError> {
        let hexadecimal = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 64 && hexadecimal {
            Ok(TokenHash(text.to_owned()))
        } else {
            Err(ParseTokenHashError)
        }
    }
}

/// A session that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose, as they are now.
    pub person: Person,
    /// Which.
    pub token_hash: TokenHash,
    /// Where.
    pub place: Place,
    /// Since when.
    pub created_at: Timestamp,
    /// The last request, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The counter it sells at, when one was picked.
    pub counter: Option<CounterId>,
    /// Since when its screen is locked by somebody, or by its own page for want of anybody.
    pub locked_at: Option<Timestamp>,
}

impl Session {
    /// When it ends unless another request comes.
    pub fn ends_at(&self) -> Timestamp {
        self.expires_at.min(self.last_seen_at + self.place.idle(self.person.role))
    }

    /// Whether [`touch_session`] would write: asked first, so that most requests need no write transaction.
    pub fn needs_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= TOUCH_EVERY
    }

    /// A clock behind the last request by more than a correction has been set back, perhaps to revive the session.
    pub(super) fn goes_on(&self, now: Timestamp) -> bool {
        !self.person.disabled && now < self.ends_at() && self.last_seen_at.since(now) <= CLOCK_CORRECTION
    }
}

/// Why a session ended, as kept in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndedWhy {
    SignedOut,
    Expired,
    PasswordChanged,
    PasswordReset,
    Disabled,
    EndedByStaff,
    TooMany,
    Switched,
}

impl EndedWhy {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            EndedWhy::SignedOut => "signed_out",
            EndedWhy::Expired => "expired",
            EndedWhy::PasswordChanged => "password_changed",
            EndedWhy::PasswordReset => "password_reset",
            EndedWhy::Disabled => "disabled",
            EndedWhy::EndedByStaff => "ended_by_staff",
            EndedWhy::TooMany => "too_many",
            EndedWhy::Switched => "switched",
        }
    }
}

const TOUCH_EVERY: Duration = Duration::from_mins(1);
const CLOCK_CORRECTION: Duration = Duration::from_mins(5);
/// A person's sessions at one time; the next sign-in ends the one that was seen longest ago.
pub const MOST_SESSIONS: usize = 10;
/// Ended sessions are kept this long for the staff screen; the audit chain has them for ever.
const KEPT_ENDED: Duration = Duration::from_hours(90 * 24);

/// The session this token proves. `None` when it never was, has ended or expired, or its person is disabled.
pub fn session(tx: &ReadTx<'_>, token: &str, now: Timestamp) -> Result<Option<Session>, Fault> {
    let found = store::session(tx, &TokenHash::of(token))?;
    Ok(found.filter(|session| session.goes_on(now)))
}

/// A person's sessions that go on, the one seen last first.
pub fn sessions(tx: &ReadTx<'_>, id: StaffId, now: Timestamp) -> Result<Vec<Session>, Fault> {
    let mut open = store::open_sessions(tx, id)?;
    open.retain(|session| session.goes_on(now));
    Ok(open)
}

/// Notes that the session was used, at most once a minute.
pub fn touch_session(tx: &WriteTx<'_>, token_hash: &TokenHash, now: Timestamp) -> Result<(), Fault> {
    store::touch(tx, token_hash, now, now - TOUCH_EVERY)
}

/// Picks the counter a session sells at. That the counter is there is for the caller to see to.
pub fn set_session_counter(
    tx: &WriteTx<'_>,
    actor: &Actor,
    token_hash: &TokenHash,
    counter: Option<CounterId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(session) = store::session(tx, token_hash)? else { return Ok(()) };
    if session.counter == counter {
        return Ok(());
    }
    store::set_counter(tx, token_hash, counter)?;
    let detail = json!({ "counter": counter.map(|counter| counter.to_string()) });
    note(tx, actor, "staff.pick_counter", session.person.id, &detail, now)
}

/// Ends one session: one's own by signing out, or another's. A session that has ended stays as it is.
pub fn end_session(
    tx: &WriteTx<'_>,
    actor: &Actor,
    token_hash: &TokenHash,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(session) = store::session(tx, token_hash)? else { return Ok(()) };
    let own = actor.id() == session.person.id.to_string();
    let why = if own { EndedWhy::SignedOut } else { EndedWhy::EndedByStaff };
    store::end(tx, token_hash, why, now)?;
    let detail = json!({ "place": session.place.as_str(), "why": why.as_str() });
    note(tx, actor, "staff.end_session", session.person.id, &detail, now)
}

/// Ends every session of a person and tells how many.
pub fn end_sessions_of(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: StaffId,
    now: Timestamp,
) -> Result<usize, StaffError> {
    store::person(tx, id)?.ok_or(StaffError::Unknown)?;
    let ended = end_all(tx, id, None, EndedWhy::EndedByStaff, now)?;
    note(tx, actor, "staff.end_sessions", id, &json!({ "sessions_ended": ended }), now)?;
    Ok(ended)
}

/// Ends every session of a person but one and tells how many.
pub fn end_other_sessions(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: StaffId,
    but: &TokenHash,
    now: Timestamp,
) -> Result<usize, StaffError> {
    store::person(tx, id)?.ok_or(StaffError::Unknown)?;
    let ended = end_all(tx, id, Some(but), EndedWhy::EndedByStaff, now)?;
    note(tx, actor, "staff.end_sessions", id, &json!({ "sessions_ended": ended }), now)?;
    Ok(ended)
}

/// Ends what has expired, so that no clock set back revives it, and forgets what ended long ago.
///
/// Done at every sign-in, and worth doing once in a while besides.
pub fn end_expired_sessions(tx: &WriteTx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let mut ended = 0;
    for session in store::all_open_sessions(tx)? {
        if now >= session.ends_at() {
            store::end(tx, &session.token_hash, EndedWhy::Expired, now)?;
            ended += 1;
        }
    }
    store::forget_ended(tx, now - KEPT_ENDED)?;
    Ok(ended)
}

pub(super) fn end_all(
    tx: &WriteTx<'_>,
    id: StaffId,
    but: Option<&TokenHash>,
    why: EndedWhy,
    now: Timestamp,
) -> Result<usize, Fault> {
    let open = store::open_sessions(tx, id)?;
    let ending = open.iter().filter(|session| Some(&session.token_hash) != but);
    let mut ended = 0;
    for session in ending {
        store::end(tx, &session.token_hash, why, now)?;
        ended += 1;
    }
    Ok(ended)
}

/// Begins a session, ending the person's oldest when there are too many.
pub(super) fn begin(
    tx: &WriteTx<'_>,
    person: &Person,
    token_hash: &TokenHash,
    place: Place,
    counter: Option<CounterId>,
    now: Timestamp,
) -> Result<(), Fault> {
    end_expired_sessions(tx, now)?;
    for session in store::open_sessions(tx, person.id)?.iter().skip(MOST_SESSIONS - 1) {
        store::end(tx, &session.token_hash, EndedWhy::TooMany, now)?;
    }
    store::begin_session(tx, token_hash, person.id, place, counter, now)
}
