//! Faults as the control port writes them down.

use std::time::Duration;

use serde_json::Value;

use super::{ArmedFault, Break, Deed, Fault, Limit};
use crate::Reboot;

type Read = fn(&Value) -> Option<Fault>;

/// Every fault by its name on the control port.
const BY_NAME: &[(&str, Read)] = &[
    ("drop-after", |json| Some(Fault::DropAfter { limit: limit(json)?, how: how(json)? })),
    ("half-sentence", |_| Some(Fault::HalfSentence)),
    ("torn-sentence", |json| Some(Fault::TornSentence { at: number(json, "at")?, pause: span(json, "ms")? })),
    ("latency", |json| Some(Fault::Latency(span(json, "ms")?))),
    ("jitter", |json| Some(Fault::Jitter { least: span(json, "least-ms")?, most: span(json, "most-ms")? })),
    ("stall-reads", |json| Some(Fault::StallReads(span(json, "ms")?))),
    ("stall-writes", |json| Some(Fault::StallWrites(span(json, "ms")?))),
    ("slow-drip", |json| {
        Some(Fault::SlowDrip { bytes: number(json, "bytes")?, every: span(json, "every-ms")? })
    }),
    ("silence", |_| Some(Fault::Silence)),
    ("apply-then-drop", |_| Some(Fault::ApplyThenDrop)),
    ("drop-before-apply", |_| Some(Fault::DropBeforeApply)),
    ("trap", |json| {
        let category = match &json["category"] {
            Value::Null => None,
            category => Some(category.as_u64()?.try_into().ok()?),
        };
        Some(Fault::Trap { category, message: text(json, "message")? })
    }),
    ("fatal", |json| Some(Fault::Fatal(text(json, "reason")?))),
    ("wrong-password", |_| Some(Fault::WrongPassword)),
    ("policy-removed", |json| Some(Fault::PolicyRemoved(text(json, "policy")?))),
    ("disk-full", |_| Some(Fault::DiskFull)),
    ("non-utf8", |json| {
        Some(Fault::NonUtf8 { field: text(json, "field")?, bytes: from_hex(&text(json, "hex")?)? })
    }),
    ("garbage", |json| Some(Fault::Garbage(from_hex(&text(json, "hex")?)?))),
    ("duplicate-reply", |_| Some(Fault::DuplicateReply)),
    ("extra-word", |json| Some(Fault::ExtraWord(text(json, "word")?))),
    ("unknown-reply", |json| Some(Fault::UnknownReply(text(json, "kind")?))),
    ("reorder-replies", |json| Some(Fault::ReorderReplies(number(json, "count")?))),
    ("clock-jump", |json| Some(Fault::ClockJump(json["secs"].as_i64()?))),
    ("meanwhile", |json| Some(Fault::Meanwhile(deed(json)?))),
    ("reboot", |json| Some(Fault::Reboot(reboot(json)?))),
    ("refuse-connect", |_| Some(Fault::RefuseConnect)),
    ("accept-then-silent", |_| Some(Fault::AcceptThenSilent)),
    ("tls-reset", |_| Some(Fault::TlsReset)),
    ("session-limit", |_| Some(Fault::SessionLimit)),
    ("cut", |json| Some(Fault::Cut { limit: limit(json)?, how: how(json)? })),
];

/// The fault a request asks for: `{"fault":"trap","message":"..","on":"*/add","times":2,..}`.
pub(crate) fn armed(json: &Value) -> Result<ArmedFault, String> {
    let name = json["fault"].as_str().ok_or("\"fault\" is missing")?;
    let (_, read) = (BY_NAME.iter().find(|(known, _)| *known == name))
        .ok_or_else(|| format!("there is no fault {name}"))?;
    let fault = read(json).ok_or_else(|| format!("the fault {name} lacks something; see the README"))?;
    chosen(fault.into(), json).ok_or_else(|| format!("it is unclear when {name} should strike"))
}

/// Adds the commands it waits for and how often it strikes.
fn chosen(mut armed: ArmedFault, json: &Value) -> Option<ArmedFault> {
    for (key, value) in json.as_object()? {
        armed = match key.as_str() {
            "on" => armed.on(value.as_str()?),
            "user" => armed.of_user(value.as_str()?),
            "tag" => armed.with_tag(value.as_str()?),
            "connection" => armed.on_connection(value.as_u64()?),
            "after" => armed.after(value.as_u64()?.try_into().ok()?),
            "times" if value == "always" => armed.always(),
            "times" => armed.times(value.as_u64()?.try_into().ok()?),
            _ => armed,
        };
    }
    Some(armed)
}

/// What another administrator does: `{"do":"set","path":"..","row":"..","values":{..}}`.
pub(crate) fn deed(json: &Value) -> Option<Deed> {
    let (path, row) = (text(json, "path")?, || text(json, "row"));
    Some(match json["do"].as_str()? {
        "add" => Deed::Add { path, values: values(json)? },
        "set" => Deed::Set { path, row: row()?, values: values(json)? },
        "remove" => Deed::Remove { path, row: row()? },
        _ => return None,
    })
}

/// How the router restarts: `{"how":"graceful"|"power-cut","lose-last":n,"lose-younger-secs":n,"down-secs":n,
/// "version":".."}`.
pub(crate) fn reboot(json: &Value) -> Option<Reboot> {
    let mut reboot = match json["how"].as_str().unwrap_or("power-cut") {
        "graceful" => Reboot::graceful(),
        "power-cut" => Reboot::power_cut(),
        "factory-reset" => Reboot::factory_reset(),
        _ => return None,
    };
    for (key, value) in json.as_object()? {
        reboot = match key.as_str() {
            "lose-last" => reboot.losing_last(value.as_u64()?.try_into().ok()?),
            "lose-younger-secs" => reboot.losing_younger_than(Duration::from_secs(value.as_u64()?)),
            "down-secs" => reboot.back_after(Duration::from_secs(value.as_u64()?)),
            "version" => reboot.into_version(value.as_str()?.parse().ok()?),
            _ => reboot,
        };
    }
    Some(reboot)
}

fn values(json: &Value) -> Option<Vec<(String, String)>> {
    let pair = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
    json["values"].as_object()?.iter().map(pair).collect()
}

fn limit(json: &Value) -> Option<Limit> {
    let count = |key: &str| json[key].as_u64();
    count("sentences-sent")
        .map(Limit::SentencesSent)
        .or_else(|| count("bytes-sent").map(Limit::BytesSent))
        .or_else(|| count("bytes-received").map(Limit::BytesReceived))
        .or_else(|| count("bytes-unanswered").map(Limit::BytesUnanswered))
}

fn how(json: &Value) -> Option<Break> {
    match json["break"].as_str().unwrap_or("fin") {
        "fin" => Some(Break::Fin),
        "rst" => Some(Break::Rst),
        _ => None,
    }
}

fn number<T: TryFrom<u64>>(json: &Value, key: &str) -> Option<T> {
    T::try_from(json[key].as_u64()?).ok()
}

fn span(json: &Value, key: &str) -> Option<Duration> {
    json[key].as_u64().map(Duration::from_millis)
}

fn text(json: &Value, key: &str) -> Option<String> {
    json[key].as_str().map(str::to_owned)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_read_from_its_line_in_the_readme() {
        let readme = include_str!("../../README.md");
        let lines = readme.lines().filter(|line| line.contains("{\"fault\":"));
        let mut seen = Vec::new();
        for line in lines {
            let (start, end) = (line.find("{\"fault\"").unwrap(), line.rfind('}').unwrap());
            let json: Value =
                serde_json::from_str(&line[start..=end]).unwrap_or_else(|e| panic!("{line}: {e}"));
            let fault = armed(&json).unwrap_or_else(|problem| panic!("{line}: {problem}"));
            assert!(format!("{fault:?}").contains("fault: "));
            seen.push(json["fault"].as_str().unwrap().to_owned());
        }
        let known: Vec<&str> = BY_NAME.iter().map(|(name, _)| *name).collect();
        assert_eq!(seen, known, "the README lists the faults in this order");
    }

    #[test]
    fn a_fault_carries_the_name_it_is_read_by() {
        for (name, fault) in [
            ("silence", Fault::Silence),
            ("torn-sentence", Fault::TornSentence { at: 1, pause: Duration::ZERO }),
            ("session-limit", Fault::SessionLimit),
        ] {
            assert_eq!(fault.name(), name);
        }
    }

    #[test]
    fn a_fault_that_lacks_something_is_refused() {
        assert!(armed(&json!({ "fault": "latency" })).is_err());
        assert!(armed(&json!({ "fault": "garbage", "hex": "abc" })).is_err());
        assert!(armed(&json!({ "fault": "ähem" })).is_err());
        assert!(armed(&json!({ "fault": "silence", "times": "twice" })).is_err());
        assert!(armed(&json!({})).is_err());
    }
}
