//! People with phones: who gets in at the hotspot, for how long, and what is written down about it.

mod device;
mod ending;
mod flow;
mod permit;
mod session;

pub(crate) use self::device::Device;
pub(crate) use self::flow::Flow;

pub(super) const ACTIVE: &str = "/ip/hotspot/active";
pub(super) const COOKIE: &str = "/ip/hotspot/cookie";
pub(super) const HOST: &str = "/ip/hotspot/host";
pub(super) const PROFILE: &str = "/ip/hotspot/profile";
pub(super) const SERVER: &str = "/ip/hotspot";
pub(super) const USER: &str = "/ip/hotspot/user";
pub(super) const USER_PROFILE: &str = "/ip/hotspot/user/profile";

/// Somebody who tries to log in at the hotspot.
#[derive(Debug, Clone, Copy)]
pub struct Guest<'text> {
    /// The name that is typed in.
    pub user: &'text str,
    /// The password that is typed in.
    pub password: &'text str,
    /// The address of the device, in capitals with colons.
    pub mac: &'text str,
    /// The address the device was given.
    pub address: &'text str,
    /// How the browser logs in.
    pub by: LoginWay,
}

/// How somebody logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginWay {
    /// In the clear, as a login address in a QR code does.
    HttpPap,
    /// As an MD5 answer worked out by the login page.
    HttpChap,
    /// By a cookie the browser kept.
    Cookie,
    /// By the cookie the router kept for the device, without anybody typing anything.
    MacCookie,
    /// By the address of the device alone, which is then the name of the user.
    Mac,
}

impl LoginWay {
    pub(crate) fn name(self) -> &'static str {
        match self {
            LoginWay::HttpPap => "http-pap",
            LoginWay::HttpChap => "http-chap",
            LoginWay::Cookie => "cookie",
            LoginWay::MacCookie => "mac-cookie",
            LoginWay::Mac => "mac",
        }
    }

    /// Whether a password is asked for. A cookie was given to somebody who knew it; a device knows none.
    fn asks_password(self) -> bool {
        match self {
            LoginWay::HttpPap | LoginWay::HttpChap => true,
            LoginWay::Cookie | LoginWay::MacCookie | LoginWay::Mac => false,
        }
    }
}

/// A login as the router sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'text> {
    pub(crate) guest: Guest<'text>,
    /// The server the device is connected to; `None` is the first that runs.
    pub(crate) server: Option<&'text str>,
    /// An administrator lets the device in, so that the way does not matter.
    pub(crate) by_admin: bool,
}
