//! Looking for printers: the print queues of this computer, and who takes slips on its network.

use crate::answer::{Answer, encoded, show};
use crate::desk::Desk;
use crate::queue::reason;
use crate::texts::Texts;
use askama::Template;

#[derive(Template)]
#[template(path = "printers/_found.html")]
struct Found {
    t: &'static Texts,
    queues: Vec<Way>,
    network: Vec<Way>,
    /// Why the queues could not be listed.
    trouble: Option<String>,
}

struct Way {
    name: String,
    address: String,
}

pub(super) async fn found(desk: Desk) -> Answer {
    let engine = desk.office.engine();
    let (queues, network) = tokio::join!(engine.print_queues(), engine.printers_nearby());
    let way = |kind: &str, field: &str, name: String| Way {
        address: format!("/printers/new?kind={kind}&{field}={}", encoded(&name)),
        name,
    };
    let (queues, trouble) = match queues {
        Ok(queues) => (queues, None),
        Err(code) => (Vec::new(), Some(reason(code).sentence(desk.t))),
    };
    show(&Found {
        t: desk.t,
        queues: queues.into_iter().map(|name| way("queue", "queue", name)).collect(),
        network: network.into_iter().map(|host| way("network", "host", host.to_string())).collect(),
        trouble,
    })
}
