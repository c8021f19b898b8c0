//! The ops about people and cables around the router.

use serde_json::{Value, json};

use super::verbs::{Verb, number, text, verb};
use crate::{LoginWay, SimHandle, Traffic};

pub(super) const VERBS: &[Verb] = &[
    verb("client-connect", "a device joins the network of a hotspot server", |sim, json| {
        let server = json["server"].as_str().unwrap_or("hotspot1");
        let connected =
            sim.client(text(json, "mac")?).connect(server).map_err(|refused| refused.to_string())?;
        Ok(json!({ "address": connected.address, "session": connected.session }))
    }),
    verb("client-login", "a device that has joined logs in", |sim, json| {
        let (user, password) = (text(json, "user")?, json["password"].as_str().unwrap_or_default());
        let session = sim.client(text(json, "mac")?).login(user, password, way(json)?);
        Ok(json!({ "session": session.map_err(|refused| refused.to_string())? }))
    }),
    verb("client-logout", "a device logs out", |sim, json| {
        sim.client(text(json, "mac")?).logout();
        Ok(Value::Null)
    }),
    verb("client-traffic", "a device moves so many bits in a second: up, down", |sim, json| {
        sim.client(text(json, "mac")?).traffic(number(json, "up")?, number(json, "down")?);
        Ok(Value::Null)
    }),
    verb(
        "client-insist",
        "a device logs in again by itself each time its session is removed",
        |sim, json| {
            let password = json["password"].as_str().unwrap_or_default();
            sim.client(text(json, "mac")?).insist(text(json, "user")?, password);
            Ok(Value::Null)
        },
    ),
    verb("client-vanish", "a device is out of reach", |sim, json| {
        sim.client(text(json, "mac")?).vanish();
        Ok(Value::Null)
    }),
    verb("dial", "somebody dials in", |sim, json| {
        let service = json["service"].as_str().unwrap_or("pppoe");
        let caller = sim.ppp_client(service, text(json, "caller-id")?);
        let session = caller.dial(text(json, "user")?, json["password"].as_str().unwrap_or_default());
        Ok(json!({ "session": session.map_err(|refused| refused.to_string())? }))
    }),
    verb("hangup", "a call ends", |sim, json| {
        let cause = json["cause"].as_str().unwrap_or("peer request");
        let ended = sim.ppp_client("pppoe", "").hangup(text(json, "session")?, cause);
        ended.map(|()| Value::Null).map_err(|refused| refused.to_string())
    }),
    verb("traffic", "so many bits a second flow through an interface: rx, tx", |sim, json| {
        let traffic = Traffic::Steady { rx_bps: number(json, "rx")?, tx_bps: number(json, "tx")? };
        done(sim, |sim| {
            sim.set_traffic(text(json, "interface")?, traffic).map_err(|refused| refused.to_string())
        })
    }),
    verb("link", "plugs a cable in or pulls it out", |sim, json| {
        let up = json["up"].as_bool().ok_or("\"up\" is missing")?;
        done(sim, |sim| sim.set_link(text(json, "interface")?, up).map_err(|refused| refused.to_string()))
    }),
    verb("scripts", "says what became of the scripts", |sim, _| {
        let scripts = sim.scripts();
        Ok(json!({
            "started": scripts.started,
            "failed": scripts.failed,
            "unsupported": scripts.unsupported,
            "not-understood": scripts.not_understood,
        }))
    }),
    verb("ntp-sync", "the network tells the router the time", |sim, _| {
        sim.ntp_sync();
        Ok(Value::Null)
    }),
];

fn done(sim: &SimHandle, act: impl FnOnce(&SimHandle) -> Result<(), String>) -> Result<Value, String> {
    act(sim).map(|()| Value::Null)
}

/// How somebody logs in; in the clear unless said otherwise.
pub(super) fn way(json: &Value) -> Result<LoginWay, String> {
    Ok(match json["by"].as_str().unwrap_or("http-pap") {
        "http-pap" => LoginWay::HttpPap,
        "http-chap" => LoginWay::HttpChap,
        "cookie" => LoginWay::Cookie,
        "mac-cookie" => LoginWay::MacCookie,
        "mac" => LoginWay::Mac,
        other => return Err(format!("nobody logs in by {other} here")),
    })
}
