//! Books that are made once and copied for every trial: a shop opens in milliseconds.

use crate::shop::{Folder, Parts, START, data_key, router_request, switch_on};
use crate::{Breakage, Line, Plug, TestShop};
use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::plans::Plan;
use karcis_core::routers;
use karcis_core::values::{RouterId, Timestamp};
use karcis_core::vouchers::Batch;
use routeros_sim::{Sim, SimHandle};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The books of a shop with one batch that has not been pushed.
pub struct Template {
    folder: TempDir,
    owner: Actor,
    router: RouterId,
    plan: Plan,
    /// The batch.
    pub batch: Batch,
}

/// The file that holds the books.
const BOOKS: &str = "karcis.db";

impl Template {
    /// Books with a batch of this size.
    pub async fn with_batch(size: u32) -> Template {
        let folder = folder_in_memory();
        let mut shop = TestShop::open_in(folder.path()).await;
        let batch = shop.issue(size);
        let (owner, router, plan) = (shop.owner.clone(), shop.router, shop.plan.clone());
        drop(shop);
        assert!(!folder.path().join("karcis.db-wal").exists(), "the last connection has closed the books");
        Template { folder, owner, router, plan, batch }
    }

    /// A shop on a copy of these books, with this router.
    pub async fn shop(&self, sim: Sim) -> TestShop {
        let (sim, port) = switch_on(sim, Plug::Plain).await;
        self.shop_at(sim, port, Plug::Plain)
    }

    /// A shop on a copy of these books whose line to this router breaks there.
    pub async fn shop_over(&self, sim: Sim, plug: Plug, breakages: Vec<Breakage>) -> (TestShop, Line) {
        let (sim, port) = switch_on(sim, plug).await;
        let line = Line::to(port, breakages).await;
        (self.shop_at(sim, line.port(), plug), line)
    }

    fn shop_at(&self, sim: SimHandle, port: u16, plug: Plug) -> TestShop {
        let folder = folder_in_memory();
        fs::copy(self.folder.path().join(BOOKS), folder.path().join(BOOKS)).expect("the books can be copied");
        let db = Db::open(folder.path()).expect("copied books open");
        let request = router_request(port, plug, None);
        let now = Timestamp::from_millis(START);
        db.write(|tx| routers::change(tx, &self.owner, self.router, &request, now).map_err(Fault::new))
            .expect("the router can be moved");
        TestShop::assemble(Parts {
            db,
            key: data_key().0,
            sim,
            owner: self.owner.clone(),
            router: self.router,
            plan: self.plan.clone(),
            folder: Folder::Temporary(folder),
        })
    }
}

/// A folder whose every commit is quick: in memory where the system offers that. These trials are about the wire, not
/// about the disk.
fn folder_in_memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a temporary folder can be made")
}
