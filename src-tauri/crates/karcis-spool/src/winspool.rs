//! The print spooler of Windows, the one thing here that must be spoken to in C.
//!
//! Every call's result is looked at, and every handle is closed on every way out.
#![expect(unsafe_code, reason = "the spooler of Windows has no other interface than its functions in C")]

use std::io;
use std::mem;
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Foundation as win;
use windows_sys::Win32::Graphics::Printing as spool;

use crate::queue::Spooler;
use crate::{Cover, Online, Paper, SendError, Status};

/// The most memory an answer of the spooler may take.
const MAX_ANSWER: u32 = 4 * 1024 * 1024;
/// The longest name of a printer that is read.
const MAX_NAME: usize = 1024;

/// `RPC_S_SERVER_UNAVAILABLE` and `RPC_S_UNKNOWN_IF`: the spooler is a process of its own, which may be stopped.
const SPOOLER_STOPPED: u32 = 1722;
const SPOOLER_UNKNOWN: u32 = 1717;

/// The spooler of this system.
pub(crate) fn system() -> Winspool {
    Winspool
}

/// The spooler, on threads of their own: its calls block, and cannot be called off.
pub(crate) struct Winspool;

impl Spooler for Winspool {
    type Job = u32;

    async fn queues(&self) -> Result<Vec<String>, SendError> {
        blocking(names).await
    }

    async fn status(&self, queue: &str) -> Result<Status, SendError> {
        let queue = queue.to_owned();
        blocking(move || Printer::open(&queue)?.then(Printer::status)).await
    }

    async fn submit(&self, queue: &str, bytes: &[u8]) -> Result<u32, SendError> {
        let (queue, bytes) = (queue.to_owned(), bytes.to_vec());
        blocking(move || Printer::open(&queue)?.then(|printer| printer.submit(&bytes))).await
    }

    async fn is_waiting(&self, queue: &str, job: &u32) -> Result<bool, SendError> {
        let (queue, job) = (queue.to_owned(), *job);
        blocking(move || Printer::open(&queue)?.then(|printer| printer.is_waiting(job))).await
    }

    async fn cancel(&self, queue: &str, job: &u32) -> Result<(), SendError> {
        let (queue, job) = (queue.to_owned(), *job);
        blocking(move || Printer::open(&queue)?.then(|printer| printer.cancel(job))).await
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(250)
    }
}

async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, SendError> + Send + 'static,
) -> Result<T, SendError> {
    tokio::task::spawn_blocking(call).await.map_err(|error| SendError::Other(error.to_string()))?
}

/// An open printer.
struct Printer {
    handle: spool::PRINTER_HANDLE,
}

impl Printer {
    fn open(queue: &str) -> Result<Self, SendError> {
        let name = wide(queue);
        let mut handle = spool::PRINTER_HANDLE::default();
        // SAFETY: the name ends with a NUL and outlives the call, the handle is ours to write, no defaults are given.
        let done = unsafe { spool::OpenPrinterW(name.as_ptr(), &raw mut handle, ptr::null()) };
        checked(done)?;
        Ok(Self { handle })
    }

    /// Does something with the printer and closes it; a close that fails is told unless something worse is.
    fn then<T>(self, what: impl FnOnce(&Self) -> Result<T, SendError>) -> Result<T, SendError> {
        let done = what(&self);
        let closed = self.close();
        done.and_then(|done| closed.map(|()| done))
    }

    fn close(self) -> Result<(), SendError> {
        let handle = self.handle;
        mem::forget(self);
        // SAFETY: the handle came from OpenPrinterW and is closed once: this printer is forgotten.
        checked(unsafe { spool::ClosePrinter(handle) })
    }

    fn status(&self) -> Result<Status, SendError> {
        let answer = answered(|buffer, size, needed| {
            // SAFETY: the buffer is `size` bytes long and `needed` is ours to write.
            unsafe { spool::GetPrinterW(self.handle, 2, buffer, size, needed) }
        })?;
        // SAFETY: at level 2 the answer begins with this structure, and the buffer is aligned for it.
        let printer = unsafe { answer.as_ptr().cast::<spool::PRINTER_INFO_2W>().read() };
        Ok(understood(printer.Status, printer.Attributes))
    }

    /// Hands over the bytes as a job and answers its number.
    fn submit(&self, bytes: &[u8]) -> Result<u32, SendError> {
        let (mut name, mut kind) = (wide("Karcis"), wide("RAW"));
        let document = spool::DOC_INFO_1W {
            pDocName: name.as_mut_ptr(),
            pOutputFile: ptr::null_mut(),
            pDatatype: kind.as_mut_ptr(),
        };
        // SAFETY: the document and its strings, which end with a NUL, outlive the call.
        let job = unsafe { spool::StartDocPrinterW(self.handle, 1, &raw const document) };
        checked(i32::from(job != 0))?;
        let mut sent = 0;
        match self.page(bytes, &mut sent) {
            Ok(()) => Ok(job),
            Err(trouble) => {
                // SAFETY: the handle is open and has a document. What is spooled of it is thrown away.
                let aborted = checked(unsafe { spool::AbortPrinter(self.handle) });
                Err(trouble.after(if aborted.is_ok() { 0 } else { sent }, bytes.len()))
            }
        }
    }

    fn page(&self, bytes: &[u8], sent: &mut usize) -> Result<(), SendError> {
        // SAFETY: the handle is open and has a document.
        checked(unsafe { spool::StartPagePrinter(self.handle) })?;
        while *sent < bytes.len() {
            let rest = &bytes[*sent..];
            let length = u32::try_from(rest.len()).unwrap_or(u32::MAX);
            let mut taken = 0;
            // SAFETY: `rest` is at least `length` bytes long and outlives the call, `taken` is ours to write.
            let done =
                unsafe { spool::WritePrinter(self.handle, rest.as_ptr().cast(), length, &raw mut taken) };
            checked(done)?;
            if taken == 0 {
                return Err(SendError::Other("the spooler took no bytes".to_owned()));
            }
            *sent += (taken as usize).min(rest.len());
        }
        // SAFETY: the handle is open and has a page.
        checked(unsafe { spool::EndPagePrinter(self.handle) })?;
        // SAFETY: the handle is open and has a document.
        checked(unsafe { spool::EndDocPrinter(self.handle) })
    }

    fn is_waiting(&self, job: u32) -> Result<bool, SendError> {
        let answer = answered(|buffer, size, needed| {
            // SAFETY: the buffer is `size` bytes long and `needed` is ours to write.
            unsafe { spool::GetJobW(self.handle, job, 1, buffer, size, needed) }
        });
        let answer = match answer {
            Ok(answer) => answer,
            // No such job any more; Wine gives no reason.
            Err(Failed(win::ERROR_INVALID_PARAMETER | win::ERROR_SUCCESS)) => return Ok(false),
            Err(failed) => return Err(failed.into()),
        };
        // SAFETY: at level 1 the answer begins with this structure, and the buffer is aligned for it.
        let job = unsafe { answer.as_ptr().cast::<spool::JOB_INFO_1W>().read() };
        if job.Status & (spool::JOB_STATUS_DELETING | spool::JOB_STATUS_DELETED) != 0 {
            return Err(SendError::Dropped);
        }
        Ok(job.Status & (spool::JOB_STATUS_PRINTED | spool::JOB_STATUS_COMPLETE) == 0)
    }

    fn cancel(&self, job: u32) -> Result<(), SendError> {
        // SAFETY: the handle is open, and at level 0 there is no structure.
        let done = unsafe { spool::SetJobW(self.handle, job, 0, ptr::null(), spool::JOB_CONTROL_DELETE) };
        checked(done)
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        // SAFETY: the handle came from OpenPrinterW, and whoever closes it himself forgets the printer.
        let closed = unsafe { spool::ClosePrinter(self.handle) };
        debug_assert!(closed != 0, "an open printer can be closed");
    }
}

/// The names of the printers of this computer and of those it is connected to.
fn names() -> Result<Vec<String>, SendError> {
    let mut count = 0;
    let answer = answered(|buffer, size, needed| {
        let kinds = spool::PRINTER_ENUM_LOCAL | spool::PRINTER_ENUM_CONNECTIONS;
        // SAFETY: the buffer is `size` bytes long, `needed` and `count` are ours to write, no server is named.
        unsafe { spool::EnumPrintersW(kinds, ptr::null(), 4, buffer, size, needed, &raw mut count) }
    })?;
    let printers = answer.as_ptr().cast::<spool::PRINTER_INFO_4W>();
    let fits = answer.len() * mem::size_of::<u64>() / mem::size_of::<spool::PRINTER_INFO_4W>();
    let mut names = Vec::new();
    for at in 0..(count as usize).min(fits) {
        // SAFETY: at level 4 the answer begins with `count` of these structures, in a buffer aligned for them.
        let printer = unsafe { printers.wrapping_add(at).read() };
        names.extend(text(printer.pPrinterName));
    }
    Ok(names)
}

/// Asks once for the size of an answer and then for the answer, again where it grew in between. The memory is
/// aligned as any structure of the spooler needs.
fn answered(mut ask: impl FnMut(*mut u8, u32, *mut u32) -> i32) -> Result<Vec<u64>, Failed> {
    let mut buffer: Vec<u64> = vec![0; 64];
    for _ in 0..4 {
        let size = u32::try_from(mem::size_of_val(buffer.as_slice())).map_err(|_| Failed(0))?;
        let mut needed = 0;
        if ask(buffer.as_mut_ptr().cast(), size, &raw mut needed) != 0 {
            return Ok(buffer);
        }
        let failed = Failed::last();
        if failed.0 != win::ERROR_INSUFFICIENT_BUFFER || needed > MAX_ANSWER {
            return Err(failed);
        }
        buffer = vec![0; (needed as usize).div_ceil(mem::size_of::<u64>()) + 8];
    }
    Err(Failed(win::ERROR_INSUFFICIENT_BUFFER))
}

/// The number of an error of Windows.
struct Failed(u32);

impl Failed {
    fn last() -> Self {
        let code = io::Error::last_os_error().raw_os_error().unwrap_or_default();
        Self(code.cast_unsigned())
    }
}

impl From<Failed> for SendError {
    fn from(Failed(code): Failed) -> Self {
        match code {
            win::ERROR_INVALID_PRINTER_NAME
            | win::ERROR_PRINTER_NOT_FOUND
            | win::ERROR_PRINTER_DELETED
            | win::ERROR_INVALID_NAME => Self::QueueUnknown,
            win::ERROR_ACCESS_DENIED => Self::Denied,
            win::ERROR_DISK_FULL | win::ERROR_HANDLE_DISK_FULL | win::ERROR_NO_SPOOL_SPACE => Self::DiskFull,
            win::ERROR_OUT_OF_PAPER => Self::PaperOut,
            win::ERROR_NOT_READY => Self::Offline,
            win::ERROR_PRINT_CANCELLED => Self::Dropped,
            SPOOLER_STOPPED | SPOOLER_UNKNOWN => Self::Unreachable,
            other => Self::Other(io::Error::from_raw_os_error(other.cast_signed()).to_string()),
        }
    }
}

/// What a call that answers TRUE or FALSE came to.
fn checked(done: i32) -> Result<(), SendError> {
    if done != 0 { Ok(()) } else { Err(Failed::last().into()) }
}

fn understood(status: u32, attributes: u32) -> Status {
    let says = |bits: u32| status & bits != 0;
    let away = spool::PRINTER_STATUS_OFFLINE
        | spool::PRINTER_STATUS_PAUSED
        | spool::PRINTER_STATUS_NOT_AVAILABLE
        | spool::PRINTER_STATUS_SERVER_OFFLINE
        | spool::PRINTER_STATUS_PENDING_DELETION;
    let stopped = spool::PRINTER_STATUS_ERROR
        | spool::PRINTER_STATUS_PAPER_JAM
        | spool::PRINTER_STATUS_PAPER_PROBLEM
        | spool::PRINTER_STATUS_USER_INTERVENTION
        | spool::PRINTER_STATUS_OUT_OF_MEMORY;
    let works_offline = attributes & spool::PRINTER_ATTRIBUTE_WORK_OFFLINE != 0;
    Status {
        paper: if says(spool::PRINTER_STATUS_PAPER_OUT) { Paper::Out } else { Paper::Unknown },
        cover: if says(spool::PRINTER_STATUS_DOOR_OPEN) { Cover::Open } else { Cover::Unknown },
        online: if works_offline || says(away) { Online::No } else { Online::Yes },
        halted: says(stopped),
    }
}

/// The text as Windows takes it, ended with a NUL.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// The text at an address the spooler gave, up to its NUL.
fn text(at: *const u16) -> Option<String> {
    if at.is_null() {
        return None;
    }
    let mut letters = Vec::new();
    while letters.len() < MAX_NAME {
        // SAFETY: the spooler ends its strings with a NUL inside the answer, which is still held; no letter after
        // the first NUL is read.
        let letter = unsafe { at.wrapping_add(letters.len()).read() };
        if letter == 0 {
            break;
        }
        letters.push(letter);
    }
    Some(String::from_utf16_lossy(&letters))
}

#[cfg(test)]
mod tests {
    use super::{Failed, Printer, SPOOLER_STOPPED, names, understood, wide, win};
    use crate::{Cover, Limits, Online, Paper, SendError, Target, queues, send, status};
    use std::fs;
    use std::path::Path;
    use std::process::Command;
    use windows_sys::Win32::Graphics::Printing as spool;

    /// Adds a print queue whose port is a file, given as Unix names it. Wine reads its printers from the registry and
    /// writes to such a port itself; a real Windows has neither, so there the answer is `false`.
    fn queue_into(name: &str, port: &str) -> bool {
        if std::env::var_os("WINEPREFIX").is_none() {
            return false;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("queue.reg");
        let key = r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\Print\Printers";
        let values = format!(
            "\"Name\"=\"{name}\"\r\n\"Port\"=\"{port}\"\r\n\"Printer Driver\"=\"wineps.drv\"\r\n\
             \"Print Processor\"=\"WinPrint\"\r\n\"Datatype\"=\"RAW\"\r\n"
        );
        let text = format!("\u{feff}Windows Registry Editor Version 5.00\r\n\r\n[{key}\\{name}]\r\n{values}");
        fs::write(&file, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
        let imported = Command::new("reg").arg("import").arg(&file).output().unwrap();
        assert!(imported.status.success(), "{imported:?}");
        true
    }

    /// How Unix names a file of drive C of Wine.
    fn as_unix(path: &Path) -> String {
        let prefix = std::env::var("WINEPREFIX").unwrap_or_default();
        let path = path.to_str().unwrap().replace('\\', "/");
        format!("{prefix}/drive_c/{}", path.strip_prefix("C:/").unwrap_or(&path))
    }

    #[tokio::test]
    async fn a_slip_leaves_a_raw_queue_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("port.prn");
        if !queue_into("Kasir é 1", &as_unix(&port)) {
            return;
        }
        let limits = Limits::default();
        assert!(queues(&limits).await.unwrap().iter().any(|name| name == "Kasir é 1"));
        let target = Target::Queue("Kasir é 1".to_owned());
        assert_eq!(status(&target, &limits).await.unwrap().online, Online::Yes);
        // Every byte there is, more than one call of the spooler takes, and the codes that text drivers swallow.
        let slip: Vec<u8> = (0..=u8::MAX).cycle().take(200_000).collect();
        let sent = send(&target, &slip, &limits).await.unwrap();
        assert_eq!((sent.bytes, sent.status.online), (slip.len(), Online::Yes));
        assert!(fs::read(&port).unwrap() == slip, "the port took the slip as it was");
    }

    #[tokio::test]
    async fn a_port_that_cannot_be_written_is_told_and_nothing_is_called_printed() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("no such folder").join("port.prn");
        if !queue_into("Kasir mati", &as_unix(&port)) {
            return;
        }
        let sent = send(&Target::Queue("Kasir mati".to_owned()), b"slip", &Limits::default()).await;
        assert!(sent.is_err(), "{sent:?}");
        assert!(!port.exists());
    }

    #[tokio::test]
    async fn a_queue_that_does_not_exist_refuses_every_call() {
        let (target, limits) = (Target::Queue("Karcis tidak ada".to_owned()), Limits::default());
        assert_eq!(send(&target, b"slip", &limits).await, Err(SendError::QueueUnknown));
        assert_eq!(status(&target, &limits).await, Err(SendError::QueueUnknown));
    }

    #[test]
    fn every_reason_windows_gives_is_told_apart() {
        for (code, told) in [
            (win::ERROR_INVALID_PRINTER_NAME, SendError::QueueUnknown),
            (win::ERROR_PRINTER_NOT_FOUND, SendError::QueueUnknown),
            (win::ERROR_PRINTER_DELETED, SendError::QueueUnknown),
            (win::ERROR_INVALID_NAME, SendError::QueueUnknown),
            (win::ERROR_ACCESS_DENIED, SendError::Denied),
            (win::ERROR_DISK_FULL, SendError::DiskFull),
            (win::ERROR_HANDLE_DISK_FULL, SendError::DiskFull),
            (win::ERROR_NO_SPOOL_SPACE, SendError::DiskFull),
            (win::ERROR_OUT_OF_PAPER, SendError::PaperOut),
            (win::ERROR_NOT_READY, SendError::Offline),
            (win::ERROR_PRINT_CANCELLED, SendError::Dropped),
            (SPOOLER_STOPPED, SendError::Unreachable),
        ] {
            assert_eq!(SendError::from(Failed(code)), told, "{code}");
        }
        let unknown = SendError::from(Failed(win::ERROR_INVALID_DATATYPE));
        assert!(matches!(&unknown, SendError::Other(words) if words.contains("1804")), "{unknown:?}");
    }

    #[test]
    fn a_job_that_is_not_there_is_not_waited_for_and_cannot_be_called_off() {
        if !queue_into("Kasir kosong", "/dev/null") {
            return;
        }
        let gone = Printer::open("Kasir kosong").unwrap().then(|printer| printer.is_waiting(4_000_000));
        assert_eq!(gone, Ok(false));
        let cancelled = Printer::open("Kasir kosong").unwrap().then(|printer| printer.cancel(4_000_000));
        assert!(cancelled.is_err(), "{cancelled:?}");
    }

    #[test]
    fn a_printer_that_does_not_exist_is_told() {
        let missing = Printer::open("Karcis no such printer").map(|_| ());
        assert_eq!(missing, Err(SendError::QueueUnknown));
    }

    #[test]
    fn every_printer_that_is_listed_can_be_opened_and_asked() {
        for name in names().unwrap() {
            assert!(!name.is_empty());
            Printer::open(&name).unwrap().then(Printer::status).unwrap();
        }
    }

    #[test]
    fn every_bit_that_matters_is_understood() {
        let trouble = |status, attributes| understood(status, attributes).trouble();
        assert_eq!(trouble(0, 0), None);
        assert_eq!(trouble(spool::PRINTER_STATUS_PRINTING, 0), None);
        assert_eq!(trouble(spool::PRINTER_STATUS_PAPER_OUT, 0), Some(SendError::PaperOut));
        assert_eq!(trouble(spool::PRINTER_STATUS_DOOR_OPEN, 0), Some(SendError::CoverOpen));
        assert_eq!(trouble(spool::PRINTER_STATUS_PAPER_JAM, 0), Some(SendError::Halted));
        assert_eq!(trouble(spool::PRINTER_STATUS_PAUSED, 0), Some(SendError::Offline));
        assert_eq!(trouble(0, spool::PRINTER_ATTRIBUTE_WORK_OFFLINE), Some(SendError::Offline));
        let well = understood(0, 0);
        assert_eq!((well.paper, well.cover, well.online), (Paper::Unknown, Cover::Unknown, Online::Yes));
    }

    #[test]
    fn a_text_ends_with_a_nul() {
        assert_eq!(wide("é"), [0xE9, 0]);
    }
}
