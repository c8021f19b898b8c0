//! Reads a script. What this small part of the language does not know makes the whole script unsupported.

use std::sync::Arc;

use super::tree::{Block, Builtin, Expr, Operator, Statement};
use super::value::Value;

/// Why a script is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsupported(pub(crate) String);

/// Brackets within brackets that are still followed.
const DEEPEST: u32 = 64;

/// Brackets and statements that are looked into, some of them twice.
const MOST_STEPS: u32 = 100_000;

const WORDS: [&str; 24] = [
    "local", "global", "set", "if", "foreach", "for", "while", "do", "delay", "log", "put", "return",
    "error", "pick", "len", "find", "tostr", "tonum", "totime", "toarray", "typeof", "nothing", "else",
    "execute",
];

pub(crate) struct Parser {
    pub(super) text: Vec<char>,
    pub(super) at: usize,
    depth: u32,
    steps: u32,
    /// The menus of the commands around this place.
    pub(super) context: Vec<String>,
}

type Parsed<T> = Result<T, Unsupported>;

/// Takes a script apart.
pub(crate) fn parse(source: &str) -> Parsed<Block> {
    let mut parser =
        Parser { text: source.chars().collect(), at: 0, depth: 0, steps: 0, context: Vec::new() };
    let block = parser.statements(None)?;
    // Widespread scripts close one bracket too many at their end, and run in the field.
    while matches!(parser.peek(), Some('}' | ' ' | ';' | '\n' | '\r')) {
        parser.at += 1;
    }
    match parser.peek() {
        None => Ok(block),
        Some(_) => Err(parser.lost()),
    }
}

impl Parser {
    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub(super) fn next_is(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, letter)| self.text.get(self.at + ahead) == Some(&letter))
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let here = self.next_is(text);
        if here {
            self.at += text.chars().count();
        }
        here
    }

    pub(super) fn expect(&mut self, text: &str) -> Parsed<()> {
        if self.take(text) { Ok(()) } else { Err(self.lost()) }
    }

    pub(super) fn lost(&self) -> Unsupported {
        let rest: String = self.text[self.at.min(self.text.len())..].iter().take(40).collect();
        Unsupported(if rest.is_empty() { "the end is missing".to_owned() } else { format!("near {rest}") })
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEEPEST || self.steps == MOST_STEPS {
            return Err(Unsupported("too many brackets".to_owned()));
        }
        self.steps += 1;
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Spaces and lines that go on; a line break too, where it means nothing.
    pub(super) fn skip(&mut self, lines: bool) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.at += 1,
                Some('\n' | '\r') if lines => self.at += 1,
                Some('\\') if matches!(self.text.get(self.at + 1), Some('\n' | '\r')) => self.at += 2,
                _ => return,
            }
        }
    }

    pub(super) fn statements(&mut self, closing: Option<char>) -> Parsed<Block> {
        let mut block = Vec::new();
        loop {
            self.skip(true);
            match self.peek() {
                Some(';') => {
                    self.at += 1;
                    continue;
                }
                Some('#') => {
                    while self.peek().is_some_and(|letter| letter != '\n') {
                        self.at += 1;
                    }
                    continue;
                }
                None => return Ok(Arc::from(block)),
                letter if letter == closing => return Ok(Arc::from(block)),
                Some('}') if closing.is_none() => return Ok(Arc::from(block)),
                Some(_) => block.push(self.deeper(Parser::statement)?),
            }
            // What ends with a bracket needs nothing between it and the next statement.
            let bracket = matches!(self.text.get(self.at.wrapping_sub(1)), Some('}' | ']'));
            self.skip(false);
            match self.peek() {
                None | Some(';' | '\n' | '\r') => {}
                letter if letter == closing || bracket => {}
                Some('}') if closing.is_none() => {}
                Some(_) => return Err(self.lost()),
            }
        }
    }

    pub(super) fn block(&mut self) -> Parsed<Block> {
        self.skip(true);
        self.expect("{")?;
        let block = self.deeper(|parser| parser.statements(Some('}')))?;
        self.expect("}")?;
        Ok(block)
    }

    /// A name of letters, digits and dashes; empty when there is none.
    pub(super) fn name(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
        {
            self.at += 1;
        }
        self.text[start..self.at].iter().collect()
    }

    fn statement(&mut self) -> Parsed<Statement> {
        match self.peek() {
            Some('{') => Ok(Statement::Do { body: self.block()?, on_error: None }),
            Some('[' | '(' | '$' | '/') => Ok(Statement::Evaluate(self.command()?)),
            Some(':') => {
                self.at += 1;
                let word = self.name();
                let word = known_word(&word).ok_or_else(|| Unsupported(format!(":{word}")))?;
                self.colon(word)
            }
            Some(_) => {
                let start = self.at;
                let word = self.name();
                if WORDS.contains(&&*word) {
                    return self.colon(known_word(&word).unwrap_or_default());
                }
                self.at = start;
                Ok(Statement::Evaluate(self.command()?))
            }
            None => Err(self.lost()),
        }
    }

    /// What follows a word such as `:local`.
    fn colon(&mut self, word: &'static str) -> Parsed<Statement> {
        self.skip(false);
        Ok(match word {
            "local" | "global" => {
                let name = self.declared()?;
                self.skip(false);
                let value = if self.ends() { None } else { Some(self.declared_value()?) };
                Statement::Declare { global: word == "global", name, value }
            }
            "set" => {
                let name = self.declared()?;
                self.skip(false);
                Statement::Assign { name, value: self.declared_value()? }
            }
            "if" => {
                let condition = self.argument()?;
                let then = self.keyed_block("do")?;
                let otherwise = if self.take_key("else") { Some(self.block()?) } else { None };
                Statement::If { condition, then, otherwise }
            }
            "foreach" => {
                let first = self.name();
                let second = if self.take(",") { Some(self.name()) } else { None };
                self.keyed("in")?;
                let over = self.argument()?;
                let body = self.keyed_block("do")?;
                match second {
                    Some(name) => Statement::Foreach { key: Some(first), name, over, body },
                    None => Statement::Foreach { key: None, name: first, over, body },
                }
            }
            "for" => {
                let name = self.name();
                self.keyed("from")?;
                let from = self.argument()?;
                self.keyed("to")?;
                let to = self.argument()?;
                let step = if self.take_key("step") { Some(self.argument()?) } else { None };
                Statement::For { name, from, to, step, body: self.keyed_block("do")? }
            }
            "while" => Statement::While { condition: self.argument()?, body: self.keyed_block("do")? },
            "do" => {
                let body = self.block()?;
                let on_error = if self.take_key("on-error") { Some(self.block()?) } else { None };
                Statement::Do { body, on_error }
            }
            "delay" => Statement::Delay(self.argument()?),
            "return" => Statement::Return(if self.ends() { None } else { Some(self.argument()?) }),
            "error" => Statement::Error(self.argument()?),
            "else" | "execute" => return Err(Unsupported(format!(":{word}"))),
            _ => Statement::Evaluate(self.builtin(word)?),
        })
    }

    /// The name of a variable, in quotes or not.
    fn declared(&mut self) -> Parsed<String> {
        let name = if self.peek() == Some('"') { self.quoted()? } else { self.name() };
        if name.is_empty() { Err(self.lost()) } else { Ok(name) }
    }

    /// A value, or a function as `do={...}`.
    fn declared_value(&mut self) -> Parsed<Expr> {
        if self.take_key("do") { Ok(Expr::Block(self.block()?)) } else { self.argument() }
    }

    fn quoted(&mut self) -> Parsed<String> {
        let Expr::Known(Value::Str(text)) = self.string()? else { return Err(self.lost()) };
        Ok(text)
    }

    pub(super) fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(';' | '\n' | '\r' | ']' | '}' | ')'))
    }

    /// Takes `key=` if it comes next; before a bracket the sign may be missing.
    fn take_key(&mut self, key: &str) -> bool {
        let start = self.at;
        self.skip(true);
        if self.take(key) {
            self.skip(false);
            if self.take("=") || matches!(self.peek(), Some('[' | '{' | '(' | '$')) {
                self.skip(false);
                return true;
            }
        }
        self.at = start;
        false
    }

    fn keyed(&mut self, key: &str) -> Parsed<()> {
        if self.take_key(key) { Ok(()) } else { Err(self.lost()) }
    }

    fn keyed_block(&mut self, key: &str) -> Parsed<Block> {
        self.keyed(key)?;
        self.block()
    }

    /// One of the words that take values and give one.
    fn builtin(&mut self, word: &'static str) -> Parsed<Expr> {
        let builtin = match word {
            "log" => {
                self.skip(false);
                let topic = self.name();
                let topics = log_topics(&topic).ok_or_else(|| Unsupported(format!(":log {topic}")))?;
                self.skip(false);
                return Ok(Expr::Log(topics, Box::new(self.argument()?)));
            }
            "pick" => Builtin::Pick,
            "len" => Builtin::Len,
            "find" => Builtin::Find,
            "tostr" => Builtin::ToStr,
            "tonum" => Builtin::ToNum,
            "totime" => Builtin::ToTime,
            "toarray" => Builtin::ToArray,
            "typeof" => Builtin::TypeOf,
            "nothing" => Builtin::Nothing,
            "put" => Builtin::Put,
            _ => return Err(Unsupported(format!(":{word}"))),
        };
        let mut operands = Vec::new();
        loop {
            self.skip(false);
            if self.ends() {
                return Ok(Expr::Builtin(builtin, operands));
            }
            operands.push(self.argument()?);
        }
    }

    /// What stands in square brackets, or a statement that is a command: it gives a value.
    pub(super) fn command(&mut self) -> Parsed<Expr> {
        match self.peek() {
            Some('[') => self.bracketed(),
            Some('(') => self.parenthesised(),
            Some('$') => {
                self.at += 1;
                let name = self.variable_name()?;
                let mut arguments = Vec::new();
                loop {
                    self.skip(false);
                    if self.ends() {
                        return Ok(Expr::Call { name, arguments });
                    }
                    let start = self.at;
                    let key = self.name();
                    let key = (!key.is_empty() && self.take("=")).then_some(key);
                    if key.is_none() {
                        self.at = start;
                    }
                    arguments.push((key, self.argument()?));
                }
            }
            Some(':') => {
                self.at += 1;
                let word = self.name();
                let known = known_word(&word).ok_or_else(|| Unsupported(format!(":{word}")))?;
                self.builtin(known)
            }
            Some(letter) if letter.is_ascii_alphabetic() => {
                if let Some(call) = self.verb_of_context() {
                    return call;
                }
                let start = self.at;
                let word = self.name();
                let value_words =
                    ["pick", "len", "find", "tostr", "tonum", "totime", "toarray", "typeof", "nothing"];
                if let Some(word) = value_words.into_iter().find(|known| *known == word) {
                    return self.builtin(word);
                }
                self.at = start;
                self.menu_call()
            }
            _ => self.menu_call(),
        }
    }

    pub(super) fn bracketed(&mut self) -> Parsed<Expr> {
        self.expect("[")?;
        self.skip(true);
        let start = self.at;
        if let Ok(command) = self.deeper(Parser::command) {
            self.skip(true);
            let _ = self.take(";");
            self.skip(true);
            if self.take("]") {
                return Ok(command);
            }
        }
        self.at = start;
        let inside = self.deeper(|parser| parser.statements(Some(']')))?;
        self.expect("]")?;
        Ok(Expr::Inside(inside))
    }

    pub(super) fn variable_name(&mut self) -> Parsed<String> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let start = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        if start == self.at { Err(self.lost()) } else { Ok(self.text[start..self.at].iter().collect()) }
    }

    /// One value of a command: in quotes, in brackets, a variable, or a plain word.
    pub(super) fn argument(&mut self) -> Parsed<Expr> {
        match self.peek() {
            Some('"') => self.string(),
            Some('(') => self.parenthesised(),
            Some('[') => self.bracketed(),
            Some('{') => self.list(),
            Some('$') => {
                self.at += 1;
                Ok(Expr::Variable(self.variable_name()?))
            }
            _ => self.plain_word(),
        }
    }

    /// A word up to a space or a closing bracket.
    pub(super) fn plain_word(&mut self) -> Parsed<Expr> {
        let start = self.at;
        while self.peek().is_some_and(|letter| !letter.is_whitespace() && !";])}(\"[{$".contains(letter)) {
            self.at += 1;
        }
        if start == self.at {
            return Err(self.lost());
        }
        Ok(Expr::Word(self.text[start..self.at].iter().collect()))
    }

    /// `{"a";"b"}`.
    pub(super) fn list(&mut self) -> Parsed<Expr> {
        self.expect("{")?;
        let mut items = Vec::new();
        loop {
            self.skip(true);
            if self.take("}") {
                return Ok(Expr::List(items));
            }
            items.push(self.deeper(|parser| parser.operand(false))?);
            self.skip(true);
            let _ = self.take(";");
        }
    }

    /// `( ... )`.
    pub(super) fn parenthesised(&mut self) -> Parsed<Expr> {
        self.expect("(")?;
        let inside = self.deeper(|parser| parser.expression(false))?;
        self.skip(true);
        self.expect(")")?;
        Ok(inside)
    }

    /// A string in quotes. Variables and expressions inside it are worked out later.
    pub(super) fn string(&mut self) -> Parsed<Expr> {
        self.expect("\"")?;
        let (mut parts, mut text) = (Vec::new(), String::new());
        loop {
            let letter = self.peek().ok_or_else(|| self.lost())?;
            self.at += 1;
            match letter {
                '"' => break,
                '\\' => self.escaped(&mut text)?,
                '$' => {
                    let inside = match self.peek() {
                        Some('(') => self.parenthesised()?,
                        Some('[') => self.bracketed()?,
                        _ => Expr::Variable(self.variable_name()?),
                    };
                    parts.push(Expr::Known(Value::Str(std::mem::take(&mut text))));
                    parts.push(inside);
                }
                letter => text.push(letter),
            }
        }
        if parts.is_empty() {
            return Ok(Expr::Known(Value::Str(text)));
        }
        parts.push(Expr::Known(Value::Str(text)));
        Ok(Expr::Text(parts))
    }

    fn escaped(&mut self, text: &mut String) -> Parsed<()> {
        let letter = self.peek().ok_or_else(|| self.lost())?;
        self.at += 1;
        match letter {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            '_' => text.push(' '),
            '"' | '\\' | '$' | '?' => text.push(letter),
            '\n' => self.skip(false),
            _ => {
                let low = self.peek().and_then(|low| low.to_digit(16));
                let code = letter.to_digit(16).zip(low).map(|(high, low)| high * 16 + low);
                text.push(code.and_then(char::from_u32).ok_or_else(|| self.lost())?);
                self.at += 1;
            }
        }
        Ok(())
    }
}

/// A word as written, or shortened as far as it stays the only one; old scripts say `:pic`.
fn known_word(word: &str) -> Option<&'static str> {
    if let Some(whole) = WORDS.iter().find(|known| **known == word) {
        return Some(whole);
    }
    let mut fitting = WORDS.iter().filter(|known| !word.is_empty() && known.starts_with(word));
    fitting.next().copied().filter(|_| fitting.next().is_none())
}

pub(super) fn log_topics(word: &str) -> Option<&'static str> {
    Some(match word {
        "debug" => "script,debug",
        "error" => "script,error",
        "info" => "script,info",
        "warning" => "script,warning",
        _ => return None,
    })
}

/// The words between operands, and how strongly they bind; what binds more strongly comes later.
pub(super) const OPERATORS: [&[(&str, Operator)]; 6] = [
    &[(",", Operator::Join)],
    &[("||", Operator::Or), ("or", Operator::Or)],
    &[("&&", Operator::And), ("and", Operator::And)],
    &[
        ("!=", Operator::Unequal),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("=", Operator::Equal),
        ("<", Operator::Less),
        (">", Operator::More),
        ("~", Operator::Matches),
    ],
    &[(".", Operator::Concat), ("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];
