//! A data folder carried to another computer: nothing but the paper with the recovery key opens its secrets there.

use crate::browser::Served;
use std::fs;
use std::path::Path;

const PASSWORD: &str = "kenari-biru-berkicau";

fn go(served: &mut Served, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = served.post(path, fields);
    assert_eq!(reply.status, 200, "{path}: {reply:?}");
    reply.header("hx-redirect").to_owned()
}

/// A new shop on one computer, with a practice router whose password is sealed; answers the recovery key.
fn founded(data: &Path) -> String {
    let mut served = Served::open(data, &[]);
    go(&mut served, "/start/shop", &[("name", "Warnet Melati"), ("zone", "WIB"), ("language", "id")]);
    go(&mut served, "/start/owner", &[("name", "Budi"), ("password", PASSWORD)]);
    let page = served.get("/").between("class=\"k-groups\">", "</p>");
    let groups: Vec<&str> =
        page.split("<span>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    go(&mut served, "/start/recovery", &[("last", groups[5])]);
    go(&mut served, "/start/passphrase", &[("passphrase", "kenari kuning sembilan")]);
    go(&mut served, "/practice", &[]);
    served.end();
    groups.join("-")
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let goal = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &goal),
            false => drop(fs::copy(entry.path(), goal).unwrap()),
        }
    }
}

#[test]
fn a_data_folder_on_another_computer_opens_with_the_recovery_key_and_with_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let recovery = founded(&old);
    copied(&old, &new);
    let stranger = founded(&folder.path().join("stranger"));

    let mut served = Served::open(&new, &[]);
    let onward = go(&mut served, "/sign-in", &[("name", "Budi"), ("password", PASSWORD), ("next", "/")]);
    assert_eq!(onward, "/unlock?next=/", "whoever signs in is asked for the key");
    assert!(served.get("/").body.contains("Kunci data belum dibuka"));
    assert!(served.get("/vouchers").body.contains("Voucher"), "everything but routers works meanwhile");
    let wrong = served.post("/unlock", &[("key", &stranger), ("next", "/")]);
    assert!(wrong.status == 422 && wrong.body.contains("tidak membuka data toko ini"), "{wrong:?}");
    assert_eq!(go(&mut served, "/unlock", &[("key", &recovery.to_lowercase()), ("next", "/")]), "/");
    assert!(!served.get("/").body.contains("Kunci data belum dibuka"));
    served.end();
}
