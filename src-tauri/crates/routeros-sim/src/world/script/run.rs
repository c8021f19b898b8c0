//! Carries out a script, one statement after the other, until it ends or waits.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::eval::Machine;
use super::tree::{Block, Expr, Statement};
use super::value::Value;

/// Statements one script may carry out before it is given up.
const MOST_STEPS: u32 = 200_000;

/// Blocks within blocks.
const DEEPEST: usize = 256;

/// A script that is being carried out.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// What the log calls it.
    pub(crate) title: String,
    pub(crate) owner: String,
    /// What it may do, as a comma list.
    pub(crate) policy: String,
    frames: Vec<Frame>,
    steps: u32,
}

#[derive(Debug, Clone)]
struct Frame {
    block: Block,
    at: usize,
    variables: HashMap<String, Value>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// The whole of a script or function: its variables are its own, and `:return` ends it.
    Whole,
    Plain,
    Foreach {
        key: Option<String>,
        name: String,
        left: VecDeque<(usize, Value)>,
    },
    For {
        name: String,
        next: i64,
        to: i64,
        step: i64,
    },
    While(Expr),
    Guarded(Option<Block>),
}

/// What one turn of a script came to.
#[derive(Debug, PartialEq)]
pub(crate) enum Turn {
    Ended(Value),
    /// It goes on after so many seconds.
    Waits(i64),
}

/// Why a script stopped before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed(pub(crate) String);

impl Run {
    pub(crate) fn new(title: &str, owner: &str, policy: &str, block: Block) -> Run {
        let first = Frame { block, at: 0, variables: HashMap::new(), kind: Kind::Whole };
        Run {
            title: title.to_owned(),
            owner: owner.to_owned(),
            policy: policy.to_owned(),
            frames: vec![first],
            steps: 0,
        }
    }

    pub(crate) fn give(&mut self, name: &str, value: Value) {
        if let Some(frame) = self.frames.last_mut() {
            frame.variables.insert(name.to_owned(), value);
        }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Value> {
        for frame in self.frames.iter().rev() {
            if let Some(value) = frame.variables.get(name) {
                return Some(value);
            }
            if matches!(frame.kind, Kind::Whole) {
                return None;
            }
        }
        None
    }

    fn variable_mut(&mut self, name: &str) -> Option<&mut Value> {
        for frame in self.frames.iter_mut().rev() {
            let whole = matches!(frame.kind, Kind::Whole);
            if frame.variables.contains_key(name) {
                return frame.variables.get_mut(name);
            }
            if whole {
                return None;
            }
        }
        None
    }

    fn push(&mut self, block: Block, kind: Kind) -> Result<(), Failed> {
        if self.frames.len() == DEEPEST {
            return Err(Failed("too deep".to_owned()));
        }
        self.frames.push(Frame { block, at: 0, variables: HashMap::new(), kind });
        Ok(())
    }
}

impl Machine<'_> {
    /// Goes on until the script ends or waits.
    pub(crate) fn turn(&mut self) -> Result<Turn, Failed> {
        loop {
            let done = match self.step() {
                Ok(done) => done,
                Err(failed) => {
                    self.rescue(failed)?;
                    None
                }
            };
            if let Some(turn) = done {
                return Ok(turn);
            }
        }
    }

    /// Carries out statements in the middle of an expression, which sees the variables around it and cannot wait.
    pub(super) fn inside(&mut self, block: &Block) -> Result<Value, Failed> {
        let depth = self.run.frames.len();
        self.run.push(Arc::clone(block), Kind::Plain)?;
        let nested = std::mem::replace(&mut self.nested, true);
        let mut outcome = Ok(Value::Nothing);
        while self.run.frames.len() > depth {
            match self.step() {
                Ok(None | Some(Turn::Waits(_))) => {}
                Ok(Some(Turn::Ended(value))) => outcome = Ok(value),
                Err(failed) => {
                    self.run.frames.truncate(depth);
                    outcome = Err(failed);
                }
            }
        }
        self.nested = nested;
        outcome
    }

    /// Looks for an `on-error` around the statement that failed.
    fn rescue(&mut self, failed: Failed) -> Result<(), Failed> {
        while let Some(frame) = self.run.frames.pop() {
            if let Kind::Guarded(Some(on_error)) = frame.kind {
                return self.run.push(on_error, Kind::Plain);
            }
        }
        Err(failed)
    }

    fn step(&mut self) -> Result<Option<Turn>, Failed> {
        self.run.steps += 1;
        if self.run.steps > MOST_STEPS {
            return Err(Failed("interrupted".to_owned()));
        }
        let Some(frame) = self.run.frames.last_mut() else { return Ok(Some(Turn::Ended(Value::Nothing))) };
        if frame.at >= frame.block.len() {
            self.end_of_block()?;
            return Ok(self.run.frames.is_empty().then_some(Turn::Ended(Value::Nothing)));
        }
        let block = Arc::clone(&frame.block);
        let at = frame.at;
        frame.at += 1;
        self.carry_out(&block[at])
    }

    /// A loop begins again; anything else is over.
    fn end_of_block(&mut self) -> Result<(), Failed> {
        let Some(mut frame) = self.run.frames.pop() else { return Ok(()) };
        if self.again(&mut frame.kind, &mut frame.variables)? {
            frame.at = 0;
            self.run.frames.push(frame);
        }
        Ok(())
    }

    /// Whether a loop has another turn, with its variables set.
    fn again(&mut self, kind: &mut Kind, variables: &mut HashMap<String, Value>) -> Result<bool, Failed> {
        match kind {
            Kind::Whole | Kind::Plain | Kind::Guarded(_) => Ok(false),
            Kind::While(condition) => {
                let condition = condition.clone();
                self.truth(&condition)
            }
            Kind::Foreach { key, name, left } => {
                let Some((index, value)) = left.pop_front() else { return Ok(false) };
                variables.clear();
                if let Some(key) = key {
                    variables.insert(key.clone(), Value::Num(i64::try_from(index).unwrap_or(i64::MAX)));
                }
                variables.insert(name.clone(), value);
                Ok(true)
            }
            Kind::For { name, next, to, step } => {
                let over = if *step > 0 { *next > *to } else { *next < *to };
                if over {
                    return Ok(false);
                }
                variables.clear();
                variables.insert(name.clone(), Value::Num(*next));
                *next = next.saturating_add(*step);
                Ok(true)
            }
        }
    }

    /// Begins a block that may never have a turn.
    fn begin(&mut self, body: &Block, mut kind: Kind) -> Result<(), Failed> {
        let mut variables = HashMap::new();
        if self.again(&mut kind, &mut variables)? {
            self.run.push(Arc::clone(body), kind)?;
            if let Some(frame) = self.run.frames.last_mut() {
                frame.variables = variables;
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, statement: &Statement) -> Result<Option<Turn>, Failed> {
        match statement {
            Statement::Declare { global, name, value } => {
                let value = value.as_ref().map(|value| self.evaluate(value)).transpose()?;
                self.declare(*global, name, value);
            }
            Statement::Assign { name, value } => {
                let value = self.evaluate(value)?;
                match self.run.variable_mut(name) {
                    Some(known) => *known = value,
                    None => self.world.set_global(name, value),
                }
            }
            Statement::If { condition, then, otherwise } => {
                let block = if self.truth(condition)? { Some(then) } else { otherwise.as_ref() };
                if let Some(block) = block {
                    self.run.push(Arc::clone(block), Kind::Plain)?;
                }
            }
            Statement::Foreach { key, name, over, body } => {
                let left = self.evaluate(over)?.items().into_iter().enumerate().collect();
                self.begin(body, Kind::Foreach { key: key.clone(), name: name.clone(), left })?;
            }
            Statement::For { name, from, to, step, body } => {
                let (next, to) = (self.number(from)?, self.number(to)?);
                let step = step.as_ref().map_or(Ok(1), |step| self.number(step))?;
                let step = if step == 0 { 1 } else { step };
                self.begin(body, Kind::For { name: name.clone(), next, to, step })?;
            }
            Statement::While { condition, body } => self.begin(body, Kind::While(condition.clone()))?,
            Statement::Do { body, on_error } => {
                self.run.push(Arc::clone(body), Kind::Guarded(on_error.clone()))?;
            }
            Statement::Delay(span) => {
                let seconds = self.number(span)?;
                return Ok((!self.nested).then_some(Turn::Waits(seconds.max(0))));
            }
            Statement::Return(value) => {
                let value = value.as_ref().map_or(Ok(Value::Nothing), |value| self.evaluate(value))?;
                while let Some(frame) = self.run.frames.pop() {
                    if matches!(frame.kind, Kind::Whole) {
                        break;
                    }
                }
                if self.run.frames.is_empty() {
                    return Ok(Some(Turn::Ended(value)));
                }
            }
            Statement::Error(message) => return Err(Failed(self.evaluate(message)?.text())),
            Statement::Evaluate(expr) => {
                self.evaluate(expr)?;
            }
        }
        Ok(None)
    }

    fn declare(&mut self, global: bool, name: &str, value: Option<Value>) {
        if !global {
            self.run.give(name, value.unwrap_or(Value::Nothing));
            return;
        }
        if let Some(value) = value {
            self.world.set_global(name, value);
        }
        let known = self.world.global(name);
        self.run.give(name, known);
    }
}
