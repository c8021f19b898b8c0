//! Pictures drawn into the page: Bootstrap Icons, MIT licence beside them.

include!(concat!(env!("OUT_DIR"), "/icons.rs"));

impl std::fmt::Display for Icon {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.svg())
    }
}

// The pictures are part of the program; nothing people type comes near them.
impl askama::filters::HtmlSafe for Icon {}
