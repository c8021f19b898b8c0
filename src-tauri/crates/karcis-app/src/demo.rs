//! The main job without a window: plan, batch, router, read-back, PDF.
//!
//! What is decided is durable in a data folder of its own, so a run that was broken off is resumed by the next one with
//! the same folder: the batch ends with exactly its size on the router. The router's password is kept sealed under a key
//! that lives only as long as the run; the next run brings the password again.

mod books;
mod push;
mod verify;

use crate::assembly::about;
use crate::edge;
use crate::file::write_whole;
use crate::practice::Practice;
use crate::start_error::StartError;
use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::engine::{Clock, Engine};
use karcis_core::fault::Fault;
use karcis_core::prints::{self, Layout, PrintError, PrintRequest};
use karcis_core::routers::{self, Router};
use karcis_core::secrets::{Cost, DataKey, Keys};
use karcis_core::settings::Language;
use karcis_core::staff::Place;
use karcis_core::values::PrintId;
use karcis_core::vouchers::{self, Batch, BatchState, IssueError};
use karcis_web::{Hooks, Office, Outfit, Randomness, Refusal, SheetFailure};
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use zeroize::Zeroizing;

pub use verify::Difference;

/// What is asked of a run.
#[derive(Debug, Clone)]
pub struct DemoRequest {
    /// The data folder; made when it is missing.
    pub folder: PathBuf,
    /// How many vouchers a new batch has, 1 to 10,000.
    pub count: u32,
    /// The router; the practice router when missing.
    pub router: Option<RouterAddress>,
    /// The language of the paper.
    pub language: Language,
}

/// A real router and who signs in to it.
#[derive(Debug, Clone)]
pub struct RouterAddress {
    /// Host name or address.
    pub host: String,
    /// API port.
    pub port: u16,
    /// Whether to encrypt.
    pub tls: bool,
    /// The RouterOS user.
    pub user: String,
    /// That user's password.
    pub password: Zeroizing<String>,
}

/// What a run found and how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoReport {
    /// The size of the batch.
    pub requested: u32,
    /// How long the batch took to be durable; 0 when an earlier run made it.
    pub durable_ms: u64,
    /// How many of its users an independent look found on the router.
    pub on_router: u32,
    /// How long they took to get there in this run.
    pub push_ms: u64,
    /// How long it took to compare every one of them over a fresh connection.
    pub verify_ms: u64,
    /// How many codes were replaced because somebody else had them.
    pub rejected: u32,
    /// The sheet.
    pub pdf: PathBuf,
    /// Its size.
    pub pdf_bytes: u64,
    /// How long it took to draw and to be durable.
    pub pdf_ms: u64,
    /// The database.
    pub database: PathBuf,
}

/// What a run tells while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A new batch is durable.
    Durable {
        /// Its size.
        count: u32,
        /// How long it took.
        ms: u64,
    },
    /// An earlier run's batch is taken up.
    Resumed {
        /// Its number.
        number: i64,
        /// How many of its vouchers are confirmed.
        done: u32,
        /// Its size, which overrides the number asked for.
        size: u32,
    },
    /// An earlier run had finished.
    Finished {
        /// The batch's number.
        number: i64,
        /// Its size, which overrides the number asked for.
        size: u32,
    },
    /// So many are on the router.
    Pushing {
        /// Acknowledged by the router.
        done: u32,
        /// Of so many.
        size: u32,
    },
}

/// Why a run ends without a sheet. Whatever is durable stays so.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder does not open.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The folder holds the books of a real shop.
    #[error("the folder holds the books of a real shop")]
    ShopBooks,
    /// The folder's batch is for another router.
    #[error("the batch in the folder is for another router: {0}")]
    OtherRouter(String),
    /// The batch is not made.
    #[error(transparent)]
    Issue(IssueError),
    /// The router is away or refuses; the engine's code for why.
    #[error("the router is away or refuses: {0}")]
    Router(String),
    /// What is on the router is not what the books say.
    #[error("the router does not agree with the books: {0:?}")]
    Mismatch(Difference),
    /// Somebody asked the run to stop.
    #[error("stopped after {done} of {size}")]
    Stopped {
        /// Confirmed so far.
        done: u32,
        /// Of so many.
        size: u32,
    },
    /// The sheet is not drawn; the refusal says what to do.
    #[error("the sheet is not drawn: {}", .0.code())]
    NoSheet(Refusal),
    /// The sheet is not saved.
    #[error("the sheet is not saved: {0}")]
    NotSaved(#[from] io::Error),
    /// We are broken, or the disk is full.
    #[error("{}", .0.chain())]
    Fault(Fault),
}

impl From<IssueError> for DemoError {
    fn from(error: IssueError) -> DemoError {
        match error {
            IssueError::Fault(fault) => DemoError::Fault(fault),
            IssueError::BadSize
            | IssueError::BadNote
            | IssueError::BadShelfLife
            | IssueError::BadStyle(_)
            | IssueError::TooWeak { .. }
            | IssueError::TooFewCodes
            | IssueError::UnknownPlan => DemoError::Issue(error),
        }
    }
}

impl From<Fault> for DemoError {
    fn from(fault: Fault) -> DemoError {
        DemoError::Fault(fault)
    }
}

/// The name of the sheet in the folder.
pub const SHEET: &str = "vouchers.pdf";

/// Does the job. `stop` turning true ends it cleanly; `tell` hears how it goes on.
pub async fn run(
    request: DemoRequest,
    stop: watch::Receiver<bool>,
    tell: &mut (dyn FnMut(News) + Send),
) -> Result<DemoReport, DemoError> {
    let trial = Trial::open(&request).await?;
    let done = trial.work(&request, stop, tell).await;
    trial.close().await;
    done
}

/// The books of a run, with what carries them out.
struct Trial {
    db: Db,
    keys: Keys,
    engine: Arc<Engine>,
    office: Office,
    practice: Practice,
    clock: Clock,
    randomness: Randomness,
    actor: Actor,
}

impl Trial {
    async fn open(request: &DemoRequest) -> Result<Trial, DemoError> {
        let folder = request.folder.clone();
        blocking(move || {
            let (clock, randomness) = (edge::clock(), edge::randomness());
            let db = Db::open(&folder).map_err(StartError::books(&folder))?;
            let keys = Keys::locked();
            keys.unlock(DataKey::new(randomness().as_mut()));
            books::found(&db, &randomness, clock())?;
            let limits = routeros::Limits::default();
            let engine = Engine::new(db.clone(), keys.clone(), clock.clone(), randomness(), limits)?;
            let engine = Arc::new(engine);
            let office = Office::open(Outfit {
                db: db.clone(),
                keys: keys.clone(),
                engine: Arc::clone(&engine),
                clock: clock.clone(),
                randomness: randomness.clone(),
                place: Place::Window,
                hosts: Vec::new(),
                cost: Cost::DEFAULT,
                about: about(),
                hooks: Hooks::default(),
            });
            let practice =
                Practice::new(db.clone(), keys.clone(), clock.clone(), randomness.clone(), &folder);
            Ok(Trial { db, keys, engine, office, practice, clock, randomness, actor: Actor::karcis() })
        })
        .await
    }

    async fn work(
        &self,
        request: &DemoRequest,
        stop: watch::Receiver<bool>,
        tell: &mut (dyn FnMut(News) + Send),
    ) -> Result<DemoReport, DemoError> {
        let router = self.router(request).await?;
        let (batch, durable_ms) = self.batch(request, &router, tell).await?;
        let push_ms = self.push(&router, &batch, stop, tell).await?;
        let started = Instant::now();
        let on_router = self.verify(&router, &batch).await?;
        let verify_ms = millis(started.elapsed());
        self.learn_the_address(&router).await?;
        let started = Instant::now();
        let pdf = request.folder.join(SHEET);
        let pdf_bytes = self.draw(&batch, &pdf).await?;
        let pdf_ms = millis(started.elapsed());
        let id = batch.id;
        let tally = self.db.reading(move |tx| vouchers::tally(tx, id)).await?;
        Ok(DemoReport {
            requested: batch.size,
            durable_ms,
            on_router,
            push_ms,
            verify_ms,
            rejected: tally.rejected,
            pdf,
            pdf_bytes,
            pdf_ms,
            database: self.db.path().to_owned(),
        })
    }

    /// The unfinished or finished batch of an earlier run, or a new one and how long it took.
    async fn batch(
        &self,
        request: &DemoRequest,
        router: &Router,
        tell: &mut (dyn FnMut(News) + Send),
    ) -> Result<(Batch, u64), DemoError> {
        let id = router.id;
        if let Some((batch, tally)) = self.db.reading(move |tx| books::earlier_batch(tx, id)).await? {
            let (number, size) = (batch.number, batch.size);
            match batch.state {
                BatchState::Ready => tell(News::Finished { number, size }),
                BatchState::Running | BatchState::Paused | BatchState::Cancelled => {
                    tell(News::Resumed { number, done: tally.on_router, size });
                }
            }
            return Ok((batch, 0));
        }
        let (db, actor, mut rng, now) =
            (self.db.clone(), self.actor.clone(), (self.randomness)(), (self.clock)());
        let size = request.count;
        let (batch, took) = blocking(move || {
            let plan = db.write(|tx| books::plan(tx, &actor, id, rng.as_mut(), now))?;
            let started = Instant::now();
            let batch = db.write(|tx| books::issue(tx, &actor, &plan, size, rng.as_mut(), now))?;
            Ok::<_, DemoError>((batch, millis(started.elapsed())))
        })
        .await?;
        tell(News::Durable { count: batch.size, ms: took });
        Ok((batch, took))
    }

    /// Asks the router for what is printed in QR codes.
    async fn learn_the_address(&self, router: &Router) -> Result<(), DemoError> {
        if router.dns_name.is_some() {
            return Ok(());
        }
        let checks = self.engine.examine(&self.target(router).await?, None).await;
        let (id, now) = (router.id, (self.clock)());
        Ok(self.db.writing(move |tx| routers::keep_checks(tx, id, &checks, now)).await?)
    }

    async fn target(&self, router: &Router) -> Result<routeros::Target, DemoError> {
        let (keys, id) = (self.keys.clone(), router.id);
        let target = self.db.reading(move |tx| match keys.with(|key| routers::target(tx, id, key)) {
            Some(target) => target,
            None => Ok(None),
        });
        match target.await {
            Ok(Some(target)) => Ok(target),
            Ok(None) => Err(Fault::new("the router has gone from the books").into()),
            Err(routers::TargetError::Sealed(_)) => Err(DemoError::Router("password_unreadable".to_owned())),
            Err(routers::TargetError::Fault(fault)) => Err(fault.into()),
        }
    }

    /// Prints the batch once, however often the run is repeated, and draws the sheet.
    async fn draw(&self, batch: &Batch, pdf: &Path) -> Result<u64, DemoError> {
        let (db, actor, mut rng, now) =
            (self.db.clone(), self.actor.clone(), (self.randomness)(), (self.clock)());
        let (id, pdf, office) = (batch.id, pdf.to_owned(), self.office.clone());
        blocking(move || {
            let request = PrintRequest {
                batch: id,
                layout: Layout::default(),
                from_serial: None,
                to_serial: None,
                confirmed: false,
            };
            let key = format!("demo-print-{id}");
            let print: PrintId = db
                .write(|tx| prints::print(tx, &actor, &request, &key, rng.as_mut(), now))
                .map_err(|error: PrintError| match error {
                    PrintError::Fault(fault) => fault,
                    other => Fault::new(other),
                })?
                .id;
            let bytes = karcis_web::sheet_pdf(&office, print, None).map_err(not_drawn)?;
            write_whole(&pdf, &bytes)?;
            Ok(bytes.len() as u64)
        })
        .await
    }

    async fn close(self) {
        self.engine.close().await;
        let practice = self.practice.clone();
        // It panics only if the runtime ends, and then there is nothing left to keep.
        let _ = tokio::task::spawn_blocking(move || practice.switch_off()).await;
    }
}

fn not_drawn(failure: SheetFailure) -> DemoError {
    match failure {
        SheetFailure::Unknown => Fault::new("the print has gone from the books").into(),
        SheetFailure::Refused(refusal) => DemoError::NoSheet(refusal),
        SheetFailure::Fault(fault) => fault.into(),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DemoError> + Send + 'static,
) -> Result<T, DemoError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Fault::new("the run panicked").into()))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
