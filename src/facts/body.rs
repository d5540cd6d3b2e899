//! The intermediate form of function bodies: statements, expressions, patterns. Plain values; knows no syn.

use serde::{Deserialize, Serialize};

use super::call_text::CallText;
use super::model::{Item, Name, Path, Span, TypeRef};

/// Statements and, as the last of them, the value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// The statements. A tail expression is the last statement with `semi == false`.
    pub stmts: Vec<Stmt>,
    /// The whole block.
    pub span: Span,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Stmt {
    /// `let pat: ty = init else { .. };`.
    Let(Box<Local>),
    /// An expression.
    Expr {
        /// The expression.
        expr: Expr,
        /// Ends with `;`.
        semi: bool,
    },
    /// An item inside a body.
    Item(Box<Item>),
}

/// A `let`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Local {
    /// The pattern.
    pub pat: Pat,
    /// The written type.
    pub ty: Option<TypeRef>,
    /// The value.
    pub init: Option<Expr>,
    /// `else { .. }`.
    pub otherwise: Option<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions. Parentheses, groups and `unsafe`/`const` blocks have disappeared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ExprKind {
    /// A name.
    Path(Path),
    /// A literal.
    Lit(Lit),
    /// `f(a, b)`.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `x.m::<T>(a)`.
    Method {
        /// The receiver.
        receiver: Box<Expr>,
        /// The method's name.
        name: Name,
        /// Type arguments.
        generics: Vec<TypeRef>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `x.f`, `x.0`.
    Field {
        /// The value.
        base: Box<Expr>,
        /// The field.
        name: Name,
    },
    /// `x[i]`.
    Index {
        /// The value.
        base: Box<Expr>,
        /// The index.
        index: Box<Expr>,
    },
    /// `a = b`.
    Assign {
        /// The place.
        left: Box<Expr>,
        /// The value.
        right: Box<Expr>,
    },
    /// `a + b`, `a += b`, `a == b`.
    Binary {
        /// The operator's text: `+`, `+=`, `==` ….
        op: String,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `*x`.
    Deref(Box<Expr>),
    /// `!x`, `-x`.
    Unary(Box<Expr>),
    /// `&x`, `&mut x`, `&raw mut x`.
    Ref {
        /// `&mut`.
        mutable: bool,
        /// The value.
        expr: Box<Expr>,
    },
    /// `{ .. }`.
    Block(Block),
    /// `async { .. }`.
    Async {
        /// `async move`.
        is_move: bool,
        /// The body.
        body: Block,
    },
    /// `|a, b| ..`, also `async |a| ..`.
    Closure(Box<Closure>),
    /// `if c { .. } else { .. }`; `if let` has a `Let` in its condition.
    If {
        /// The condition.
        cond: Box<Expr>,
        /// Then.
        then: Block,
        /// Else.
        otherwise: Option<Box<Expr>>,
    },
    /// `let pat = x` as a condition.
    Let {
        /// The pattern.
        pat: Box<Pat>,
        /// The value.
        expr: Box<Expr>,
    },
    /// `match x { .. }`.
    Match {
        /// The value.
        expr: Box<Expr>,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `while c { .. }`.
    While {
        /// The condition.
        cond: Box<Expr>,
        /// The body.
        body: Block,
    },
    /// `loop { .. }`.
    Loop(Block),
    /// `for p in x { .. }`.
    For {
        /// The pattern.
        pat: Box<Pat>,
        /// What is walked.
        iter: Box<Expr>,
        /// The body.
        body: Block,
    },
    /// `x.await`.
    Await(Box<Expr>),
    /// `x?`.
    Try(Box<Expr>),
    /// `return x`.
    Return(Option<Box<Expr>>),
    /// `break x`, `yield x`, `continue 'outer`.
    Break(Option<Box<Expr>>),
    /// `continue`: the same loop goes on.
    Continue,
    /// `S { a: x, ..base }`.
    Struct {
        /// The type or variant.
        path: Path,
        /// Fields with their values; the shorthand is spelled out.
        fields: Vec<(Name, Expr)>,
        /// `..base`.
        base: Option<Box<Expr>>,
    },
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `[a, b]`, `vec![a, b]`.
    Array(Vec<Expr>),
    /// `[x; n]`, `vec![x; n]`.
    Repeat {
        /// The value.
        value: Box<Expr>,
        /// How often.
        len: Box<Expr>,
    },
    /// `x as T`.
    Cast {
        /// The value.
        expr: Box<Expr>,
        /// The type.
        ty: TypeRef,
    },
    /// `a..b`.
    Range(Vec<Expr>),
    /// A macro call.
    Macro(Box<MacroExpr>),
    /// Anything else, as its parts.
    Other(Vec<Expr>),
}

/// A literal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lit {
    /// A string, also `c".."`.
    Str(String),
    /// A byte string.
    Bytes,
    /// An integer, digits only, and its suffix.
    Int(String, String),
    /// A float and its suffix.
    Float(String),
    /// `true`, `false`.
    Bool(bool),
    /// A character or byte.
    Char,
}

/// A closure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closure {
    /// Parameters with their written types.
    pub params: Vec<(Pat, Option<TypeRef>)>,
    /// The written result type.
    pub output: Option<TypeRef>,
    /// `async |..|`.
    pub is_async: bool,
    /// `move |..|`.
    pub is_move: bool,
    /// The body.
    pub body: Expr,
}

/// One arm of a `match`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// The pattern.
    pub pat: Pat,
    /// `if guard`.
    pub guard: Option<Expr>,
    /// The value.
    pub body: Expr,
}

/// A macro call in expression position.
///
/// `vec!` has become `Array` or `Repeat`. In `args` stand the expressions found in the tokens: arguments of
/// `format!`-likes (with captured `{names}` as paths), values of `json!`, and so on. `select!` becomes one `Match`
/// on an `Await` for each branch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MacroExpr {
    /// The macro's path.
    pub path: Path,
    /// The expressions inside.
    pub args: Vec<Expr>,
    /// The tokens were understood.
    pub read: bool,
    /// What stands between the delimiters, for `expand_block`; empty where the macro is known by its name.
    pub text: CallText,
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Pat {
    /// `x`, `mut x`, `ref x`, `x @ sub`. A lone upper-case name may also be a const or unit variant: `link` decides.
    Bind {
        /// The name.
        name: Name,
        /// `mut`.
        mutable: bool,
        /// `@ sub`.
        sub: Option<Box<Pat>>,
    },
    /// `(a, b)`.
    Tuple(Vec<Pat>),
    /// `Some(x)`, `Json(body)`.
    TupleStruct {
        /// The type or variant.
        path: Path,
        /// The fields; `..` is `Rest`.
        fields: Vec<Pat>,
    },
    /// `Point { x, y: b }`.
    Struct {
        /// The type or variant.
        path: Path,
        /// Fields with their patterns.
        fields: Vec<(Name, Pat)>,
    },
    /// A path: `None`, `Kind::A`.
    Path(Path),
    /// `&p`, `box p`.
    Ref(Box<Pat>),
    /// `a | b`.
    Or(Vec<Pat>),
    /// `[a, b, rest @ ..]`.
    Slice(Vec<Pat>),
    /// `p: T`, in a closure.
    Typed(Box<Pat>, TypeRef),
    /// A literal.
    Lit(Lit),
    /// `..`.
    Rest,
    /// `_`, ranges, macros.
    Wild,
}
