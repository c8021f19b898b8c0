//! Books to test with, and requests for routers and plans that the rules accept.

use crate::audit::Actor;
use crate::counters;
use crate::db::Db;
use crate::plans::{self, Alphabet, CodeMode, CodeStyle, Plan, PlanRequest};
use crate::printers::{self, CodePage, Destination, PaperWidth, PrinterRequest, QrDrawing};
use crate::routers::{self, RouterRequest, SealedPassword};
use crate::secrets::DataKey;
use crate::settings;
use crate::values::{Money, PrinterId, RouterId, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;

/// How often a test repeats itself: so often, or that divided by what `KARCIS_TEST_SHARE` says. Only the run under Wine says
/// something.
pub(crate) fn repeated(times: u32) -> u32 {
    let share = std::env::var("KARCIS_TEST_SHARE").ok().and_then(|share| share.parse().ok());
    times.checked_div(share.unwrap_or(1)).unwrap_or(times).max(1)
}

/// 20 November 2026, 11:00 in Jakarta.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

/// Temporary books with their mark, and randomness that is the same in every run.
pub(crate) struct Books {
    pub(crate) folder: TempDir,
    pub(crate) db: Db,
    pub(crate) key: DataKey,
    pub(crate) rng: StdRng,
}

impl Books {
    pub(crate) fn new() -> Books {
        Books::kept_in(tempfile::tempdir().unwrap())
    }

    /// Books whose every commit is quick, for tests of many: in memory where the system offers that.
    pub(crate) fn quick() -> Books {
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Books::kept_in(folder.unwrap())
    }

    fn kept_in(folder: TempDir) -> Books {
        let db = Db::open(folder.path()).unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        db.write(|tx| {
            settings::found(tx, &mut rng)?;
            counters::found(tx, &mut rng, NOW)
        })
        .unwrap();
        Books { folder, db, key: DataKey::new(&mut rng), rng }
    }

    /// The router "Warung-1" over TLS, its password sealed with the key of these books.
    pub(crate) fn router_request(&mut self, id: RouterId, password: Option<&str>) -> RouterRequest {
        RouterRequest {
            name: "Warung-1".to_owned(),
            host: "192.0.2.1".to_owned(),
            port: 8729,
            tls: true,
            plain_accepted: false,
            user_name: "karcis".to_owned(),
            password: password.map(|text| SealedPassword::seal(&self.key, id, text, &mut self.rng)),
            ssid: Some("CONTOH".to_owned()),
        }
    }

    pub(crate) fn add_router(&mut self, name: &str) -> RouterId {
        let id = RouterId::new(NOW, &mut self.rng);
        let request = RouterRequest { name: name.to_owned(), ..self.router_request(id, Some("rahasia")) };
        self.db.write(|tx| routers::add(tx, &Actor::karcis(), id, &request, name, NOW)).unwrap();
        id
    }

    pub(crate) fn add_plan(&mut self, request: &PlanRequest) -> Plan {
        let Books { db, rng, .. } = self;
        db.write(|tx| plans::add(tx, &Actor::karcis(), request, &request.name, rng, NOW)).unwrap()
    }

    pub(crate) fn add_printer(&mut self, request: &PrinterRequest) -> PrinterId {
        let Books { db, rng, .. } = self;
        let key = PrinterId::new(NOW, rng).to_string();
        db.write(|tx| printers::add(tx, &Actor::karcis(), request, &key, rng, NOW)).unwrap().id
    }
}

/// The plan "1 Hari" for Rp 5.000, without limits; its codes wear a prefix.
pub(crate) fn plan_request(router: RouterId) -> PlanRequest {
    PlanRequest {
        router,
        name: "1 Hari".to_owned(),
        hotspot_server: String::new(),
        price: Money::ZERO,
        selling_price: Money::rupiah(5_000),
        validity: None,
        uptime_limit: None,
        data_limit: None,
        shared_users: 1,
        rate_limit: None,
        lock_mac: false,
        code: CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: "wm".to_owned() },
        counter_key: None,
        colour: "teal".to_owned(),
        counter_fill: plans::Fill::Fresh,
    }
}

/// The printer "Struk" with an address of its own.
pub(crate) fn printer_request() -> PrinterRequest {
    PrinterRequest {
        name: "Struk".to_owned(),
        destination: Destination::Network { host: "192.0.2.9".to_owned(), port: 9100 },
        paper: PaperWidth::Mm58,
        code_page: CodePage::Pc437,
        qr: QrDrawing::Native,
        cuts: true,
        kicks_drawer: true,
        tells_status: true,
    }
}
