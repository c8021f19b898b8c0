//! Fetches updates and starts their installers, through Tauri's updater. What it brings is checked by the office as well.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use karcis_app::updates::{Carrier, Found, MOST_BYTES, Pending, Progress};
use karcis_web::UpdateTrouble;
use tauri::{AppHandle, Runtime, Url};
use tauri_plugin_updater::{Error, Update, Updater, UpdaterExt};
use tokio::sync::Notify;

/// A feed is a short text; one that takes longer does not answer.
const LOOK_LIMIT: Duration = Duration::from_secs(30);
/// Somebody on a slow line waits for an installer as long as bytes keep coming.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);
const SILENCE_LIMIT: Duration = Duration::from_secs(60);
/// The updater wants an address even for what it does not ask anybody about.
const NOWHERE: &str = "https://localhost/";

/// What has to be done before an installer ends the program.
pub(crate) type Farewell = Arc<dyn Fn() + Send + Sync>;

/// Tauri's updater, held to one key.
pub(crate) struct PluginCarrier<R: Runtime> {
    app: AppHandle<R>,
    key: String,
    farewell: Arc<OnceLock<Farewell>>,
}

impl<R: Runtime> PluginCarrier<R> {
    pub(crate) fn new(app: AppHandle<R>, key: &str, farewell: Arc<OnceLock<Farewell>>) -> Self {
        Self { app, key: key.to_owned(), farewell }
    }

    fn updater(&self, address: &str) -> Result<Updater, UpdateTrouble> {
        let address = Url::parse(address).map_err(|_| UpdateTrouble::Nothing)?;
        let farewell = Arc::clone(&self.farewell);
        let builder = self.app.updater_builder().pubkey(self.key.clone()).timeout(LOOK_LIMIT);
        let builder = builder
            .configure_client(|client| {
                // In a test everything is on this machine; what people run follows no redirect out of https.
                client
                    .https_only(!cfg!(debug_assertions))
                    .connect_timeout(CONNECT_LIMIT)
                    .read_timeout(SILENCE_LIMIT)
            })
            .on_before_exit(move || {
                if let Some(farewell) = farewell.get() {
                    farewell();
                }
            });
        builder.endpoints(vec![address]).and_then(|builder| builder.build()).map_err(|error| trouble(&error))
    }

    fn restored(&self, found: &Found) -> Result<Update, UpdateTrouble> {
        let update = self.updater(NOWHERE)?.restore_update(found.description.clone());
        update.map_err(|error| trouble(&error))?.ok_or(UpdateTrouble::NotNewer)
    }

    async fn look(&self, url: &str) -> Result<Option<Found>, UpdateTrouble> {
        let update = self.updater(url)?.check().await.map_err(|error| trouble(&error))?;
        Ok(update.map(|update| Found {
            version: update.version,
            notes: update.body.unwrap_or_default(),
            signature: update.signature,
            description: update.raw_json,
        }))
    }

    async fn fetch(&self, found: &Found, progress: Progress) -> Result<Vec<u8>, UpdateTrouble> {
        let update = self.restored(found)?;
        let (too_much, mut got) = (Notify::new(), 0_u64);
        let download = update.download(
            |more, of| {
                got += more as u64;
                progress(got, of);
                if got.max(of.unwrap_or(0)) > MOST_BYTES {
                    too_much.notify_one();
                }
            },
            || {},
        );
        tokio::select! {
            biased;
            () = too_much.notified() => Err(UpdateTrouble::TooLarge),
            fetched = download => fetched.map_err(|error| trouble(&error)),
        }
    }
}

impl<R: Runtime> Carrier for PluginCarrier<R> {
    fn look<'a>(&'a self, url: &'a str) -> Pending<'a, Result<Option<Found>, UpdateTrouble>> {
        Box::pin(self.look(url))
    }

    fn fetch<'a>(
        &'a self,
        found: &'a Found,
        progress: Progress,
    ) -> Pending<'a, Result<Vec<u8>, UpdateTrouble>> {
        Box::pin(self.fetch(found, progress))
    }

    fn install(&self, found: &Found, installer: &[u8]) -> Result<(), UpdateTrouble> {
        self.restored(found)?.install(installer).map_err(|error| {
            tracing::error!(%error, "the installer of an update did not start");
            match trouble(&error) {
                genuine @ (UpdateTrouble::NotGenuine | UpdateTrouble::OtherVersion) => genuine,
                _ => UpdateTrouble::NotInstalled,
            }
        })
    }
}

fn trouble(error: &Error) -> UpdateTrouble {
    tracing::info!(%error, "the updater refused");
    match error {
        Error::Reqwest(error) if error.is_decode() => UpdateTrouble::Unreadable,
        Error::Serialization(_) | Error::Semver(_) => UpdateTrouble::Unreadable,
        Error::ReleaseNotFound | Error::Network(_) | Error::EmptyEndpoints => UpdateTrouble::Nothing,
        Error::TargetNotFound(_)
        | Error::TargetsNotFound(_)
        | Error::UnsupportedArch
        | Error::UnsupportedOs => UpdateTrouble::OtherComputer,
        Error::Minisign(_) | Error::Base64(_) | Error::SignatureUtf8(_) => UpdateTrouble::NotGenuine,
        Error::SignedVersionMismatch { .. } | Error::MissingSignedVersion => UpdateTrouble::OtherVersion,
        // The updater may learn other words; what it cannot say more about, it did not reach.
        _ => UpdateTrouble::Unreachable,
    }
}

#[cfg(test)]
mod tests;
