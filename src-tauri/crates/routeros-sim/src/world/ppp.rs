//! People who dial in: who gets through, what is written down, and how it ends.

use super::agenda::Due;
use super::menu::Menu;
use super::menus::ALL_SCRIPT_POLICIES;
use super::script::Order;
use super::table::Row;
use super::value::{interval, rate_pair, seconds};
use super::{Edit, World};

const ACTIVE: &str = "/ppp/active";
const PROFILE: &str = "/ppp/profile";
const SECRET: &str = "/ppp/secret";

/// Somebody who dials in.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'text> {
    /// The name of the secret.
    pub user: &'text str,
    /// The password that is sent.
    pub password: &'text str,
    /// `pppoe`, `l2tp`, `ovpn`, `pptp` or `sstp`.
    pub service: &'text str,
    /// Where the call comes from: the address of the device for PPPoE, an IP address for tunnels.
    pub caller_id: &'text str,
}

/// What a session needs of its profile.
struct Terms {
    profile: String,
    local_address: String,
    remote_address: String,
    rate_limit: Option<String>,
    lasts: Option<i64>,
    only_one: bool,
}

impl World {
    /// Lets a caller through, or says why not. The number is that of the row in `/ppp/active`.
    pub(crate) fn dial(&mut self, caller: &Caller<'_>) -> Result<u32, String> {
        let title = format!("<{}-{}>", caller.service, caller.user);
        let terms = self.terms(caller).inspect_err(|why| {
            self.log("ppp,error", &format!("{title}: user {} authentication failed - {why}", caller.user));
        })?;
        if terms.only_one {
            let running: Vec<u32> = self.calls_of(caller.user);
            running.into_iter().for_each(|id| self.hang_up(id, "replaced by a new session"));
        }
        let address = self.remote_address(&terms, caller)?;
        let name = self.free_interface(&title);
        let menu = Menu::known(ACTIVE);
        let session = format!("0x8{:07x}", self.random.draw() & 0x0FFF_FFFF);
        let values = [
            ("name", caller.user),
            ("service", caller.service),
            ("caller-id", caller.caller_id),
            ("address", &*address),
            ("session-id", &*session),
        ];
        let row = self.blank_row(menu, &values);
        let id = row.id;
        let mut edits = vec![Edit::Put { menu, row }, self.interface_edit(&name)];
        edits.extend(self.ppp_queue(&name, &terms));
        self.commit(edits);
        self.calls.insert(id, name.clone());
        let end = terms.lasts.map(|lasts| self.clock.virtual_now().saturating_add(lasts));
        self.agenda.set(Due::Ppp(id), end);
        let account = format!("{} logged in, {address} from {}", caller.user, caller.caller_id);
        self.log("ppp,info,account", &account);
        self.log("ppp,info", &format!("{name}: connected"));
        self.tell_ppp_script("on-up", &terms.profile, &terms.local_address, caller, &address, &name);
        Ok(id)
    }

    /// Ends a call.
    pub(crate) fn hang_up(&mut self, active: u32, cause: &str) {
        let menu = Menu::known(ACTIVE);
        let Some(row) = self.table(menu).row(active).cloned() else { return };
        let text = |name: &str| self.text(menu, &row, name).to_owned();
        let (user, service, caller_id, address) =
            (text("name"), text("service"), text("caller-id"), text("address"));
        let lasted = u64::try_from(self.clock.virtual_now().saturating_sub(row.born)).unwrap_or(0);
        let mut edits = vec![Edit::Take { menu, id: active }];
        edits.extend(self.address_returned(&address));
        let name = self.calls.remove(&active).unwrap_or_default();
        edits.extend(self.interface_removed(&name));
        edits.extend(self.ended_call_edit(&user, &caller_id, cause));
        self.commit(edits);
        self.agenda.set(Due::Ppp(active), None);
        let account = format!("{user} logged out, {} 0 0 0 0 from {caller_id}", interval(lasted));
        self.log("ppp,info,account", &account);
        self.log("ppp,info", &format!("{name}: terminating... - {cause}"));
        self.log("ppp,info", &format!("{name}: disconnected"));
        let caller = Caller { user: &user, password: "", service: &service, caller_id: &caller_id };
        let profile = self.profile_of(&user);
        self.tell_ppp_script("on-down", &profile, "", &caller, &address, &name);
    }

    fn terms(&self, caller: &Caller<'_>) -> Result<Terms, String> {
        let secrets = self.at(SECRET);
        let known = secrets.named(caller.user).find(|row| {
            let service = secrets.value(row, "service").unwrap_or("any");
            secrets.value(row, "disabled") != Some("true") && (service == "any" || service == caller.service)
        });
        let secret = known.ok_or("no such user")?;
        let says = |name| secrets.value(secret, name).unwrap_or_default();
        if says("password") != caller.password {
            return Err("wrong password".to_owned());
        }
        if !says("caller-id").is_empty() && !says("caller-id").eq_ignore_ascii_case(caller.caller_id) {
            return Err("could not match caller id".to_owned());
        }
        let profiles = self.at(PROFILE);
        let profile = profiles.named(says("profile")).next();
        let allows = |name| profile.and_then(|row| profiles.value(row, name));
        let either = |name| {
            let own = secrets.value(secret, name).filter(|text| !text.is_empty());
            own.or_else(|| allows(name)).unwrap_or_default().to_owned()
        };
        let limits = ["session-timeout", "idle-timeout"].map(|name| allows(name).and_then(seconds));
        // A caller moves nothing in this model, so a session that is never busy ends at its idle timeout.
        let lasts = limits.into_iter().flatten().min().and_then(|lasts| i64::try_from(lasts).ok());
        Ok(Terms {
            profile: says("profile").to_owned(),
            local_address: either("local-address"),
            remote_address: either("remote-address"),
            rate_limit: allows("rate-limit").filter(|rate| !rate.is_empty()).map(str::to_owned),
            lasts,
            only_one: allows("only-one") == Some("yes"),
        })
    }

    fn calls_of(&self, user: &str) -> Vec<u32> {
        let table = self.at(ACTIVE);
        table.rows().filter(|row| table.value(row, "name") == Some(user)).map(|row| row.id).collect()
    }

    /// The address of a secret, or one out of the pool its profile names.
    fn remote_address(&mut self, terms: &Terms, caller: &Caller<'_>) -> Result<String, String> {
        let wanted = terms.remote_address.as_str();
        if wanted.is_empty() || wanted.parse::<std::net::Ipv4Addr>().is_ok() {
            return Ok(wanted.to_owned());
        }
        let lent = self.lend_address(wanted, "PPP", caller.user);
        lent.ok_or_else(|| "could not acquire address from pool".to_owned())
    }

    fn free_interface(&self, title: &str) -> String {
        let interfaces = self.at("/interface");
        let (start, _) = title.split_at(title.len() - 1);
        let others = (1..).map(|number| format!("{start}-{number}>"));
        let mut names = std::iter::once(title.to_owned()).chain(others);
        names.find(|name| interfaces.named(name).next().is_none()).unwrap_or_default()
    }

    fn interface_edit(&self, name: &str) -> Edit {
        let menu = Menu::known("/interface");
        let service = name.trim_start_matches('<').split('-').next().unwrap_or("pppoe");
        let kind = format!("{service}-in");
        let values =
            [("name", name), ("type", &*kind), ("mtu", "1480"), ("actual-mtu", "1480"), ("dynamic", "true")];
        Edit::Put { menu, row: self.blank_row(menu, &values) }
    }

    /// The edits that take away the interface and the queue of a call.
    fn interface_removed(&self, name: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        for path in ["/interface", "/queue/simple"] {
            let menu = Menu::known(path);
            let table = self.table(menu);
            let theirs = table.named(name).filter(|row| table.is_dynamic(row));
            edits.extend(theirs.map(|row| Edit::Take { menu, id: row.id }));
        }
        edits
    }

    fn ppp_queue(&self, name: &str, terms: &Terms) -> Option<Edit> {
        let (up, down) = rate_pair(terms.rate_limit.as_deref()?.split_whitespace().next()?)?;
        let menu = Menu::known("/queue/simple");
        let limit = format!("{up}/{down}");
        let values = [("name", name), ("target", name), ("max-limit", &*limit), ("dynamic", "true")];
        Some(Edit::Put { menu, row: self.blank_row(menu, &values) })
    }

    fn ended_call_edit(&self, user: &str, caller_id: &str, cause: &str) -> Option<Edit> {
        let menu = Menu::known(SECRET);
        let mut row: Row = self.table(menu).named(user).next()?.clone();
        let now = self.log_time();
        for (name, value) in
            [("last-logged-out", &*now), ("last-caller-id", caller_id), ("last-disconnect-reason", cause)]
        {
            self.write(menu, &mut row, name, value);
        }
        Some(Edit::Put { menu, row })
    }

    fn profile_of(&self, user: &str) -> String {
        let secrets = self.at(SECRET);
        let profile = secrets.named(user).next().and_then(|row| secrets.value(row, "profile"));
        profile.unwrap_or("default").to_owned()
    }

    fn tell_ppp_script(
        &mut self,
        event: &'static str,
        profile: &str,
        local: &str,
        caller: &Caller<'_>,
        address: &str,
        interface: &str,
    ) {
        let profiles = self.at(PROFILE);
        let source = profiles.named(profile).next().and_then(|row| profiles.value(row, event));
        let Some(source) = source.map(str::to_owned) else { return };
        let interfaces = self.at("/interface");
        let id = interfaces.named(interface).next().map(|row| super::table::star(row.id)).unwrap_or_default();
        let variables = [
            ("user", caller.user),
            ("local-address", local),
            ("remote-address", address),
            ("caller-id", caller.caller_id),
            ("called-id", caller.service),
            ("interface", &*id),
        ];
        self.start(&Order {
            title: &format!("ppp {event} {}", caller.user),
            source: &source,
            owner: "*ppp",
            policy: ALL_SCRIPT_POLICIES,
            variables: &variables,
        });
    }
}
