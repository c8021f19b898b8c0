//! Looking for printers and at them, for a person who asks: nothing is written into the books.

use crate::printers::Printer;
use karcis_spool::{Paper, Status};
use std::net::IpAddr;

/// What a printer says of itself when it can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterWord {
    /// Paper is in, and nothing is wrong.
    Ready,
    /// Paper is nearly used up.
    PaperLow,
    /// It is there, and does not say how it is.
    Silent,
}

impl super::Engine {
    /// Asks a printer how it is; the code of what is wrong with it when it cannot print or cannot be asked.
    pub async fn printer_word(&self, printer: &Printer) -> Result<PrinterWord, &'static str> {
        let status = self.look_at_printer(printer).await?;
        if let Some(trouble) = status.trouble() {
            return Err(super::press::code(&trouble, &printer.destination));
        }
        Ok(match status {
            Status::UNKNOWN => PrinterWord::Silent,
            Status { paper: Paper::Near, .. } => PrinterWord::PaperLow,
            Status { .. } => PrinterWord::Ready,
        })
    }

    /// Who on the local network takes slips, in order of their addresses.
    pub async fn printers_nearby(&self) -> Vec<IpAddr> {
        karcis_spool::nearby().await
    }
}
