use crate::core::Core;
use crate::speed::Pace;
use crate::world::Setup;
use crate::{Board, Clock, Fixture, Knobs, SimHandle, Speed, TagPosition, Version};

/// The pretend router, before it is switched on.
#[derive(Debug, Clone)]
pub struct Sim {
    setup: Setup,
    speed: Speed,
    reachable: bool,
}

impl Sim {
    /// A new router: the newest release, user `admin` without a password, a hotspot named `hotspot1`.
    #[must_use]
    pub fn builder() -> Sim {
        let setup = Setup {
            version: Version::default(),
            seed: 1,
            clock: Clock::default(),
            identity: "MikroTik".to_owned(),
            user: "admin".to_owned(),
            password: String::new(),
            dns_name: Some("wifi.contoh".to_owned()),
            login_by: "cookie,http-chap,http-pap".to_owned(),
            hotspot: true,
            board: Board::default(),
            fixture: Fixture::default(),
            packages: Vec::new(),
            knobs: Knobs::default(),
        };
        Sim { setup, speed: Speed::default(), reachable: false }
    }

    /// The release that is imitated.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.setup.version = version;
        self
    }

    /// What challenges and serial numbers are drawn from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.setup.seed = seed;
        self
    }

    /// The administrator.
    #[must_use]
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        user.clone_into(&mut self.setup.user);
        password.clone_into(&mut self.setup.password);
        self
    }

    /// The name of the router.
    #[must_use]
    pub fn identity(mut self, name: &str) -> Self {
        name.clone_into(&mut self.setup.identity);
        self
    }

    /// What drives its time.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.setup.clock = clock;
        self
    }

    /// What machine it says it is.
    #[must_use]
    pub fn board(mut self, board: Board) -> Self {
        self.setup.board = board;
        self
    }

    /// What it holds when it is switched on for the first time.
    #[must_use]
    pub fn fixture(mut self, fixture: Fixture) -> Self {
        self.setup.fixture = fixture;
        self
    }

    /// A package that is installed besides, such as `user-manager`.
    #[must_use]
    pub fn package(mut self, name: &str) -> Self {
        self.setup.packages.push(name.to_owned());
        self
    }

    /// The name of the login page.
    #[must_use]
    pub fn dns_name(mut self, name: &str) -> Self {
        self.setup.dns_name = Some(name.to_owned());
        self
    }

    /// A login page that is reached by its address only.
    #[must_use]
    pub fn without_dns_name(mut self) -> Self {
        self.setup.dns_name = None;
        self
    }

    /// The ways of logging in at the hotspot, such as `cookie,http-chap`.
    #[must_use]
    pub fn login_by(mut self, ways: &str) -> Self {
        ways.clone_into(&mut self.setup.login_by);
        self
    }

    /// A router nobody has set up a hotspot on.
    #[must_use]
    pub fn without_hotspot(mut self) -> Self {
        self.setup.hotspot = false;
        self
    }

    /// How fast it works.
    #[must_use]
    pub fn speed(mut self, speed: Speed) -> Self {
        self.speed = speed;
        self
    }

    /// Where `.tag` stands in its replies.
    #[must_use]
    pub fn tag_position(mut self, position: TagPosition) -> Self {
        self.setup.knobs.tag_position = position;
        self
    }

    /// Turns the knobs of what nobody has verified.
    #[must_use]
    pub fn knobs(mut self, turn: impl FnOnce(&mut Knobs)) -> Self {
        turn(&mut self.setup.knobs);
        self
    }

    /// Lets it listen on addresses other computers can reach.
    #[must_use]
    pub fn reachable_by_others(mut self) -> Self {
        self.reachable = true;
        self
    }

    #[cfg(test)]
    pub(crate) fn setup(self) -> Setup {
        self.setup
    }

    /// Switches it on. Nobody can connect before it listens somewhere.
    #[must_use]
    pub fn build(self) -> SimHandle {
        SimHandle::new(Core::new(self.setup, Pace::new(self.speed), self.reachable))
    }
}
