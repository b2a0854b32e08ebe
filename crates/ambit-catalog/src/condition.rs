//! Conditions in the Common Expression Language, bounded before they are kept.
//!
//! The interpreter has no budget of its own: a long chain of operators overflows its stack, and nested comprehensions
//! over long lists run for seconds. Both are refused here, before an expression is stored; the engine bounds the lists
//! that it hands in ([`LIST_MAX`]). The figures come from measurements (`docs/dependencies.md`).

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use std::sync::Arc;

/// The longest source, in bytes.
pub const SOURCE_MAX_BYTES: usize = 2048;
/// The most nodes of a syntax tree.
pub const NODES_MAX: usize = 256;
/// The greatest depth of a syntax tree; an operator chain is as deep as it is long.
pub const DEPTH_MAX: usize = 32;
/// How deep comprehensions (`all`, `exists`, `map`, `filter`) may nest.
pub const COMPREHENSION_DEPTH_MAX: u32 = 2;
/// The longest list, and the most entries of a map, that the engine hands to a condition.
pub const LIST_MAX: usize = 100;
/// The most steps that nested comprehensions may come to.
pub const STEPS_MAX: u64 = 360_000;
/// The names that a condition may read.
pub const VARIABLES: [&str; 7] = ["subject", "resource", "action", "context", "time", "scope", "assignment"];

/// Why an expression is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It is not CEL.
    #[error("not a valid expression: {0}")]
    Syntax(String),
    /// It reads something that does not exist.
    #[error("unknown name `{name}`{hint} (a condition reads {})", VARIABLES.join(", "))]
    UnknownName {
        /// The name.
        name: String,
        /// A suggestion, or nothing.
        hint: String,
    },
    /// It is too large to be evaluated safely.
    #[error("too large: {what} {found}, at most {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How large it is.
        found: u64,
        /// How large it may be.
        limit: u64,
    },
}

/// An expression that is known to compile and to be bounded.
#[derive(Clone)]
pub struct Condition {
    source: Arc<str>,
    program: Arc<cel::Program>,
    /// A bit for each of [`VARIABLES`] that is read.
    reads: u8,
}

impl Condition {
    /// Compiles and bounds an expression.
    ///
    /// # Errors
    /// If it is not CEL, reads unknown names, or is too large.
    pub fn parse(source: &str) -> Result<Self, ConditionError> {
        within("source bytes", source.len(), SOURCE_MAX_BYTES)?;
        within("nesting of brackets", bracket_depth(source), DEPTH_MAX)?;
        let program =
            cel::Program::compile(source).map_err(|errors| ConditionError::Syntax(one_line(&errors)))?;
        let program = Arc::new(program);
        measure(program.expression())?;
        check_names(&program)?;
        let references = program.references();
        let bits = VARIABLES.iter().enumerate().filter(|(_, name)| references.has_variable(**name));
        let reads = bits.fold(0, |bits, (index, _)| bits | 1 << index);
        drop(references);
        Ok(Self { source: source.into(), program, reads })
    }

    /// The names that it reads.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        let reads = self.reads;
        VARIABLES
            .into_iter()
            .enumerate()
            .filter(move |(index, _)| reads >> index & 1 == 1)
            .map(|(_, name)| name)
    }

    /// The expression as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the source names something: a property that it may read. Errs on the side of yes.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        self.source.split(|c: char| !word(c)).any(|found| found == name)
    }

    /// The facts that it names, each as far as it is named, in the order of the source: `resource.properties.language`
    /// as its parts.
    #[must_use]
    pub fn facts(&self) -> Vec<Vec<String>> {
        let mut found: Vec<Vec<String>> = Vec::new();
        let mut pending = vec![self.program.expression()];
        while let Some(node) = pending.pop() {
            match fact(node) {
                Some(path) if VARIABLES.contains(&path[0].as_str()) => found.push(path),
                _ => {
                    let from = pending.len();
                    children(&node.expr, &mut |child| pending.push(child));
                    pending[from..].reverse();
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|path| seen.insert(path.clone()));
        found
    }

    /// The compiled expression.
    #[must_use]
    pub fn program(&self) -> &cel::Program {
        &self.program
    }
}

impl std::fmt::Debug for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Condition({})", self.source)
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

fn one_line(errors: &cel::ParseErrors) -> String {
    let text = errors.to_string();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}

fn within(what: &'static str, found: usize, limit: usize) -> Result<(), ConditionError> {
    if found > limit {
        return Err(ConditionError::TooLarge { what, found: found as u64, limit: limit as u64 });
    }
    Ok(())
}

/// The parser recurses on brackets and unary operators; counting them in the text keeps it from recursing far.
fn bracket_depth(source: &str) -> usize {
    let mut depth = 0usize;
    let mut deepest = 0usize;
    let mut run = 0usize;
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        run = match byte {
            b'!' | b'-' | b'?' => run + 1,
            _ if byte.is_ascii_whitespace() => run,
            _ => 0,
        };
        deepest = deepest.max(depth).max(run);
    }
    deepest
}

#[derive(Default)]
struct Measures {
    nodes: usize,
    depth: usize,
    comprehensions: u32,
    /// An upper bound on the length of any list that the expression can build by concatenation.
    longest_list: u64,
}

fn measure(root: &IdedExpr) -> Result<(), ConditionError> {
    let mut measures = Measures::default();
    let mut pending = vec![(root, 1usize, 0u32)];
    while let Some((node, depth, comprehensions)) = pending.pop() {
        measures.nodes += 1;
        measures.depth = measures.depth.max(depth);
        let inside = comprehensions + u32::from(matches!(node.expr, Expr::Comprehension(_)));
        measures.comprehensions = measures.comprehensions.max(inside);
        measures.longest_list += list_length(&node.expr);
        within("nodes", measures.nodes, NODES_MAX)?;
        within("depth", measures.depth, DEPTH_MAX)?;
        children(&node.expr, &mut |child| pending.push((child, depth + 1, inside)));
    }
    within("nested comprehensions", measures.comprehensions as usize, COMPREHENSION_DEPTH_MAX as usize)?;
    let steps = measures.longest_list.saturating_pow(measures.comprehensions);
    if steps > STEPS_MAX {
        return Err(ConditionError::TooLarge { what: "possible steps", found: steps, limit: STEPS_MAX });
    }
    Ok(())
}

fn list_length(expr: &Expr) -> u64 {
    match expr {
        Expr::Ident(name) if !name.starts_with('@') => LIST_MAX as u64,
        Expr::List(list) => list.elements.len() as u64,
        Expr::Map(map) => map.entries.len() as u64,
        _ => 0,
    }
}

fn children<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a IdedExpr)) {
    let entry = |entry: &'a EntryExpr, visit: &mut dyn FnMut(&'a IdedExpr)| match entry {
        EntryExpr::StructField(field) => visit(&field.value),
        EntryExpr::MapEntry(entry) => {
            visit(&entry.key);
            visit(&entry.value);
        }
    };
    match expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            call.target.iter().for_each(|target| visit(target));
            call.args.iter().for_each(visit);
        }
        Expr::Comprehension(comprehension) => {
            visit(&comprehension.iter_range);
            visit(&comprehension.accu_init);
            visit(&comprehension.loop_cond);
            visit(&comprehension.loop_step);
            visit(&comprehension.result);
        }
        Expr::List(list) => list.elements.iter().for_each(visit),
        Expr::Map(map) => map.entries.iter().for_each(|item| entry(&item.expr, visit)),
        Expr::Select(select) => visit(&select.operand),
        Expr::Struct(item) => item.entries.iter().for_each(|field| entry(&field.expr, visit)),
    }
}

/// A variable with the members that are selected of it, one inside the other.
fn fact(node: &IdedExpr) -> Option<Vec<String>> {
    let mut path = Vec::new();
    let mut node = node;
    loop {
        node = match &node.expr {
            Expr::Ident(name) => {
                path.push(name.clone());
                path.reverse();
                return Some(path);
            }
            Expr::Select(select) => {
                path.push(select.field.clone());
                &select.operand
            }
            Expr::Call(call) if call.func_name == operators::INDEX => {
                let (of, key) = (call.args.first()?, call.args.get(1)?);
                let Expr::Literal(LiteralValue::String(key)) = &key.expr else { return None };
                path.push(key.inner().to_owned());
                of
            }
            _ => return None,
        };
    }
}

fn check_names(program: &cel::Program) -> Result<(), ConditionError> {
    let mut bound: Vec<&str> = Vec::new();
    let mut used: Vec<&str> = Vec::new();
    let mut pending = vec![program.expression()];
    while let Some(node) = pending.pop() {
        match &node.expr {
            Expr::Ident(name) => used.push(name),
            Expr::Comprehension(comprehension) => {
                bound.push(&comprehension.iter_var);
                bound.extend(comprehension.iter_var2.as_deref());
                bound.push(&comprehension.accu_var);
            }
            _ => {}
        }
        children(&node.expr, &mut |child| pending.push(child));
    }
    const TYPES: [&str; 12] = [
        "bool",
        "bytes",
        "double",
        "duration",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "timestamp",
        "type",
        "uint",
    ];
    let known = |name: &str| VARIABLES.contains(&name) || bound.contains(&name) || TYPES.contains(&name);
    match used.into_iter().find(|name| !known(name)) {
        Some(name) => Err(ConditionError::UnknownName {
            name: name.to_owned(),
            hint: ambit_model::suggest::hint(name, VARIABLES),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_that_a_condition_names_are_found_as_far_as_they_are_named() {
        for (source, expected) in [
            (
                "resource.properties.language == 'de' && subject.id != 'x'",
                "resource.properties.language subject.id",
            ),
            ("has(context.amount) && context.amount > 3", "context.amount"),
            (
                "resource.properties['owner.name'] == subject.name",
                "resource.properties.owner.name subject.name",
            ),
            ("time < timestamp('2027-01-01T00:00:00Z')", "time"),
            (
                "subject.properties.teams.exists(t, t in resource.properties.teams)",
                "subject.properties.teams resource.properties.teams",
            ),
            ("context.tags[action.properties.at] == 'a'", "context.tags action.properties.at"),
            ("1 + 1 == 2", ""),
        ] {
            let facts = Condition::parse(source).unwrap().facts();
            let named: Vec<String> = facts.iter().map(|path| path.join(".")).collect();
            assert_eq!(named.join(" "), expected, "{source}");
        }
    }

    #[test]
    fn ordinary_conditions_pass() {
        for source in [
            "resource.properties.status != 'running'",
            "scope.instance.properties.features.advanced_spire == true",
            "has(resource.properties.order_number)",
            "subject.properties.teams.exists(t, t in resource.properties.teams)",
            "time < timestamp('2027-01-01T00:00:00Z') && context.amount == '1'",
        ] {
            Condition::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        }
    }

    #[test]
    fn hostile_conditions_are_refused_before_they_are_kept() {
        let chain = vec!["1"; 400].join("+");
        let list = "subject.properties.l";
        let nested = format!("{list}.all(a, {list}.all(b, {list}.all(c, a + b + c > 0)))");
        let long_lists =
            format!("({}).all(a, ({}).all(b, a == b))", vec![list; 20].join("+"), vec![list; 20].join("+"));
        let brackets = format!("{}1{}", "(".repeat(500), ")".repeat(500));
        let minus = format!("{}1 == 1", "-".repeat(1500));
        let spaced_not = format!("{}true", "! ".repeat(900));
        for source in [chain, nested, long_lists, brackets, minus, spaced_not, "x".repeat(3000)] {
            assert!(Condition::parse(&source).is_err(), "{source}");
        }
    }

    #[test]
    fn unknown_names_suggest_the_nearest() {
        let error = Condition::parse("resorce.id == 'x'").unwrap_err().to_string();
        assert!(error.contains("did you mean `resource`?"), "{error}");
        assert!(
            Condition::parse("resource.id ==").unwrap_err().to_string().contains("not a valid expression")
        );
    }
}
