//! CUPS' commands, played by a shell script.

use super::{Cups, learn, read, understood};
use crate::queue::{self, Spooler};
use crate::{Cover, Limits, Online, Paper, SendError, Status};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::oneshot;

/// A folder with a script that stands for every command: it is told the command's name and arguments.
struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    fn set(script: &str) -> (Self, Cups) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cups.sh");
        fs::write(&file, format!("cd {}\n{script}\n", folder.path().display())).unwrap();
        let before = vec!["sh".to_owned(), file.to_str().unwrap().to_owned()];
        (Self { folder }, Cups { before, pause: Duration::from_millis(1) })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }
}

/// Time enough for a machine on which programs start slowly.
fn patient() -> Limits {
    Limits { answer: Duration::from_secs(60), whole: Duration::from_secs(120), ..Limits::default() }
}

const WELL: &str = "\
case \"$1\" in
lpstat) case \"$2\" in
  -e) printf 'KASIR\\nDAPUR\\n';;
  -l) printf 'printer KASIR is idle.  enabled since Fri Nov 20 08:00:00 2026\\n\\tAlerts: none\\nKASIR accepting requests since Fri\\n';;
  -W) test -e waited || { touch waited; printf 'KASIR-11 siti 9 Fri\\nKASIR-12 siti 9 Fri\\n'; };;
  esac;;
lp) printf '%s\\n' \"$@\" > arguments; cat > bytes; echo 'request id is KASIR-12 (0 file(s))';;
cancel) echo \"$2\" > cancelled;;
esac";

#[tokio::test]
async fn a_slip_goes_to_lp_as_it_is_and_its_job_is_followed() {
    let (stage, cups) = Stage::set(WELL);
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let sent = queue::send(&cups, "KASIR", &bytes, &patient()).await.unwrap();
    assert_eq!((sent.bytes, sent.status.online), (100_000, Online::Yes));
    assert_eq!(fs::read(stage.path("bytes")).unwrap(), bytes);
    assert_eq!(stage.text("arguments"), "lp\n-d\nKASIR\n-o\nraw\n-t\nKarcis\n");
    assert!(stage.path("waited").exists() && !stage.path("cancelled").exists());
}

#[tokio::test]
async fn the_queues_are_listed_by_name() {
    let (_stage, cups) = Stage::set(WELL);
    assert_eq!(queue::queues(&cups, &patient()).await.unwrap(), ["DAPUR", "KASIR"]);
    let (_stage, cups) = Stage::set("echo 'lpstat: No destinations added.' >&2; exit 1");
    assert_eq!(queue::queues(&cups, &patient()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_name_of_a_queue_is_one_argument_whatever_it_holds() {
    let (stage, cups) = Stage::set(
        &WELL.replace("'request id is KASIR-12 (0 file(s))'", "\"request id is $3-12 (0 file(s))\""),
    );
    let name = "$(touch broken); * \"x'";
    let limits = Limits { tells_status: false, ..patient() };
    queue::send(&cups, name, b"slip", &limits).await.unwrap();
    assert_eq!(stage.text("arguments"), format!("lp\n-d\n{name}\n-o\nraw\n-t\nKarcis\n"));
    assert!(!stage.path("broken").exists());
}

#[tokio::test]
async fn a_command_that_fails_is_told_by_its_own_words() {
    let failing = |words: &str| WELL.replace("cat > bytes;", &format!("echo '{words}' >&2; exit 1;"));
    for (words, meaning) in [
        ("lp: The printer or class does not exist.", SendError::QueueUnknown),
        ("lp: Error - unknown destination \"KASIR\".", SendError::QueueUnknown),
        ("lp: Destination \"KASIR\" is not accepting jobs.", SendError::Offline),
        ("lp: Forbidden", SendError::Denied),
        ("lp: Error - scheduler not responding.", SendError::Unreachable),
        ("lp: No space left on device", SendError::DiskFull),
        ("lp: Too many active jobs.", SendError::Other("lp: Too many active jobs.".to_owned())),
    ] {
        let (_stage, cups) = Stage::set(&failing(words));
        let bytes = vec![b'x'; 1_000_000];
        assert_eq!(queue::send(&cups, "KASIR", &bytes, &patient()).await, Err(meaning), "{words}");
    }
}

#[tokio::test]
async fn a_job_without_a_number_may_be_on_paper() {
    let (_stage, cups) = Stage::set(&WELL.replace("request id is KASIR-12 (0 file(s))", "thank you"));
    let sent = queue::send(&cups, "KASIR", b"slip", &patient()).await;
    assert!(matches!(&sent, Err(SendError::Partly { sent: 4, of: 4, .. })), "{sent:?}");
}

/// Does what may block for ever, on a thread that nobody waits for.
fn aside<T: Send + 'static>(deed: impl FnOnce() -> T + Send + 'static) -> oneshot::Receiver<T> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || tell.send(deed()));
    told
}

#[tokio::test]
async fn a_command_that_hangs_is_ended_and_the_slip_told_as_unconfirmed() {
    let (stage, cups) = Stage::set(&WELL.replace("cat > bytes;", "exec tail -f /dev/null > held;"));
    let held = stage.path("held");
    assert!(std::process::Command::new("mkfifo").arg(&held).status().unwrap().success());
    let limits = patient();
    let mut sending = std::pin::pin!(queue::send(&cups, "KASIR", b"slip", &limits));
    // Opened when the command hangs, however long it takes to start.
    let hangs = aside(move || fs::File::open(held));
    let mut file = tokio::select! {
        sent = &mut sending => panic!("it is over before the command hangs: {sent:?}"),
        file = hangs => file.unwrap().unwrap(),
    };
    tokio::time::pause();
    tokio::time::advance(limits.whole).await;
    assert_eq!(sending.await, Err(SendError::TimedOut.after(4, 4)));
    tokio::time::resume();
    let ended = aside(move || std::io::read_to_string(&mut file));
    let ended = tokio::time::timeout(limits.whole, ended).await;
    assert_eq!(ended.expect("the command is ended, and lets go of its file").unwrap().unwrap(), "");
}

#[tokio::test]
async fn a_stopped_scheduler_is_told_from_a_queue_that_does_not_exist() {
    let script = "case \"$2\" in
        -r) cat running;;
        -l) echo 'lpstat: Invalid destination name in list \"KASIR\".' >&2; exit 1;;
        esac";
    for (running, meaning, queues) in [
        ("scheduler is not running", SendError::Unreachable, Err(SendError::Unreachable)),
        ("scheduler is running", SendError::QueueUnknown, Ok(Vec::new())),
    ] {
        let (stage, cups) = Stage::set(script);
        fs::write(stage.path("running"), running).unwrap();
        assert_eq!(queue::send(&cups, "KASIR", b"slip", &patient()).await, Err(meaning));
        assert_eq!(queue::queues(&cups, &patient()).await, queues);
    }
}

#[tokio::test]
async fn without_cups_nothing_can_be_reached() {
    let cups = Cups { before: vec!["/nowhere/lpstat".to_owned()], pause: Duration::from_millis(1) };
    assert_eq!(cups.queues().await, Err(SendError::Unreachable));
}

#[tokio::test]
async fn a_command_that_never_stops_talking_fills_no_memory() {
    let (_stage, cups) = Stage::set("head -c 3000000 /dev/zero | tr '\\0' x");
    assert_eq!(cups.queues().await.unwrap()[0].len(), 256 * 1024);
}

#[test]
fn what_lpstat_says_of_a_printer_is_understood() {
    let idle = "printer KASIR is idle.  enabled since Fri Nov 20 08:00:00 2026\n\tForm mounted:\n\tAlerts: none\n\
                KASIR accepting requests since Fri Nov 20 08:00:00 2026\n";
    let well = Status { online: Online::Yes, ..Status::UNKNOWN };
    assert_eq!(read(idle), well);
    let busy = "printer KASIR now printing KASIR-3.  enabled since Fri\n\tAlerts: media-low-warning\n";
    assert_eq!(read(busy), Status { paper: Paper::Near, ..well });
    let empty = "printer KASIR now printing KASIR-3.  enabled since Fri\n\tAlerts: media-low-report media-empty-error\n";
    assert_eq!(read(empty), Status { paper: Paper::Out, ..well });
    let open = "printer KASIR is idle.  enabled since Fri\n\tAlerts: cover-open-report\n";
    assert_eq!(read(open), Status { cover: Cover::Open, ..well });
    let paused = "printer KASIR disabled since Fri Nov 20 08:00:00 2026 -\n\tPaused\n\tAlerts: paused\n";
    assert_eq!(read(paused), Status { online: Online::No, ..well });
    let away = "printer KASIR now printing KASIR-1.  enabled since Fri\n\tThe printer may not exist or is unavailable at \
                this time.\n\tAlerts: none\n";
    assert_eq!(read(away), Status { online: Online::No, ..well });
    let refusing = "KASIR not accepting requests since Fri -\n\tRejecting Jobs\n";
    assert_eq!(read(refusing), Status { online: Online::No, ..well });
    let described = "printer KASIR is idle.  enabled since Fri\n\tDescription: was disabled since March\n";
    assert_eq!(read(described), well);
}

#[test]
fn a_reason_counts_however_grave_it_is() {
    for reason in ["media-empty", "media-empty-report", "media-empty-warning", "media-needed-error"] {
        let mut status = Status::UNKNOWN;
        learn(&mut status, reason);
        assert_eq!(status.trouble(), Some(SendError::PaperOut), "{reason}");
    }
}

#[test]
fn an_unknown_complaint_is_passed_on_in_one_line() {
    assert_eq!(understood("lp: strange\nand more"), SendError::Other("lp: strange".to_owned()));
    assert_eq!(understood(""), SendError::Other("the command failed".to_owned()));
}
