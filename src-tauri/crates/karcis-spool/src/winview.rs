//! The print interface of WebView2: what a webview shows goes to a printer without a dialog.
//!
//! Windows draws PDF pages itself this way, with the driver of the printer, so that cards come out in their true size.
#![expect(unsafe_code, reason = "WebView2 has no other interface than its objects in COM")]

use std::sync::{Arc, Mutex, PoisonError};
use webview2_com::Microsoft::Web::WebView2::Win32::{
    COREWEBVIEW2_PRINT_STATUS_SUCCEEDED, ICoreWebView2_16, ICoreWebView2Controller, ICoreWebView2Environment,
    ICoreWebView2Environment6, ICoreWebView2PrintSettings,
};
use webview2_com::PrintCompletedHandler;
use windows_core::{Interface, Result};

/// Hears once how a print went: whether the printer's queue has all of it.
pub type Printed = Box<dyn FnOnce(bool) + Send>;

/// Sends what the webview shows to the printer that Windows uses unless told otherwise, in its true size and without the
/// browser's own lines above and below. Call it on the thread that the webview belongs to.
///
/// A WebView2 that is too old for it refuses at once, and then nothing was printed.
pub fn print_shown(
    controller: &ICoreWebView2Controller,
    environment: &ICoreWebView2Environment,
    printed: Printed,
) -> Result<()> {
    // SAFETY: the controller is alive as long as we hold it, and we are on its thread.
    let view = unsafe { controller.CoreWebView2() }?;
    let view: ICoreWebView2_16 = view.cast()?;
    let settings = true_size(&environment.cast()?)?;
    let printed = Arc::new(Mutex::new(Some(printed)));
    let told = PrintCompletedHandler::create(Box::new(move |outcome, status| {
        let whole = outcome.is_ok() && status == COREWEBVIEW2_PRINT_STATUS_SUCCEEDED;
        if let Some(printed) = printed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            printed(whole);
        }
        Ok(())
    }));
    // SAFETY: view, settings and handler are alive; WebView2 keeps the handler until it has called it.
    unsafe { view.Print(&settings, &told) }
}

fn true_size(environment: &ICoreWebView2Environment6) -> Result<ICoreWebView2PrintSettings> {
    // SAFETY: the environment is alive as long as we hold it.
    let settings = unsafe { environment.CreatePrintSettings() }?;
    // SAFETY: the settings are ours alone, here and below.
    unsafe { settings.SetScaleFactor(1.0) }?;
    // SAFETY: as above.
    unsafe { settings.SetMarginTop(0.0) }?;
    // SAFETY: as above.
    unsafe { settings.SetMarginBottom(0.0) }?;
    // SAFETY: as above.
    unsafe { settings.SetMarginLeft(0.0) }?;
    // SAFETY: as above.
    unsafe { settings.SetMarginRight(0.0) }?;
    // SAFETY: as above.
    unsafe { settings.SetShouldPrintBackgrounds(true) }?;
    // SAFETY: as above.
    unsafe { settings.SetShouldPrintHeaderAndFooter(false) }?;
    Ok(settings)
}
