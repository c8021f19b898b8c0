use std::borrow::Cow;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::world::menus::MENUS;

type Values = BTreeMap<&'static str, String>;

fn users() -> &'static Menu {
    &MENUS[Menu::known("/ip/hotspot/user")]
}

fn passes(words: &[String], row: &Values) -> bool {
    let menu = users();
    let query = Query::parse(words, menu).unwrap_or_else(|word| panic!("{word} was not understood"));
    query.passes(
        |name| row.get(name).map(|value| Cow::Borrowed(value.as_str())),
        |name| menu.prop(name).map_or(Kind::Text, |prop| menu.props[prop].kind),
    )
}

/// The documented machine, taken literally: a stack that really is full of `true`, its top in front, and words
/// that are read letter by letter.
fn literally(words: &[String], row: &Values) -> bool {
    let mut stack = vec![true; 400];
    for word in words {
        let letters: Vec<char> = word.chars().skip(1).collect();
        match letters.first() {
            Some('#') => {
                for (at, letter) in letters.iter().enumerate().skip(1) {
                    operate(&mut stack, &letters, at, *letter);
                }
            }
            Some('-') => stack.insert(0, !row.contains_key(&word[2..])),
            Some('<') => stack.insert(0, compare(row, &word[2..]).is_some_and(|order| order == -1)),
            Some('>') => stack.insert(0, compare(row, &word[2..]).is_some_and(|order| order == 1)),
            Some('=') if !word[2..].contains('=') => stack.insert(0, row.contains_key(&word[2..])),
            Some('=') => stack.insert(0, compare(row, &word[2..]) == Some(0)),
            _ if !word.contains('=') => stack.insert(0, row.contains_key(&word[1..])),
            _ => stack.insert(0, compare(row, &word[1..]) == Some(0)),
        }
    }
    stack.iter().all(|value| *value)
}

fn operate(stack: &mut Vec<bool>, letters: &[char], at: usize, letter: char) {
    let digit = |index: usize| letters.get(index).is_some_and(char::is_ascii_digit);
    match letter {
        '0'..='9' if digit(at + 1) => {}
        '0'..='9' => {
            let first = (1..=at).rev().take_while(|index| digit(*index)).last().unwrap_or(at);
            let depth: usize = letters[first..=at].iter().collect::<String>().parse().unwrap();
            let value = stack.get(depth).copied().unwrap_or(true);
            if at + 1 == letters.len() {
                *stack = vec![true; 400];
            }
            stack.insert(0, value);
        }
        '.' if digit(at - 1) => {}
        '.' => stack.insert(0, stack[0]),
        '!' => stack[0] = !stack[0],
        '&' => {
            let a = stack.remove(0);
            stack[0] &= a;
            stack.push(true);
        }
        '|' => {
            let a = stack.remove(0);
            stack[0] |= a;
            stack.push(true);
        }
        other => panic!("{other} is no operation"),
    }
}

/// -1, 0 or 1 as the row's value is below, equal to or above the operand.
fn compare(row: &Values, pair: &str) -> Option<i8> {
    let (key, operand) = pair.split_once('=').unwrap();
    let value = row.get(key)?;
    let order = match (value.parse::<u64>(), operand.parse::<u64>()) {
        (Ok(value), Ok(operand)) => value.cmp(&operand),
        _ => value.as_str().cmp(operand),
    };
    Some(order as i8)
}

fn word() -> impl Strategy<Value = String> {
    let key = || prop::sample::select(vec!["name", "comment", "bytes-in", "email"]);
    let value = || prop::sample::select(vec!["", "a", "b", "5", "12", "100"]);
    prop_oneof![
        key().prop_map(|key| format!("?{key}")),
        key().prop_map(|key| format!("?={key}")),
        key().prop_map(|key| format!("?-{key}")),
        (key(), value()).prop_map(|(key, value)| format!("?{key}={value}")),
        (key(), value()).prop_map(|(key, value)| format!("?={key}={value}")),
        (key(), value()).prop_map(|(key, value)| format!("?<{key}={value}")),
        (key(), value()).prop_map(|(key, value)| format!("?>{key}={value}")),
        "[0-3!&|.]{0,5}".prop_map(|ops| format!("?#{ops}")),
    ]
}

fn row() -> impl Strategy<Value = Values> {
    let text = || prop::option::of(prop::sample::select(vec!["", "a", "b", "5", "12"]));
    let number = prop::option::of(prop::sample::select(vec!["0", "5", "12", "100"]));
    (text(), text(), number, text()).prop_map(|(name, comment, bytes, email)| {
        [("name", name), ("comment", comment), ("bytes-in", bytes), ("email", email)]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?.to_owned())))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn the_machine_agrees_with_its_description(words in prop::collection::vec(word(), 0..8), row in row()) {
        prop_assert_eq!(passes(&words, &row), literally(&words, &row));
    }

    #[test]
    fn a_row_that_passes_carries_one_of_the_only_names(
        names in prop::collection::vec("[ab]", 0..3),
        ops in "[|!&.]{0,3}",
        words in prop::collection::vec(word(), 0..4),
        row in row(),
    ) {
        let mut all: Vec<String> = names.iter().map(|name| format!("?name={name}")).collect();
        all.push(format!("?#{ops}"));
        all.extend(words);
        let query = Query::parse(&all, users()).unwrap();
        if let Some(only) = query.only_values_of("name") && literally(&all, &row) {
            prop_assert!(row.get("name").is_some_and(|name| only.contains(&name.as_str())), "{all:?}");
        }
    }

    #[test]
    fn no_word_breaks_the_machine(words in prop::collection::vec("\\?.{0,12}|\\?#[0-9!&|.]{0,12}", 0..6), row in row()) {
        if let Ok(query) = Query::parse(&words, users()) {
            query.passes(|name| row.get(name).map(|value| Cow::Borrowed(value.as_str())), |_| Kind::Text);
        }
    }
}

#[test]
fn the_documented_examples_come_out_as_documented() {
    let row = |pairs: &[(&'static str, &str)]| -> Values {
        pairs.iter().map(|(key, value)| (*key, (*value).to_owned())).collect()
    };
    let ask = |words: &[&str], row: &Values| {
        passes(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), row)
    };
    let ether = row(&[("name", "ether"), ("comment", "up")]);
    let vlan = row(&[("name", "vlan")]);
    let other = row(&[("name", "wlan"), ("comment", "up")]);
    let either = ["?name=ether", "?name=vlan", "?#|!"];
    assert_eq!([&ether, &vlan, &other].map(|row| ask(&either, row)), [false, false, true]);
    assert_eq!(
        [&ether, &vlan, &other].map(|row| ask(&either[..2], row)),
        [false; 3],
        "words are joined by and"
    );
    assert_eq!(
        [&ether, &vlan].map(|row| ask(&["?>comment="], row)),
        [true, false],
        "a comment that is not empty"
    );
    assert_eq!([&ether, &vlan].map(|row| ask(&["?-comment"], row)), [false, true]);
}

#[test]
fn values_are_compared_as_what_they_are() {
    let row: Values = [("limit-uptime", "1h"), ("disabled", "true"), ("address", "10.0.0.9")]
        .map(|(k, v)| (k, v.to_owned()))
        .into();
    for (word, expected) in [
        ("?>limit-uptime=59m", true),
        ("?<limit-uptime=1d", true),
        ("?limit-uptime=01:00:00", true),
        ("?disabled=yes", true),
        ("?disabled=no", false),
        ("?<address=10.0.0.10", true),
    ] {
        assert_eq!(passes(&[word.to_owned()], &row), expected, "{word}");
    }
}

#[test]
fn names_joined_by_or_are_found_without_walking() {
    let only = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let query = Query::parse(&words, users()).unwrap();
        query.only_values_of("name").map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(only(&["?server=x", "?name=a"]).unwrap(), ["a"]);
    assert_eq!(only(&["?name=a", "?name=b", "?name=c", "?#||", "?server=x"]).unwrap(), ["a", "b", "c"]);
    assert_eq!(only(&["?name=a", "?name=b", "?#!"]), None);
    assert_eq!(only(&["?name=a", "?comment=b", "?#|"]), None);
    assert_eq!(only(&["?comment=b"]), None);
}
