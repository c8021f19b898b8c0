//! Works out what a script's expressions mean on this router.

use super::expression::is_single;
use super::run::{Failed, Run, Turn};
use super::tree::{Builtin, Expr, MenuAct, MenuCall, Operator};
use super::value::Value;
use crate::world::World;
use crate::world::command::{Answer, Command};
use crate::world::execute::policy_of;
use crate::world::menu::Verb;
use crate::world::menus::MENUS;
use crate::world::table::{Row, star};
use crate::world::value::{Kind, seconds};

/// A script and the router it works on.
pub(crate) struct Machine<'world> {
    pub(crate) world: &'world mut World,
    pub(crate) run: Run,
    /// A function in the middle of an expression, which cannot wait.
    pub(crate) nested: bool,
}

/// The row `where` asks about.
type Asked<'row> = Option<(usize, &'row Row)>;

impl Machine<'_> {
    pub(super) fn truth(&mut self, expr: &Expr) -> Result<bool, Failed> {
        truth_of(&self.evaluate(expr)?)
    }

    pub(super) fn number(&mut self, expr: &Expr) -> Result<i64, Failed> {
        let value = self.evaluate(expr)?;
        number_of(&value)
    }

    pub(super) fn evaluate(&mut self, expr: &Expr) -> Result<Value, Failed> {
        self.value(expr, None)
    }

    fn value(&mut self, expr: &Expr, asked: Asked<'_>) -> Result<Value, Failed> {
        Ok(match expr {
            Expr::Known(value) => value.clone(),
            Expr::Word(word) => self.property(word, asked).unwrap_or_else(|| Value::of_word(word)),
            // Where a menu has a property of that name, a variable of the same name means the property.
            Expr::Variable(name) => match self.property(name, asked) {
                Some(property) => property,
                None => self.run.variable(name).cloned().unwrap_or(Value::Nothing),
            },
            Expr::Text(parts) => {
                let mut text = String::new();
                for part in parts {
                    text.push_str(&self.value(part, asked)?.text());
                }
                Value::Str(text)
            }
            Expr::Not(inside) => Value::Bool(!truth_of(&self.value(inside, asked)?)?),
            Expr::Minus(inside) => Value::Num(-number_of(&self.value(inside, asked)?)?),
            Expr::Two(operator, left, right) => self.two(*operator, left, right, asked)?,
            Expr::List(items) => {
                let mut values = Vec::new();
                for item in items {
                    values.push(self.value(item, asked)?);
                }
                Value::List(values)
            }
            Expr::Block(block) => Value::Code(block.clone()),
            Expr::Inside(block) => self.inside(block)?,
            Expr::Builtin(builtin, operands) => {
                let mut values = Vec::new();
                for operand in operands {
                    values.push(self.value(operand, asked)?);
                }
                built_in(*builtin, values)?
            }
            Expr::Call { name, arguments } => self.call(name, arguments)?,
            Expr::Menu(call) => self.menu(call)?,
            Expr::Log(topics, message) => {
                let message = self.evaluate(message)?.text();
                self.may("write")?;
                self.world.log(topics, &message);
                Value::Nothing
            }
        })
    }

    /// The property of this name of the row `where` asks about.
    fn property(&self, name: &str, asked: Asked<'_>) -> Option<Value> {
        let (menu, row) = asked?;
        if name == ".id" {
            return Some(Value::Id(star(row.id)));
        }
        MENUS[menu].prop(name)?;
        Some(self.shown(menu, row, name))
    }

    fn shown(&self, menu: usize, row: &Row, name: &str) -> Value {
        let kind = MENUS[menu].prop(name).map_or(Kind::Text, |prop| MENUS[menu].props[prop].kind);
        let Some(text) = self.world.value(menu, row, name, true) else {
            return Value::Str(String::new());
        };
        typed(kind, &text)
    }

    fn two(
        &mut self,
        operator: Operator,
        left: &Expr,
        right: &Expr,
        asked: Asked<'_>,
    ) -> Result<Value, Failed> {
        let left = self.value(left, asked)?;
        if operator == Operator::And && !truth_of(&left)? {
            return Ok(Value::Bool(false));
        }
        if operator == Operator::Or && truth_of(&left)? {
            return Ok(Value::Bool(true));
        }
        let right = match (right, asked) {
            // The right side of a comparison is a plain word even where it is the name of a property.
            (Expr::Word(word), Some(_)) => Value::of_word(word),
            (right, asked) => self.value(right, asked)?,
        };
        combined(operator, left, right)
    }

    fn call(&mut self, name: &str, arguments: &[(Option<String>, Expr)]) -> Result<Value, Failed> {
        let known = self.run.variable(name).cloned();
        let Some(Value::Code(block)) = known else {
            return Ok(known.unwrap_or(Value::Nothing));
        };
        let mut function = Run::new(&self.run.title, &self.run.owner, &self.run.policy, block);
        for (index, (key, value)) in arguments.iter().enumerate() {
            let value = self.evaluate(value)?;
            let place = (index + 1).to_string();
            function.give(key.as_deref().unwrap_or(&place), value);
        }
        let mut machine = Machine { world: &mut *self.world, run: function, nested: true };
        match machine.turn()? {
            Turn::Ended(value) => Ok(value),
            Turn::Waits(_) => Ok(Value::Nothing),
        }
    }

    fn may(&self, policy: &str) -> Result<(), Failed> {
        let may = self.run.policy.split(',').any(|word| word == policy);
        if may { Ok(()) } else { Err(Failed("not enough permissions (9)".to_owned())) }
    }

    fn menu(&mut self, call: &MenuCall) -> Result<Value, Failed> {
        match call.act {
            MenuAct::Find | MenuAct::CountOnly | MenuAct::Print => {
                self.may("read")?;
                let found = self.found(call)?;
                Ok(match call.act {
                    MenuAct::CountOnly => Value::Num(i64::try_from(found.len()).unwrap_or(i64::MAX)),
                    MenuAct::Print => Value::Nothing,
                    MenuAct::Find | MenuAct::Get | MenuAct::Change(_) => Value::List(found),
                })
            }
            MenuAct::Get => {
                self.may("read")?;
                self.get(call)
            }
            MenuAct::Change(verb) => {
                self.may(policy_of(call.menu, verb))?;
                self.change(call, verb)
            }
        }
    }

    fn found(&mut self, call: &MenuCall) -> Result<Vec<Value>, Failed> {
        let rows: Vec<Row> = match call.filter.as_ref().and_then(|filter| self.wanted_key(call.menu, filter))
        {
            Some(key) => self.world.table(call.menu).keyed(&key).cloned().collect(),
            None => self.world.table(call.menu).rows().cloned().collect(),
        };
        let mut found = Vec::new();
        for row in rows {
            let passes = match &call.filter {
                Some(filter) => truth_of(&self.value(filter, Some((call.menu, &row)))?)?,
                None => true,
            };
            if passes {
                found.push(Value::Id(star(row.id)));
            }
        }
        Ok(found)
    }

    /// The key a filter asks for, so that not every row has to be looked at.
    fn wanted_key(&mut self, menu: usize, filter: &Expr) -> Option<String> {
        let Expr::Two(operator, left, right) = filter else { return None };
        if *operator == Operator::And {
            return self.wanted_key(menu, left).or_else(|| self.wanted_key(menu, right));
        }
        if *operator != Operator::Equal || **left != Expr::Word(MENUS[menu].key.to_owned()) {
            return None;
        }
        if let Expr::Known(Value::Str(text)) | Expr::Word(text) = &**right {
            return Some(text.clone());
        }
        let Expr::Variable(name) = &**right else { return None };
        self.run.variable(name).filter(|_| MENUS[menu].prop(name).is_none()).map(Value::text)
    }

    fn get(&mut self, call: &MenuCall) -> Result<Value, Failed> {
        let mut positional = call.positional.iter();
        let named = |wanted: &str| call.named.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
        let row = if is_single(call.menu) {
            self.world.table(call.menu).rows().next().cloned()
        } else {
            let target = named("number").or_else(|| named("numbers")).or_else(|| positional.next());
            let target = target.ok_or_else(|| Failed("missing value(s) of argument(s) number".to_owned()))?;
            let mut tokens = self.evaluate(target)?.items().into_iter().map(|token| token.text());
            let first = tokens.next().unwrap_or_default();
            if tokens.next().is_some() {
                return Err(Failed("invalid internal item number".to_owned()));
            }
            self.world.table(call.menu).find(&first).cloned()
        };
        let row = row.ok_or_else(|| Failed("no such item".to_owned()))?;
        let name = named("value-name").or_else(|| positional.next());
        let name = match name {
            Some(Expr::Word(word)) => word.clone(),
            Some(other) => self.evaluate(other)?.text(),
            None => return Err(Failed("the whole of a row cannot be read here".to_owned())),
        };
        if MENUS[call.menu].prop(&name).is_none() {
            return Err(Failed(format!("unknown parameter {name}")));
        }
        Ok(self.shown(call.menu, &row, &name))
    }

    fn change(&mut self, call: &MenuCall, verb: Verb) -> Result<Value, Failed> {
        let mut command = Command::default();
        for (key, value) in &call.named {
            let value = self.argument(value)?;
            command.attributes.push((key.clone(), value));
        }
        let mut tokens: Vec<String> = Vec::new();
        for positional in &call.positional {
            let value = match positional {
                Expr::Word(word) => Value::Str(word.clone()),
                other => self.evaluate(other)?,
            };
            tokens.extend(value.items().into_iter().map(|token| token.text()));
        }
        if verb == Verb::Add || is_single(call.menu) {
            if !tokens.is_empty() {
                return Err(Failed("expected end of command".to_owned()));
            }
        } else if command.attribute("numbers").is_none() {
            if tokens.is_empty() {
                // Nothing was found, so nothing is done.
                return Ok(Value::Nothing);
            }
            command.attributes.push(("numbers".to_owned(), tokens.join(",")));
        }
        let owner = self.run.owner.clone();
        match self.world.carry_out(&owner, call.menu, verb, &command) {
            Ok(Answer::Done(Some(id))) => Ok(Value::Id(id)),
            Ok(_) => Ok(Value::Nothing),
            Err(trap) => Err(Failed(trap.message)),
        }
    }

    /// The value of a named argument as the menu reads it: a word stays as it was written.
    fn argument(&mut self, expr: &Expr) -> Result<String, Failed> {
        match expr {
            Expr::Word(word) => Ok(word.clone()),
            other => {
                let value = self.evaluate(other)?;
                Ok(match value {
                    Value::List(items) => items.iter().map(Value::text).collect::<Vec<_>>().join(","),
                    single => single.text(),
                })
            }
        }
    }
}

fn typed(kind: Kind, text: &str) -> Value {
    let span = || seconds(text).and_then(|span| i64::try_from(span).ok()).map(Value::Time);
    let known = match kind {
        Kind::Flag => return Value::Bool(text == "true"),
        Kind::Number { .. } | Kind::Bytes | Kind::NumberOr(_) => text.parse().ok().map(Value::Num),
        Kind::Interval | Kind::IntervalOr(_) => span(),
        Kind::Text
        | Kind::Address
        | Kind::AddressRange
        | Kind::RatePair
        | Kind::Mac
        | Kind::OneOf(_)
        | Kind::Words(_)
        | Kind::Named { .. } => None,
    };
    known.unwrap_or_else(|| Value::Str(text.to_owned()))
}

fn truth_of(value: &Value) -> Result<bool, Failed> {
    value.truth().ok_or_else(|| Failed("conditional not boolean".to_owned()))
}

fn number_of(value: &Value) -> Result<i64, Failed> {
    let number = match value {
        Value::Str(text) => Value::of_word(text).number(),
        other => other.number(),
    };
    number.ok_or_else(|| Failed(format!("cannot use {} as a number", value.kind())))
}

fn combined(operator: Operator, left: Value, right: Value) -> Result<Value, Failed> {
    use std::cmp::Ordering;
    let order = || left.order(&right);
    Ok(match operator {
        Operator::Concat => Value::Str(left.text() + &right.text()),
        Operator::Join => {
            let mut items = left.items();
            items.extend(right.items());
            Value::List(items)
        }
        Operator::Equal => Value::Bool(order() == Ordering::Equal),
        Operator::Unequal => Value::Bool(order() != Ordering::Equal),
        Operator::Less => Value::Bool(order() == Ordering::Less),
        Operator::More => Value::Bool(order() == Ordering::Greater),
        Operator::AtMost => Value::Bool(order() != Ordering::Greater),
        Operator::AtLeast => Value::Bool(order() != Ordering::Less),
        Operator::Matches => Value::Bool(matches(&left.text(), &right.text())?),
        Operator::And => Value::Bool(truth_of(&left)? && truth_of(&right)?),
        Operator::Or => Value::Bool(truth_of(&left)? || truth_of(&right)?),
        Operator::Element => {
            let index = usize::try_from(number_of(&right)?).ok();
            index.and_then(|index| left.items().into_iter().nth(index)).unwrap_or(Value::Nothing)
        }
        Operator::Add => arithmetic(&left, &right, i64::checked_add)?,
        Operator::Subtract => arithmetic(&left, &right, i64::checked_sub)?,
        Operator::Multiply => arithmetic(&left, &right, i64::checked_mul)?,
        Operator::Divide => arithmetic(&left, &right, i64::checked_div)?,
        Operator::Remainder => arithmetic(&left, &right, i64::checked_rem)?,
    })
}

fn arithmetic(left: &Value, right: &Value, work: fn(i64, i64) -> Option<i64>) -> Result<Value, Failed> {
    let span = matches!(left, Value::Time(_)) || matches!(right, Value::Time(_));
    let result = work(number_of(left)?, number_of(right)?);
    let result = result.ok_or_else(|| Failed("division by zero".to_owned()))?;
    Ok(if span { Value::Time(result) } else { Value::Num(result) })
}

/// A pattern without special signs but `^` in front and `$` behind; others are beyond this small evaluator.
fn matches(text: &str, pattern: &str) -> Result<bool, Failed> {
    let (pattern, starts) = pattern.strip_prefix('^').map_or((pattern, false), |rest| (rest, true));
    let (pattern, ends) = pattern.strip_suffix('$').map_or((pattern, false), |rest| (rest, true));
    if pattern.contains(['.', '*', '+', '?', '[', '(', '|', '\\', '{']) {
        return Err(Failed(format!("the pattern {pattern} is beyond this router")));
    }
    Ok(match (starts, ends) {
        (true, true) => text == pattern,
        (true, false) => text.starts_with(pattern),
        (false, true) => text.ends_with(pattern),
        (false, false) => text.contains(pattern),
    })
}

fn built_in(builtin: Builtin, values: Vec<Value>) -> Result<Value, Failed> {
    let mut values = values.into_iter();
    let first = values.next().unwrap_or(Value::Nothing);
    Ok(match builtin {
        Builtin::Put | Builtin::Nothing => Value::Nothing,
        Builtin::TypeOf => Value::Str(first.kind().to_owned()),
        Builtin::ToStr => Value::Str(first.text()),
        Builtin::ToNum => number_of(&first).map_or(Value::Nothing, Value::Num),
        Builtin::ToTime => number_of(&first).map_or(Value::Nothing, Value::Time),
        Builtin::ToArray => match first {
            Value::Str(text) if text.is_empty() => Value::List(Vec::new()),
            Value::Str(text) => {
                Value::List(text.split(',').map(|item| Value::Str(item.to_owned())).collect())
            }
            other => Value::List(other.items()),
        },
        Builtin::Len => {
            let length = match &first {
                Value::List(items) => items.len(),
                other => other.text().len(),
            };
            Value::Num(i64::try_from(length).unwrap_or(i64::MAX))
        }
        Builtin::Pick => {
            let from = values.next().map_or(Ok(0), |from| number_of(&from))?;
            let to = values.next().map(|to| number_of(&to)).transpose()?;
            pick(first, from, to)
        }
        Builtin::Find => find(&first, &values.next().unwrap_or(Value::Nothing), values.next())?,
    })
}

/// The part from one place to before another; one place alone without the second.
fn pick(whole: Value, from: i64, to: Option<i64>) -> Value {
    let place = |at: i64, length: usize| usize::try_from(at).unwrap_or(0).min(length);
    let to = to.unwrap_or_else(|| from.saturating_add(1));
    match whole {
        Value::List(items) => {
            let (from, to) = (place(from, items.len()), place(to, items.len()));
            Value::List(items.get(from..to).unwrap_or_default().to_vec())
        }
        other => {
            let text: Vec<char> = other.text().chars().collect();
            let (from, to) = (place(from, text.len()), place(to, text.len()));
            Value::Str(text.get(from..to).unwrap_or_default().iter().collect())
        }
    }
}

/// Where something begins within a text, or stands in a list; nothing when it is not there.
fn find(whole: &Value, part: &Value, after: Option<Value>) -> Result<Value, Failed> {
    let start = after.map(|after| number_of(&after)).transpose()?.map_or(0, |after| after.saturating_add(1));
    let start = usize::try_from(start).unwrap_or(0);
    let found = match whole {
        Value::List(items) => {
            items.iter().skip(start).position(|item| item.order(part).is_eq()).map(|at| at + start)
        }
        other => {
            let (text, part): (Vec<char>, Vec<char>) =
                (other.text().chars().collect(), part.text().chars().collect());
            (start..=text.len().saturating_sub(part.len())).find(|at| text[*at..].starts_with(&part))
        }
    };
    Ok(found.and_then(|at| i64::try_from(at).ok()).map_or(Value::Nothing, Value::Num))
}
