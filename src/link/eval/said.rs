//! What the arguments of a call say by themselves: literal texts, names of variants, written types; and which setting
//! chooses between two branches. Reads what is written and follows no call.

use super::Eval;
use crate::catalog::FileCalls;
use crate::facts::{Block, Expr, ExprKind, Lit, Path, Stmt, TypeRef};
use crate::link::events::Fork;
use crate::link::index::Def;
use crate::link::names::Want;
use crate::link::program::{Said, words_of};
use crate::link::types::Ty;

/// Expressions nested deeper than this say nothing.
const MAX_DEPTH: usize = 8;

impl Eval<'_, '_, '_> {
    /// Texts and names in the arguments of a call that leads into these crates, and of its written types. Only what the
    /// catalogue may ask for is read.
    pub(super) fn said<'t>(
        &self,
        crates: &[&str],
        types: impl IntoIterator<Item = &'t TypeRef>,
        args: &[Expr],
    ) -> (Vec<Said>, Vec<String>) {
        let files = &self.m.types.catalog.files;
        let path = crates.join("::");
        if files.concerns(&path) {
            let lasting = if FileCalls::lists(&files.moves, &path) {
                args.get(1)
            } else {
                args.first()
            };
            let variable = lasting.and_then(variable_of);
            return (Vec::new(), places_in(args).into_iter().chain(variable).collect());
        }
        if FileCalls::lists(&files.runs, &path) {
            return (self.texts(args), Vec::new());
        }
        if !self.m.types.catalog.has_makers(crates) {
            return (Vec::new(), self.beats_in(args));
        }
        let mut names = [self.type_names(types), names_in(args), self.beats_in(args)].concat();
        if !args.is_empty() && args.iter().all(is_written_out) {
            names.push(WRITTEN_OUT.to_owned());
        }
        (self.texts(args), names)
    }

    /// `sleep(HEARTBEAT_INTERVAL)`: a plain name that says what goes round here.
    fn beats_in(&self, args: &[Expr]) -> Vec<String> {
        let beats = &self.m.types.catalog.claims.beats;
        let plain = args.iter().filter_map(|arg| match &arg.kind {
            ExprKind::Path(path) => match path.segments.as_slice() {
                [only] => Some(&only.name),
                _ => None,
            },
            _ => None,
        });
        plain
            .filter(|name| words_of(name).iter().any(|word| beats.contains(word)))
            .cloned()
            .collect()
    }

    /// The texts in a call's arguments. A text that only stands in for a missing setting says so.
    pub(super) fn texts(&self, args: &[Expr]) -> Vec<Said> {
        let mut said = Vec::new();
        for arg in args {
            self.text_of(arg, None, 0, &mut said);
        }
        said
    }

    fn text_of(&self, expr: &Expr, instead_of: Option<&str>, depth: usize, said: &mut Vec<Said>) {
        if depth > MAX_DEPTH {
            return;
        }
        let mut all = |parts: &[Expr]| {
            for part in parts {
                self.text_of(part, instead_of, depth + 1, said);
            }
        };
        match &expr.kind {
            ExprKind::Lit(Lit::Str(text)) => said.push(Said {
                text: text.clone(),
                instead_of: instead_of.map(str::to_owned),
                set_in: None,
            }),
            ExprKind::Path(path) => said.extend(self.text_of_name(path, instead_of, depth)),
            ExprKind::Macro(call) => all(&call.args),
            ExprKind::Call { args, .. } | ExprKind::Array(args) => all(args),
            ExprKind::Ref { expr: inner, .. }
            | ExprKind::Await(inner)
            | ExprKind::Try(inner)
            | ExprKind::Deref(inner)
            | ExprKind::Cast { expr: inner, .. } => self.text_of(inner, instead_of, depth + 1, said),
            ExprKind::Binary { left, right, .. } => {
                self.text_of(left, instead_of, depth + 1, said);
                self.text_of(right, instead_of, depth + 1, said);
            }
            ExprKind::Closure(closure) => self.text_of(&closure.body, instead_of, depth + 1, said),
            ExprKind::Method {
                receiver, name, args, ..
            } => {
                let setting = self
                    .falls_back(&name.text)
                    .then(|| setting_of(receiver))
                    .flatten();
                self.text_of(receiver, instead_of, depth + 1, said);
                for arg in args {
                    self.text_of(arg, setting.as_deref().or(instead_of), depth + 1, said);
                }
            }
            _ => self.text_of_branches(expr, instead_of, depth, said),
        }
    }

    fn text_of_branches(&self, expr: &Expr, instead_of: Option<&str>, depth: usize, said: &mut Vec<Said>) {
        match &expr.kind {
            ExprKind::Block(block) => {
                let tail = tail(block);
                tail.iter()
                    .for_each(|tail| self.text_of(tail, instead_of, depth + 1, said));
            }
            ExprKind::If {
                cond,
                then,
                otherwise: Some(otherwise),
            } => {
                let setting = setting_of(cond);
                let instead_of = setting.as_deref().or(instead_of);
                tail(then)
                    .iter()
                    .for_each(|tail| self.text_of(tail, instead_of, depth + 1, said));
                self.text_of(otherwise, instead_of, depth + 1, said);
            }
            ExprKind::Match { expr, arms } => {
                let setting = setting_of(expr);
                let instead_of = setting.as_deref().or(instead_of);
                for arm in arms {
                    self.text_of(&arm.body, instead_of, depth + 1, said);
                }
            }
            _ => {}
        }
    }

    /// What a variable, const or static was given.
    fn text_of_name(&self, path: &Path, instead_of: Option<&str>, depth: usize) -> Vec<Said> {
        if let [only] = path.segments.as_slice()
            && let Some(var) = self.variable(&only.name)
        {
            return self.texts.get(&var).cloned().unwrap_or_default();
        }
        let resolved = self.m.types.names.resolve(self.scope.module, path, Want::Value);
        let mut said = Vec::new();
        if let Some(Def::Static(id)) = resolved.map(|resolved| resolved.def)
            && let Some(init) = &self.m.types.index.statics[id.index()].item.init
        {
            self.text_of(init, instead_of, depth + 1, &mut said);
        }
        said
    }

    /// Written types, by the name other crates have for them.
    fn type_names<'t>(&self, types: impl IntoIterator<Item = &'t TypeRef>) -> Vec<String> {
        let lowered = types.into_iter().map(|ty| self.m.types.lower(ty, &self.scope));
        lowered.filter_map(|ty| ext_name(&ty)).collect()
    }

    /// Its arguments count where the receiver has nothing.
    pub(super) fn falls_back(&self, method: &str) -> bool {
        self.m.types.catalog.habits.fallbacks.contains(method)
    }

    /// Evaluates one branch of several that a setting chooses between, of which another makes something too.
    pub(super) fn in_branch<T>(&mut self, fork: Option<Fork>, inside: impl FnOnce(&mut Self) -> T) -> T {
        let Some(fork) = fork else { return inside(self) };
        self.forks.push(fork);
        let value = inside(self);
        self.forks.pop();
        value
    }

    /// Evaluates an argument; of a method that stands in for a missing setting, as what the setting chooses.
    pub(super) fn fallback_fork(&self, receiver: &Expr, method: &str, position: usize) -> Option<Fork> {
        if position > 0 || !self.falls_back(method) {
            return None;
        }
        Some(Fork {
            setting: setting_of(receiver)?,
            span: receiver.span,
            branch: 0,
        })
    }
}

/// The lasting names of the file that a call is about: `&settings.users_file`, `USERS_FILE`, `"users.json"`.
fn places_in(args: &[Expr]) -> Vec<String> {
    fn place_of(expr: &Expr, depth: usize) -> Option<String> {
        let inside = |inner: &Expr| (depth < MAX_DEPTH).then(|| place_of(inner, depth + 1)).flatten();
        match &expr.kind {
            ExprKind::Field { name, .. } => Some(format!(".{}", name.text)),
            ExprKind::Lit(Lit::Str(text)) => Some(format!("\"{text}\"")),
            ExprKind::Path(path) => {
                let last = &path.segments.last()?.name;
                is_constant(last).then(|| last.clone())
            }
            ExprKind::Ref { expr, .. } | ExprKind::Deref(expr) | ExprKind::Try(expr) => inside(expr),
            ExprKind::Method { receiver, args, .. } if args.is_empty() => inside(receiver),
            _ => None,
        }
    }
    args.first()
        .and_then(|arg| place_of(arg, 0))
        .into_iter()
        .collect()
}

/// `=path`: the variable that says which file it is, or which one it becomes.
fn variable_of(arg: &Expr) -> Option<String> {
    match &arg.kind {
        ExprKind::Path(path) => match path.segments.as_slice() {
            [only] if !is_constant(&only.name) => Some(format!("={}", only.name)),
            _ => None,
        },
        ExprKind::Ref { expr, .. } | ExprKind::Deref(expr) => variable_of(expr),
        ExprKind::Method { receiver, args, .. } if args.is_empty() => variable_of(receiver),
        _ => None,
    }
}

/// What a call says whose arguments are all numbers that stand in the code: every replica says the same.
const WRITTEN_OUT: &str = "<number>";

/// `7`, `MACHINE`.
fn is_written_out(arg: &Expr) -> bool {
    match &arg.kind {
        ExprKind::Lit(Lit::Int(..)) => true,
        ExprKind::Path(path) => path.segments.last().is_some_and(|last| is_constant(&last.name)),
        ExprKind::Cast { expr, .. } => is_written_out(expr),
        _ => false,
    }
}

fn is_constant(name: &str) -> bool {
    name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
}

/// Names in a call's arguments: `Scheme::Memory`, `OpenFlags::A | OpenFlags::B`, `true`.
fn names_in(args: &[Expr]) -> Vec<String> {
    let mut names = Vec::new();
    args.iter().for_each(|arg| name_of(arg, &mut names));
    names
}

/// The name a type has in its own crate.
pub(in crate::link) fn ext_name(ty: &Ty) -> Option<String> {
    match ty {
        Ty::Ext(ext, _) => Some(format!("{}::{}", ext.krate, ext.name)),
        _ => None,
    }
}

fn name_of(expr: &Expr, names: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Path(path) if path.segments.len() > 1 => {
            let last: Vec<&str> = path
                .segments
                .iter()
                .rev()
                .take(2)
                .map(|segment| segment.name.as_str())
                .collect();
            names.push(format!("{}::{}", last[1], last[0]));
        }
        ExprKind::Lit(Lit::Bool(value)) => names.push(value.to_string()),
        ExprKind::Binary { left, right, .. } => {
            name_of(left, names);
            name_of(right, names);
        }
        ExprKind::Ref { expr, .. } | ExprKind::Try(expr) | ExprKind::Await(expr) => name_of(expr, names),
        ExprKind::Call { callee, args } => {
            name_of(callee, names);
            args.iter().for_each(|arg| name_of(arg, names));
        }
        ExprKind::Method { receiver, args, .. } => {
            name_of(receiver, names);
            args.iter().for_each(|arg| name_of(arg, names));
        }
        _ => {}
    }
}

/// The forks of the two branches of an `if`, where a setting chooses and both make something.
pub(super) fn forks_of_if(cond: &Expr, then: &Block, otherwise: Option<&Expr>) -> [Option<Fork>; 2] {
    let fork = |branch| {
        Some(Fork {
            setting: chooser(cond)?,
            span: cond.span,
            branch,
        })
    };
    match otherwise {
        Some(otherwise) => [
            makes(otherwise, 0).then(|| fork(0)).flatten(),
            block_makes(then, 0).then(|| fork(1)).flatten(),
        ],
        None => [None, None],
    }
}

/// The fork of one arm of a `match`, where a setting chooses and another arm makes something.
pub(super) fn fork_of_arm(value: &Expr, arms: &[crate::facts::Arm], position: usize) -> Option<Fork> {
    let mut others = arms.iter().enumerate().filter(|(other, _)| *other != position);
    if !others.any(|(_, arm)| makes(&arm.body, 0)) {
        return None;
    }
    Some(Fork {
        setting: chooser(value)?,
        span: value.span,
        branch: position,
    })
}

/// `if let Some(url) = settings.redis { return Ok(shared(url)); }`: what follows is the other branch.
pub(super) fn fork_after(stmt: &Stmt) -> Option<Fork> {
    let Stmt::Expr { expr, .. } = stmt else {
        return None;
    };
    let ExprKind::If {
        cond,
        then,
        otherwise: None,
    } = &expr.kind
    else {
        return None;
    };
    let Some(Stmt::Expr { expr: last, .. }) = then.stmts.last() else {
        return None;
    };
    let ExprKind::Return(Some(value)) = &last.kind else {
        return None;
    };
    if !makes(value, 0) {
        return None;
    }
    Some(Fork {
        setting: chooser(cond)?,
        span: cond.span,
        branch: 1,
    })
}

/// `let Some(url) = settings.redis else { return in_memory() };`.
pub(super) fn fork_of_else(init: &Expr) -> Option<Fork> {
    Some(Fork {
        setting: chooser(init)?,
        span: init.span,
        branch: 1,
    })
}

/// As [`setting_of`]; a command of the command line is no setting.
fn chooser(expr: &Expr) -> Option<String> {
    let setting = setting_of(expr)?;
    let last = setting.rsplit('.').next().unwrap_or(&setting);
    let command = ["command", "cmd", "subcommand", "action"].contains(&last);
    (!command).then_some(setting)
}

/// The setting that a condition asks for: `settings.in_memory`, `REDIS_URL` of the environment, `debug_assertions`.
pub(super) fn setting_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Path(path) => {
            let [only] = path.segments.as_slice() else {
                return None;
            };
            Some(only.name.clone())
        }
        ExprKind::Field { base, name } => Some(format!("{}.{}", setting_of(base)?, name.text)),
        ExprKind::Ref { expr: inner, .. }
        | ExprKind::Deref(inner)
        | ExprKind::Unary(inner)
        | ExprKind::Await(inner)
        | ExprKind::Try(inner)
        | ExprKind::Let { expr: inner, .. }
        | ExprKind::Cast { expr: inner, .. } => setting_of(inner),
        ExprKind::Binary { left, right, .. } => setting_of(left).or_else(|| setting_of(right)),
        ExprKind::Method {
            receiver, name, args, ..
        } => {
            let base = setting_of(receiver)?;
            // `settings.get_bool("session.memory")`.
            let asks = name.text.starts_with("get") && !is_constant_case(&base);
            let key = args.first().and_then(literal).filter(|_| asks);
            Some(key.unwrap_or(base))
        }
        ExprKind::Call { args, .. } => args
            .iter()
            .find_map(literal)
            .filter(|text| is_constant_case(text)),
        ExprKind::Macro(call) => {
            let name = call.path.segments.last()?.name.as_str();
            match name {
                // The facts do not keep what the build is asked for.
                "cfg" => Some("cfg!".to_owned()),
                "env" | "option_env" => call.args.iter().find_map(literal),
                "matches" => setting_of(call.args.first()?),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Not `()`, `Result<()>` or an exit code.
pub(in crate::link) fn is_value(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Path(path) => path.segments.last().is_some_and(|last| match last.args.first() {
            Some(first) if matches!(last.name.as_str(), "Result" | "Option") => is_value(first),
            _ => last.name != "ExitCode" && last.name != "Result",
        }),
        TypeRef::Tuple(parts) => !parts.is_empty(),
        TypeRef::Never => false,
        _ => true,
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Lit(Lit::Str(text)) => Some(text.clone()),
        ExprKind::Ref { expr, .. } => literal(expr),
        _ => None,
    }
}

/// `SESSION_KEY`, as variables of the environment are written.
fn is_constant_case(text: &str) -> bool {
    text.len() > 2
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn tail(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr { expr, .. }) => Some(expr),
        _ => None,
    }
}

fn block_makes(block: &Block, depth: usize) -> bool {
    tail(block).is_some_and(|tail| makes(tail, depth))
}

/// The branch gives or sets up something: it is not empty, not `None`, and does not give up.
fn makes(expr: &Expr, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match &expr.kind {
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Path(path) => match path.segments.last().map(|last| last.name.as_str()) {
                Some("Err") => false,
                Some("Some" | "Ok") => args.iter().any(|arg| makes(arg, depth + 1)),
                _ => true,
            },
            _ => true,
        },
        ExprKind::Path(path) => path.segments.last().is_some_and(|last| last.name != "None"),
        ExprKind::Method { .. } | ExprKind::Struct { .. } | ExprKind::Lit(_) | ExprKind::Field { .. } => true,
        ExprKind::Await(inner)
        | ExprKind::Try(inner)
        | ExprKind::Ref { expr: inner, .. }
        | ExprKind::Deref(inner)
        | ExprKind::Cast { expr: inner, .. }
        | ExprKind::Return(Some(inner))
        | ExprKind::Assign { right: inner, .. } => makes(inner, depth + 1),
        ExprKind::Block(block) => block_makes(block, depth + 1),
        ExprKind::If { then, otherwise, .. } => {
            block_makes(then, depth + 1) || otherwise.as_ref().is_some_and(|other| makes(other, depth + 1))
        }
        ExprKind::Match { arms, .. } => arms.iter().any(|arm| makes(&arm.body, depth + 1)),
        ExprKind::Tuple(parts) => parts.iter().any(|part| makes(part, depth + 1)),
        _ => false,
    }
}
