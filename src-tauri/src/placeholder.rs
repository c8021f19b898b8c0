//! The office until the assembly is wired: one page, one form, one sheet.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Form, Router};
use tokio::sync::watch;

use crate::commands::{KeepLogo, SheetBytes};

pub(crate) struct Opened {
    pub(crate) router: Router,
    pub(crate) sheet_bytes: SheetBytes,
    pub(crate) keep_logo: KeepLogo,
    pub(crate) changed: watch::Receiver<u64>,
}

type Books = Arc<watch::Sender<u64>>;

pub(crate) async fn open() -> Result<Opened, String> {
    tokio::task::yield_now().await;
    if std::env::var_os("KARCIS_DATA").is_some_and(|at| at == "/proc/karcis") {
        return Err("Folder data tidak bisa ditulis.\n\nThe data folder cannot be written.".to_owned());
    }
    let (books, changed) = watch::channel(0);
    let books = Arc::new(books);
    let router = Router::new()
        .route("/", get(page))
        .route("/sold", get(sold))
        .route("/sell", post(sell))
        .route("/panic", get(async || -> &'static str { panic!("asked to") }))
        .route("/static/{*file}", get(file))
        .with_state(Arc::clone(&books));
    if let Some(address) = std::env::var_os("KARCIS_PLACEHOLDER_LISTEN") {
        let listener = tokio::net::TcpListener::bind(address.to_string_lossy().as_ref())
            .await
            .map_err(|e| e.to_string())?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("http://{address}\n"))
            .map_err(|e| e.to_string())?;
        axum::serve(listener, router.clone()).await.map_err(|e| e.to_string())?;
    }
    Ok(Opened {
        router,
        sheet_bytes: Box::new(|print| Ok(format!("%PDF-1.4 {print}").into_bytes())),
        keep_logo: Box::new(move |_| {
            books.send_modify(|n| *n += 1);
            Ok(())
        }),
        changed,
    })
}

async fn page() -> impl IntoResponse {
    let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ipc: http://ipc.localhost; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    (
        [(header::CONTENT_SECURITY_POLICY, csp), (header::CACHE_CONTROL, "no-store")],
        Html(
            r##"<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>Karcis</title><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content='{"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0,"includeIndicatorStyles":false}'>
<link rel="stylesheet" href="/static/vendor/bootstrap.min.css">
<script src="/static/vendor/htmx.min.js" defer></script><script src="/static/vendor/bootstrap.bundle.min.js" defer></script></head>
<body><main class="container py-4"><h1>Karcis</h1>
<p id="sold" hx-get="/sold" hx-trigger="karcis:changed from:body" hx-target="this">0 terjual</p>
<form hx-post="/sell" hx-target="#said"><label for="name" class="form-label">Nama</label><input id="name" name="name" class="form-control mb-2"><button id="sell" class="btn btn-dark">Jual</button></form>
<p id="said" role="status"></p>
<p><button class="btn btn-outline-dark" id="save" data-native="save-sheet" data-print="0193e7a0" data-name="Lembar 7">Simpan</button>
<button class="btn btn-outline-dark" id="bad" data-native="save-sheet" data-print="../x">Salah</button>
<a href="https://example.com/">Luar</a> <a id="stay" href="/sold">Dalam</a></p>
<div class="dropdown"><button class="btn btn-outline-dark dropdown-toggle" data-bs-toggle="dropdown">Menu</button><ul class="dropdown-menu"><li><a class="dropdown-item" href="/">Beranda</a></li></ul></div>
</main></body></html>"##,
        ),
    )
}

async fn sold(State(books): State<Books>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Html(format!("{} terjual", *books.borrow())))
}

#[derive(serde::Deserialize)]
struct Sale {
    name: String,
}

async fn sell(State(books): State<Books>, Form(sale): Form<Sale>) -> Html<String> {
    books.send_modify(|sold| *sold += 1);
    Html(format!("Terjual kepada {}", sale.name.replace('<', "")))
}

async fn file(Path(file): Path<String>) -> impl IntoResponse {
    let kind = if file.ends_with(".css") { "text/css" } else { "text/javascript" };
    match std::fs::read(format!("{}/../ui/static/{file}", env!("CARGO_MANIFEST_DIR"))) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
