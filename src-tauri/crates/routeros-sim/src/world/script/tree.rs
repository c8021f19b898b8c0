//! What a script says, taken apart.

use std::sync::Arc;

use super::value::Value;

/// A script of the language that is understood here.
pub(crate) type Block = Arc<[Statement]>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Statement {
    /// `:local name value`, or `:global`.
    Declare {
        global: bool,
        name: String,
        value: Option<Expr>,
    },
    /// `:set name value`.
    Assign {
        name: String,
        value: Expr,
    },
    If {
        condition: Expr,
        then: Block,
        otherwise: Option<Block>,
    },
    Foreach {
        key: Option<String>,
        name: String,
        over: Expr,
        body: Block,
    },
    For {
        name: String,
        from: Expr,
        to: Expr,
        step: Option<Expr>,
        body: Block,
    },
    While {
        condition: Expr,
        body: Block,
    },
    Do {
        body: Block,
        on_error: Option<Block>,
    },
    Delay(Expr),
    Return(Option<Expr>),
    Error(Expr),
    /// Something that is worked out for its effect, such as `[find]` or `:put`.
    Evaluate(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Known(Value),
    /// A string in quotes with variables and expressions inside.
    Text(Vec<Expr>),
    /// A word without quotes: a property, a number, or plain text, as the place demands.
    Word(String),
    Variable(String),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Two(Operator, Box<Expr>, Box<Expr>),
    List(Vec<Expr>),
    Block(Block),
    /// Several statements in square brackets.
    Inside(Block),
    Builtin(Builtin, Vec<Expr>),
    /// `$function a=1 2`.
    Call {
        name: String,
        arguments: Vec<(Option<String>, Expr)>,
    },
    Menu(Box<MenuCall>),
    /// `/log info` and its like, with the topics and the message.
    Log(&'static str, Box<Expr>),
}

/// A command on a menu.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MenuCall {
    pub(crate) menu: usize,
    pub(crate) act: MenuAct,
    pub(crate) named: Vec<(String, Expr)>,
    pub(crate) positional: Vec<Expr>,
    /// What `where` says.
    pub(crate) filter: Option<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MenuAct {
    Find,
    Get,
    CountOnly,
    /// `print` has no effect but on a screen nobody sees.
    Print,
    Change(crate::world::menu::Verb),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Concat,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    Unequal,
    Less,
    More,
    AtMost,
    AtLeast,
    Matches,
    And,
    Or,
    /// `list->key`.
    Element,
    /// `a,b`.
    Join,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    Pick,
    Len,
    Find,
    ToStr,
    ToNum,
    ToTime,
    ToArray,
    TypeOf,
    Nothing,
    Put,
}
