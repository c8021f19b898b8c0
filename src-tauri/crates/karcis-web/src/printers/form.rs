//! Adding a printer, changing one.

use super::{code_page_word, known, paper_word, qr_word};
use crate::answer::{Answer, again, go, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, Query, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::printers::{
    self, CodePage, Destination, PaperWidth, Printer, PrinterError, PrinterRequest, QrDrawing,
};
use serde::Deserialize;

/// Where network printers take raw bytes, unless somebody has changed it.
const RAW_PORT: &str = "9100";

#[derive(Template)]
#[template(path = "printers/form.html")]
struct FormPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    address: String,
    back: String,
    is_new: bool,
    fields: Fields,
    request_key: RequestKey,
}

/// What a form or an address says about a printer, as text.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PrinterForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    port: String,
    #[serde(default)]
    queue: String,
    #[serde(default)]
    folder: String,
    #[serde(default)]
    paper: String,
    #[serde(default)]
    code_page: String,
    #[serde(default)]
    qr: String,
    #[serde(default)]
    cuts: String,
    #[serde(default)]
    kicks_drawer: String,
    #[serde(default)]
    tells_status: String,
    #[serde(default)]
    request_key: String,
}

impl PrinterForm {
    /// What a new printer usually is.
    fn usual(found: PrinterForm) -> PrinterForm {
        let or = |text: String, usual: &str| if text.is_empty() { usual.to_owned() } else { text };
        PrinterForm {
            kind: or(found.kind, "network"),
            port: or(found.port, RAW_PORT),
            paper: or(found.paper, PaperWidth::Mm58.as_str()),
            code_page: or(found.code_page, CodePage::Pc437.as_str()),
            qr: or(found.qr, QrDrawing::Native.as_str()),
            cuts: "on".to_owned(),
            tells_status: "on".to_owned(),
            name: if found.name.is_empty() { found.queue.clone() } else { found.name },
            ..found
        }
    }

    fn of(printer: &Printer) -> PrinterForm {
        let tick = |it: bool| if it { "on".to_owned() } else { String::new() };
        let mut form = PrinterForm {
            name: printer.name.clone(),
            port: RAW_PORT.to_owned(),
            paper: printer.paper.as_str().to_owned(),
            code_page: printer.code_page.as_str().to_owned(),
            qr: printer.qr.as_str().to_owned(),
            cuts: tick(printer.cuts),
            kicks_drawer: tick(printer.kicks_drawer),
            tells_status: tick(printer.tells_status),
            ..PrinterForm::default()
        };
        match &printer.destination {
            Destination::Network { host, port } => {
                form.kind = "network".to_owned();
                form.host.clone_from(host);
                form.port = port.to_string();
            }
            Destination::Queue(name) => {
                form.kind = "queue".to_owned();
                form.queue.clone_from(name);
            }
            Destination::Folder(path) => {
                form.kind = "folder".to_owned();
                form.folder.clone_from(path);
            }
        }
        form
    }

    fn request(&self) -> Result<PrinterRequest, Error> {
        let destination = match self.kind.as_str() {
            "network" => Destination::Network {
                host: self.host.clone(),
                // A port that is no number is refused where a port of nought is.
                port: self.port.trim().parse().unwrap_or(0),
            },
            "queue" => Destination::Queue(self.queue.clone()),
            "folder" => Destination::Folder(self.folder.clone()),
            _ => return Err(Error::Unreadable),
        };
        Ok(PrinterRequest {
            name: self.name.clone(),
            destination,
            paper: self.paper.parse().map_err(|_| Error::Unreadable)?,
            code_page: self.code_page.parse().map_err(|_| Error::Unreadable)?,
            qr: self.qr.parse().map_err(|_| Error::Unreadable)?,
            cuts: !self.cuts.is_empty(),
            kicks_drawer: !self.kicks_drawer.is_empty(),
            tells_status: !self.tells_status.is_empty(),
        })
    }
}

struct Fields {
    name: Field,
    kinds: Vec<Choice>,
    host: Field,
    port: Field,
    queue: Field,
    folder: Field,
    papers: Vec<Choice>,
    code_pages: Vec<Choice>,
    qrs: Vec<Choice>,
    cuts: bool,
    kicks_drawer: bool,
    tells_status: bool,
}

impl Fields {
    fn of(form: &PrinterForm, t: &Texts) -> Fields {
        let w = &t.printers;
        let kinds = [("network", w.kind_network), ("queue", w.kind_queue), ("folder", w.kind_folder)];
        let papers = PaperWidth::ALL.iter().map(|it| (it.as_str(), paper_word(*it)));
        let code_pages = CodePage::ALL.iter().map(|it| (it.as_str(), code_page_word(*it)));
        let qrs = QrDrawing::ALL.iter().map(|it| (it.as_str(), qr_word(*it, t)));
        Fields {
            name: Field::new("name", form.name.as_str()),
            kinds: choices(kinds.into_iter(), &form.kind),
            host: Field::new("host", form.host.as_str()),
            port: Field::new("port", form.port.as_str()),
            queue: Field::new("queue", form.queue.as_str()),
            folder: Field::new("folder", form.folder.as_str()),
            papers: choices(papers, &form.paper),
            code_pages: choices(code_pages, &form.code_page),
            qrs: choices(qrs, &form.qr),
            cuts: !form.cuts.is_empty(),
            kicks_drawer: !form.kicks_drawer.is_empty(),
            tells_status: !form.tells_status.is_empty(),
        }
    }

    /// Puts what is wrong beside the field that it is about.
    fn refuse(&mut self, error: PrinterError, t: &Texts) -> Result<(), Error> {
        let (field, refusal) = match error {
            PrinterError::BadName => (&mut self.name, Refusal::R721),
            PrinterError::NameTaken => (&mut self.name, Refusal::R722),
            PrinterError::BadHost => (&mut self.host, Refusal::R723),
            PrinterError::BadQueue => (&mut self.queue, Refusal::R724),
            PrinterError::BadFolder => (&mut self.folder, Refusal::R725),
            PrinterError::Unknown => return Err(Error::NotFound),
            PrinterError::Fault(fault) => return Err(Error::Fault(fault)),
        };
        field.refuse(refusal.sentence(t));
        Ok(())
    }
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str)>, chosen: &str) -> Vec<Choice> {
    all.map(|(value, label)| Choice::new(value, label, value == chosen)).collect()
}

pub(super) async fn add_page(desk: Desk, Query(found): Query<PrinterForm>) -> Answer {
    let fields = Fields::of(&PrinterForm::usual(found), desk.t);
    let key = desk.request_key();
    show(&drawn(&desk, None, fields, key).await?)
}

pub(super) async fn edit_page(desk: Desk, Path(id): Path<String>) -> Answer {
    let printer = found(&desk, &id).await?;
    let fields = Fields::of(&PrinterForm::of(&printer), desk.t);
    let key = desk.request_key();
    show(&drawn(&desk, Some(&printer), fields, key).await?)
}

async fn found(desk: &Desk, id: &str) -> Result<Printer, Error> {
    let id = known(id)?;
    desk.read(move |tx| printers::in_use(tx, id)).await?.ok_or(Error::NotFound)
}

async fn drawn(
    desk: &Desk,
    of: Option<&Printer>,
    fields: Fields,
    request_key: RequestKey,
) -> Result<FormPage, Fault> {
    let t = desk.t;
    let title = of.map_or(t.printers.add.to_owned(), |printer| t.printers.change_of(&printer.name));
    let address = of.map_or("/printers".to_owned(), |printer| format!("/printers/{}", printer.id));
    Ok(FormPage {
        t,
        frame: desk.frame(Nav::Settings, &title).await?,
        title,
        back: address.clone(),
        address,
        is_new: of.is_none(),
        fields,
        request_key,
    })
}

pub(super) async fn add(desk: Desk, Form(form): Form<PrinterForm>) -> Answer {
    let (key, request) = (RequestKey::parse(&form.request_key)?, form.request()?);
    let (actor, now, mut rng, sent) = (desk.actor()?, desk.now(), desk.office.rng(), key.clone());
    let added =
        desk.write(move |tx| printers::add(tx, &actor, &request, sent.as_str(), rng.as_mut(), now)).await;
    match added {
        Ok(printer) => go(&format!("/printers/{}", printer.id)),
        Err(error) => {
            let mut fields = Fields::of(&form, desk.t);
            fields.refuse(error, desk.t)?;
            again(&drawn(&desk, None, fields, key).await?)
        }
    }
}

pub(super) async fn change(desk: Desk, Path(id): Path<String>, Form(form): Form<PrinterForm>) -> Answer {
    let (key, request) = (RequestKey::parse(&form.request_key)?, form.request()?);
    let printer = found(&desk, &id).await?;
    let (actor, now, id) = (desk.actor()?, desk.now(), printer.id);
    match desk.write(move |tx| printers::change(tx, &actor, id, &request, now)).await {
        Ok(_) => go(&format!("/printers/{id}")),
        Err(error) => {
            let mut fields = Fields::of(&form, desk.t);
            fields.refuse(error, desk.t)?;
            again(&drawn(&desk, Some(&printer), fields, key).await?)
        }
    }
}
