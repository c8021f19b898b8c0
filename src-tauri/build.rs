//! Declares the native commands, so that a window may call only those that `capabilities/` grants by name.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "save_sheet",
        "save_export",
        "open_sheet",
        "print_sheet",
        "pick_logo",
        "pick_update",
        "open_link",
    ]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json, capabilities/ and the icons are part of this source");
}
