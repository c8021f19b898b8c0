//! Reads what stands between parentheses, after `where`, and a command on a menu.

use super::parse::{OPERATORS, Parser, Unsupported, log_topics};
use super::tree::{Expr, MenuAct, MenuCall, Operator};
use crate::world::menu::{Menu, Shape, Verb};
use crate::world::menus::MENUS;

type Parsed<T> = Result<T, Unsupported>;

/// Verbs as scripts write them; a shortened one means the first that fits.
const VERBS: [(&str, Option<Verb>); 12] = [
    ("add", Some(Verb::Add)),
    ("set", Some(Verb::Set)),
    ("get", None),
    ("find", None),
    ("print", None),
    ("remove", Some(Verb::Remove)),
    ("enable", Some(Verb::Enable)),
    ("disable", Some(Verb::Disable)),
    ("comment", Some(Verb::Comment)),
    ("run", Some(Verb::Run)),
    ("reset-counters", Some(Verb::ResetCounters)),
    ("unset", Some(Verb::Unset)),
];

impl Parser {
    /// Operands with operators between them. After `where`, words are properties.
    pub(super) fn expression(&mut self, wherein: bool) -> Parsed<Expr> {
        self.level(0, wherein)
    }

    fn level(&mut self, level: usize, wherein: bool) -> Parsed<Expr> {
        let Some(operators) = OPERATORS.get(level) else { return self.operand(wherein) };
        let mut left = self.level(level + 1, wherein)?;
        loop {
            let start = self.at;
            self.skip(!wherein);
            let Some(operator) = self.operator(operators, wherein) else {
                self.at = start;
                return Ok(left);
            };
            self.skip(!wherein);
            let compares = matches!(operator, Operator::Equal | Operator::Unequal | Operator::Matches);
            let plain = wherein
                && compares
                && self.peek().is_some_and(|letter| !"\"$([{".contains(letter) && !letter.is_whitespace());
            let right = if plain { self.plain_word()? } else { self.level(level + 1, wherein)? };
            left = Expr::Two(operator, Box::new(left), Box::new(right));
        }
    }

    fn operator(&mut self, operators: &[(&str, Operator)], wherein: bool) -> Option<Operator> {
        for (word, operator) in operators {
            if wherein && matches!(operator, Operator::Join) {
                continue;
            }
            let letters = word.chars().all(|letter| letter.is_ascii_alphabetic());
            let start = self.at;
            if !self.take(word) {
                continue;
            }
            let goes_on = self.peek().is_some_and(|next| next.is_ascii_alphanumeric() || next == '-');
            if (letters && goes_on) || (*word == "-" && self.next_is(">")) {
                self.at = start;
                continue;
            }
            return Some(*operator);
        }
        None
    }

    /// One operand, with what binds to it alone.
    pub(super) fn operand(&mut self, wherein: bool) -> Parsed<Expr> {
        self.skip(!wherein);
        if self.take("!") || self.take("not ") {
            return Ok(Expr::Not(Box::new(self.deeper(|parser| parser.operand(wherein))?)));
        }
        if self.peek() == Some('-') {
            self.at += 1;
            return Ok(Expr::Minus(Box::new(self.deeper(|parser| parser.operand(wherein))?)));
        }
        let mut operand = match self.peek() {
            Some('"' | '(' | '[' | '{' | '$') => self.argument()?,
            _ => Expr::Word(self.operand_word()?),
        };
        while self.take("->") {
            let key = self.deeper(|parser| parser.operand(wherein))?;
            operand = Expr::Two(Operator::Element, Box::new(operand), Box::new(key));
        }
        Ok(operand)
    }

    /// A property, a number, a time or an address.
    fn operand_word(&mut self) -> Parsed<String> {
        let start = self.at;
        let number = self.peek().is_some_and(|first| first.is_ascii_digit());
        while let Some(letter) = self.peek() {
            let dot = letter == '.' && self.text.get(self.at + 1).is_some_and(char::is_ascii_digit);
            let inside = letter.is_ascii_alphanumeric()
                || letter == '_'
                || (number && (letter == ':' || dot))
                || (!number && letter == '-' && self.at > start)
                || (letter == '*' && self.at == start);
            if !inside {
                break;
            }
            self.at += 1;
        }
        if start == self.at {
            return Err(self.lost());
        }
        Ok(self.text[start..self.at].iter().collect())
    }

    /// `/ip hotspot user set [find name=a] comment=b`; the path may be shortened.
    pub(super) fn menu_call(&mut self) -> Parsed<Expr> {
        let _ = self.take("/");
        let mut path = String::new();
        loop {
            self.skip(false);
            let start = self.at;
            let word = self.name();
            if word.is_empty() {
                return Err(self.lost());
            }
            let exact = VERBS.iter().find(|(verb, _)| *verb == word);
            if path == "/log"
                && let Some(topics) = log_topics(&word)
            {
                self.skip(false);
                return Ok(Expr::Log(topics, Box::new(self.argument()?)));
            }
            if let Some((verb, _)) = exact.filter(|_| Menu::at(&path).is_some()) {
                return self.verb(&path, verb);
            }
            if let Some(below) = descend(&path, &word) {
                path = below;
                let _ = self.take("/");
                continue;
            }
            let shortened = VERBS.iter().find(|(verb, _)| verb.starts_with(&word));
            if let Some((verb, _)) = shortened.filter(|_| Menu::at(&path).is_some()) {
                return self.verb(&path, verb);
            }
            self.at = start;
            return Err(Unsupported(format!("{path} {word}")));
        }
    }

    /// `find` and its like without a path, which mean the menu of the command around them.
    pub(super) fn verb_of_context(&mut self) -> Option<Parsed<Expr>> {
        let path = self.context.last()?.clone();
        let start = self.at;
        let word = self.name();
        match VERBS.iter().find(|(verb, _)| *verb == word) {
            Some((verb, _)) => Some(self.verb(&path, verb)),
            None => {
                self.at = start;
                None
            }
        }
    }

    fn verb(&mut self, path: &str, word: &'static str) -> Parsed<Expr> {
        let unknown = || Unsupported(format!("{path} {word}"));
        let menu = Menu::at(path).ok_or_else(unknown)?;
        let verb = VERBS.iter().find(|(known, _)| *known == word).and_then(|(_, verb)| *verb);
        if verb.is_some_and(|verb| !MENUS[menu].verbs.contains(&verb)) {
            return Err(unknown());
        }
        let act = match (word, verb) {
            ("find", _) => MenuAct::Find,
            ("get", _) => MenuAct::Get,
            ("print", _) => MenuAct::Print,
            (_, Some(verb)) => MenuAct::Change(verb),
            (_, None) => return Err(unknown()),
        };
        let mut call = MenuCall { menu, act, named: Vec::new(), positional: Vec::new(), filter: None };
        self.context.push(path.to_owned());
        let read = self.arguments(&mut call);
        self.context.pop();
        read?;
        Ok(Expr::Menu(Box::new(call)))
    }

    fn arguments(&mut self, call: &mut MenuCall) -> Parsed<()> {
        loop {
            self.skip(false);
            if self.ends() {
                return Ok(());
            }
            let start = self.at;
            let word = self.name();
            if word == "where" || call.act == MenuAct::Find {
                if word != "where" {
                    self.at = start;
                }
                call.filter = Some(self.filter()?);
                return Ok(());
            }
            if !word.is_empty() && self.take("=") {
                let key = self.whole_name(call, &word)?;
                let blank = self.at;
                self.skip(false);
                if self.peek() != Some('"') {
                    self.at = blank;
                }
                let value = if self.ends() || self.peek() == Some(' ') {
                    Expr::Word(String::new())
                } else {
                    self.argument()?
                };
                call.named.push((key, value));
                continue;
            }
            if call.act == MenuAct::Print && word == "count-only" {
                call.act = MenuAct::CountOnly;
                continue;
            }
            self.at = start;
            call.positional.push(self.argument()?);
        }
    }

    /// Conditions side by side must all hold.
    fn filter(&mut self) -> Parsed<Expr> {
        self.skip(false);
        let mut all: Option<Expr> = None;
        while !self.ends() {
            let one = self.expression(true)?;
            all = Some(match all {
                Some(before) => Expr::Two(Operator::And, Box::new(before), Box::new(one)),
                None => one,
            });
            self.skip(false);
        }
        all.ok_or_else(|| self.lost())
    }

    /// The argument a shortened name means.
    fn whole_name(&self, call: &MenuCall, word: &str) -> Parsed<String> {
        const OTHERS: [&str; 5] = ["numbers", "value-name", "number", "copy-from", "place-before"];
        let props = MENUS[call.menu].props.iter().filter(|prop| prop.is_given()).map(|prop| prop.name);
        let names: Vec<&str> = props.chain(OTHERS).collect();
        if names.contains(&word) {
            return Ok(word.to_owned());
        }
        let mut fitting = names.into_iter().filter(|name| name.starts_with(word));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only.to_owned()),
            _ => Err(Unsupported(format!("{} {word}=", MENUS[call.menu].path))),
        }
    }
}

/// The menu one step below, when the word (perhaps shortened) means exactly one.
fn descend(path: &str, word: &str) -> Option<String> {
    let mut steps: Vec<&str> = (MENUS.iter())
        .filter_map(|menu| menu.path.strip_prefix(path)?.strip_prefix('/'))
        .map(|rest| rest.split('/').next().unwrap_or_default())
        .filter(|step| step.starts_with(word))
        .collect();
    steps.sort_unstable();
    steps.dedup();
    let exact = steps.iter().find(|step| **step == word);
    let step = exact.or(if steps.len() == 1 { steps.first() } else { None })?;
    Some(format!("{path}/{step}"))
}

/// Whether a menu has one row only, so that nobody needs to say which.
pub(super) fn is_single(menu: usize) -> bool {
    MENUS[menu].shape == Shape::Single
}
