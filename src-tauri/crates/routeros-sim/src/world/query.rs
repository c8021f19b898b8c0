//! The query words of `print` and `listen`: a small machine over a stack of booleans.

use super::menu::Menu;
use super::value::Kind;

/// What the words of one command ask for, ready to be asked of many rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Has(String),
    HasNot(String),
    Equals(String, String),
    Less(String, String),
    More(String, String),
    Ops(Vec<Op>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Not,
    And,
    Or,
    /// Copies the value at this depth to the top; 0 is the top.
    Copy(usize),
    /// Throws the whole stack away except the value at this depth.
    Keep(usize),
}

impl Query {
    /// Understands the words, each still with its leading `?`. A word that cannot be understood is returned.
    pub(crate) fn parse<'word>(words: &'word [String], menu: &Menu) -> Result<Query, &'word str> {
        let steps =
            words.iter().map(|word| step(word, menu).ok_or(word.as_str())).collect::<Result<_, _>>()?;
        Ok(Query { steps })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The only values of this property with which a row passes, when the words are of a kind that says so: one among
    /// conditions that all must hold, or several joined by "or" in front of them.
    pub(crate) fn only_values_of(&self, key: &str) -> Option<Vec<&str>> {
        let plain = |steps: &[Step]| !steps.iter().any(|step| matches!(step, Step::Ops(_)));
        if plain(&self.steps) {
            return self.steps.iter().find_map(|step| step.value_of(key)).map(|value| vec![value]);
        }
        let values: Vec<&str> = self.steps.iter().map_while(|step| step.value_of(key)).collect();
        let joined = |ops: &[Op]| ops.len() + 1 == values.len() && ops.iter().all(|op| *op == Op::Or);
        match &self.steps[values.len()..] {
            [Step::Ops(ops), rest @ ..] if joined(ops) && plain(rest) => Some(values),
            _ => None,
        }
    }

    /// Whether a row with these values passes. `kind` tells how a property is ordered.
    pub(crate) fn passes<'row>(
        &self,
        value: impl Fn(&str) -> Option<std::borrow::Cow<'row, str>>,
        kind: impl Fn(&str) -> Kind,
    ) -> bool {
        // Below its first value the stack is true without end.
        let mut stack: Vec<bool> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            match step {
                Step::Has(key) => stack.push(value(key).is_some()),
                Step::HasNot(key) => stack.push(value(key).is_none()),
                Step::Equals(key, operand) => {
                    stack.push(value(key).is_some_and(|shown| shown == operand.as_str()));
                }
                Step::Less(key, operand) => {
                    stack.push(value(key).is_some_and(|shown| order(kind(key), &shown, operand).is_lt()));
                }
                Step::More(key, operand) => {
                    stack.push(value(key).is_some_and(|shown| order(kind(key), &shown, operand).is_gt()));
                }
                Step::Ops(ops) => ops.iter().for_each(|op| op.run(&mut stack)),
            }
        }
        !stack.contains(&false)
    }
}

impl Step {
    /// The value of this property the step asks for.
    fn value_of(&self, key: &str) -> Option<&str> {
        match self {
            Step::Equals(known, operand) if known == key => Some(operand),
            Step::Equals(..)
            | Step::Has(_)
            | Step::HasNot(_)
            | Step::Less(..)
            | Step::More(..)
            | Step::Ops(_) => None,
        }
    }
}

impl Op {
    fn run(self, stack: &mut Vec<bool>) {
        let deep = |stack: &Vec<bool>, depth: usize| {
            stack.len().checked_sub(depth.saturating_add(1)).is_none_or(|index| stack[index])
        };
        match self {
            Op::Not => {
                let top = stack.pop().unwrap_or(true);
                stack.push(!top);
            }
            Op::And => {
                let (a, b) = (stack.pop().unwrap_or(true), stack.pop().unwrap_or(true));
                stack.push(a && b);
            }
            Op::Or => {
                let (a, b) = (stack.pop().unwrap_or(true), stack.pop().unwrap_or(true));
                stack.push(a || b);
            }
            Op::Copy(depth) => stack.push(deep(stack, depth)),
            Op::Keep(depth) => *stack = vec![deep(stack, depth)],
        }
    }
}

fn order(kind: Kind, shown: &str, operand: &str) -> std::cmp::Ordering {
    match (kind.rank(shown), kind.rank(operand)) {
        (Some(shown), Some(operand)) => shown.cmp(&operand),
        _ => shown.cmp(operand),
    }
}

fn step(word: &str, menu: &Menu) -> Option<Step> {
    let body = word.strip_prefix('?')?;
    if let Some(ops) = body.strip_prefix('#') {
        return operations(ops).map(Step::Ops);
    }
    if let Some(key) = body.strip_prefix('-') {
        return Some(Step::HasNot(key.to_owned()));
    }
    let pair = |text: &str| {
        let (key, operand) = text.split_once('=')?;
        Some((key.to_owned(), as_shown(menu, key, operand)))
    };
    if let Some(rest) = body.strip_prefix('<') {
        return pair(rest).map(|(key, operand)| Step::Less(key, operand));
    }
    if let Some(rest) = body.strip_prefix('>') {
        return pair(rest).map(|(key, operand)| Step::More(key, operand));
    }
    let rest = body.strip_prefix('=').unwrap_or(body);
    Some(match pair(rest) {
        Some((key, operand)) => Step::Equals(key, operand),
        None => Step::Has(rest.to_owned()),
    })
}

/// The operand as the router would show that value, so that `yes` finds `true`.
fn as_shown(menu: &Menu, key: &str, operand: &str) -> String {
    let kind = menu.prop(key).map_or(Kind::Text, |prop| menu.props[prop].kind);
    kind.canonical(operand, |_, _| true).unwrap_or_else(|_| operand.to_owned())
}

fn operations(text: &str) -> Option<Vec<Op>> {
    let mut ops = Vec::new();
    let mut rest = text;
    let mut after_index = false;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let depth = rest[..end].parse().ok()?;
            rest = &rest[end..];
            ops.push(if rest.is_empty() { Op::Keep(depth) } else { Op::Copy(depth) });
            after_index = true;
            continue;
        }
        match first {
            '!' => ops.push(Op::Not),
            '&' => ops.push(Op::And),
            '|' => ops.push(Op::Or),
            '.' if after_index => {}
            '.' => ops.push(Op::Copy(0)),
            _ => return None,
        }
        after_index = false;
        rest = &rest[1..];
    }
    Some(ops)
}

#[cfg(test)]
mod tests;
