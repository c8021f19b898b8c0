//! What the control port understands: one row for each op.

use std::fs::File;
use std::time::Duration;

use serde_json::{Value, json};

use crate::faults::{armed_from_json, deed_from_json, reboot_from_json};
use crate::{Guest, SimHandle, Speed};

type Run = fn(&SimHandle, &Value) -> Result<Value, String>;

pub(super) struct Verb {
    pub(super) op: &'static str,
    /// What it does, for `help`.
    pub(super) does: &'static str,
    pub(super) run: Run,
}

pub(super) const fn verb(op: &'static str, does: &'static str, run: Run) -> Verb {
    Verb { op, does, run }
}

pub(super) const VERBS: &[Verb] = &[
    verb("advance", "lets secs pass", |sim, json| {
        sim.advance(Duration::from_secs(number(json, "secs")?));
        Ok(json!({ "clock": sim.router_clock() }))
    }),
    verb("clock", "says what the router's clock shows, or sets it to utc", |sim, json| {
        if let Some(utc) = json["utc"].as_i64() {
            sim.set_router_clock(utc);
        }
        Ok(json!({ "clock": sim.router_clock() }))
    }),
    verb("reboot", "restarts: how, lose-last, lose-younger-secs, down-secs, version", |sim, json| {
        sim.restart(reboot_from_json(json).ok_or("this is no way to restart; see the README")?);
        Ok(Value::Null)
    }),
    verb("power-on", "ends a restart now", |sim, _| {
        sim.power_on().map_err(|error| error.to_string())?;
        Ok(Value::Null)
    }),
    verb("arm", "arms a fault", |sim, json| {
        sim.arm(armed_from_json(json)?);
        Ok(Value::Null)
    }),
    verb("disarm", "takes back every fault that has not struck", |sim, _| {
        sim.disarm();
        Ok(Value::Null)
    }),
    verb("struck", "lists the faults that have struck", |sim, _| {
        let line = |struck: crate::Struck| json!({ "at": struck.at, "connection": struck.connection, "fault": struck.fault, "path": struck.path });
        Ok(sim.struck().into_iter().map(line).collect())
    }),
    verb("speed", "sets the speed", |sim, json| {
        let name = text(json, "speed")?;
        sim.set_speed(Speed::named(name).ok_or_else(|| format!("there is no speed {name}"))?);
        Ok(Value::Null)
    }),
    verb("knob", "turns a knob", |sim, json| {
        let mut turned = Ok(());
        sim.set_knobs(|knobs| turned = text(json, "name").and_then(|name| knobs.turn(name, &json["value"])));
        turned.map(|()| Value::Null)
    }),
    verb("snapshot", "returns the configuration", |sim, _| Ok(json!({ "snapshot": sim.snapshot() }))),
    verb("restore", "puts a snapshot in place", |sim, json| {
        sim.restore(&json["snapshot"]).map_err(|error| error.to_string())?;
        Ok(Value::Null)
    }),
    verb("rows", "lists the rows of a menu", |sim, json| {
        Ok(json!({ "rows": sim.rows(text(json, "path")?) }))
    }),
    verb("add", "adds a row as another administrator", |sim, json| {
        let values = values(json)?;
        let id = sim.add(text(json, "path")?, &values).map_err(|refused| refused.to_string())?;
        Ok(json!({ "row": id }))
    }),
    verb("set", "changes a row as another administrator", |sim, json| edit(sim, json, "set")),
    verb("remove", "removes a row as another administrator", |sim, json| edit(sim, json, "remove")),
    verb("hotspot-login", "somebody logs in at the hotspot", |sim, json| {
        let by = super::people::way(json)?;
        let (user, password) = (text(json, "user")?, json["password"].as_str().unwrap_or_default());
        let (mac, address) = (text(json, "mac")?, text(json, "address")?);
        let session = sim.hotspot_login(&Guest { user, password, mac, address, by });
        Ok(json!({ "session": session.map_err(|refused| refused.to_string())? }))
    }),
    verb("hotspot-logout", "a session ends", |sim, json| {
        sim.hotspot_logout(text(json, "session")?).map_err(|refused| refused.to_string())?;
        Ok(Value::Null)
    }),
    verb("connections", "lists who is connected", |sim, _| {
        let line = |client: crate::Client| json!({ "peer": client.peer.to_string(), "service": client.service, "user": client.user });
        Ok(sim.connections().into_iter().map(line).collect())
    }),
    verb("close-connections", "ends every connection", |sim, _| {
        sim.close_connections();
        Ok(Value::Null)
    }),
    verb("commands", "counts the commands clients have sent, of one path or all", |sim, json| {
        let count =
            json["path"].as_str().map_or_else(|| sim.command_count(), |path| sim.command_count_of(path));
        Ok(json!({ "count": count }))
    }),
    verb("replace-certificate", "makes new certificates", |sim, _| {
        Ok(json!({ "sha256": sim.replace_certificate().map_err(|error| error.to_string())? }))
    }),
    verb("trace", "writes a transcript to a file from now on", |sim, json| {
        let file = File::create(text(json, "file")?).map_err(|error| error.to_string())?;
        sim.trace_to(file);
        Ok(Value::Null)
    }),
];

fn edit(sim: &SimHandle, json: &Value, what: &str) -> Result<Value, String> {
    let mut json = json.clone();
    json["do"] = what.into();
    let deed = deed_from_json(&json).ok_or("\"path\", \"row\" or \"values\" is missing")?;
    sim.edit(&deed).map_err(|refused| refused.to_string())?;
    Ok(Value::Null)
}

pub(super) fn text<'json>(json: &'json Value, key: &str) -> Result<&'json str, String> {
    json[key].as_str().ok_or_else(|| format!("\"{key}\" is missing"))
}

pub(super) fn number(json: &Value, key: &str) -> Result<u64, String> {
    json[key].as_u64().ok_or_else(|| format!("\"{key}\" is no number"))
}

fn values(json: &Value) -> Result<Vec<(&str, &str)>, String> {
    let object = json["values"].as_object().ok_or("\"values\" is missing")?;
    object
        .iter()
        .map(|(key, value)| Some((key.as_str(), value.as_str()?)))
        .collect::<Option<_>>()
        .ok_or_else(|| "every value is a text".to_owned())
}
