//! Style sheets, scripts and pictures, embedded in the program and named by the hash of their content.

use crate::error::Error;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Its path below `ui/static`.
    pub path: &'static str,
    hash: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

impl Asset {
    /// Every embedded file.
    pub fn all() -> &'static [Asset] {
        ASSETS
    }

    fn named(path: &str) -> Option<&'static Asset> {
        ASSETS.iter().find(|asset| asset.path == path)
    }
}

/// The address of a file; it changes with the content, so it may be cached for ever.
pub(crate) fn url(path: &str) -> String {
    match Asset::named(path) {
        Some(asset) => format!("/static/{path}?v={}", asset.hash),
        None => format!("/static/{path}"),
    }
}

pub(crate) async fn serve(
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let asset = Asset::named(&path).ok_or(Error::NotFound)?;
    if let Some(bytes) = fresh(asset) {
        return Ok(([content_type(&path), no_store()], bytes).into_response());
    }
    let tag = format!("\"{}\"", asset.hash);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes());
    let exact = query.is_some_and(|query| query == format!("v={}", asset.hash));
    let keep = if exact { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = HeaderValue::try_from(tag).map_err(|_| Error::NotFound)?;
    let head =
        [content_type(&path), (header::CACHE_CONTROL, HeaderValue::from_static(keep)), (header::ETAG, tag)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, head, Body::empty()).into_response());
    }
    Ok((head, asset.bytes).into_response())
}

/// While the program is being written, the file on the disk is newer than the one embedded.
fn fresh(asset: &Asset) -> Option<Cow<'static, [u8]>> {
    if !cfg!(debug_assertions) || cfg!(test) {
        return None;
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/static");
    std::fs::read(folder.join(asset.path)).ok().map(Cow::Owned)
}

fn no_store() -> (header::HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

fn content_type(path: &str) -> (header::HeaderName, HeaderValue) {
    let kind = match path.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    (header::CONTENT_TYPE, HeaderValue::from_static(kind))
}
