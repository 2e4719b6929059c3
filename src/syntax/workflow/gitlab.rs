//! GitLab CI.

use super::github::Reader;
use super::{Job, Setting, Step, What, Workflow};
use crate::source::{Fragment, Spanned};
use crate::syntax::yaml::{Kind, NodeId, Tree};

/// Keys at the top that are no jobs.
const NO_JOBS: &[&str] = &[
    "default",
    "variables",
    "stages",
    "include",
    "workflow",
    "image",
    "services",
    "before_script",
    "after_script",
    "cache",
    "spec",
    "pages:deploy",
];

/// How many templates a job may extend, one through the other.
const CHAIN: usize = 6;

/// The jobs of a file of GitLab CI whose text is `file`. Templates, whose names begin with a dot, are none.
pub fn gitlab(tree: &Tree, file: &str) -> Workflow {
    let reader = Reader { tree, file };
    // A file with `spec:` has its jobs in the second document.
    let root = match tree.documents() {
        [first, second, ..] if tree.get(*first, "spec").is_some() => *second,
        _ => tree.root(),
    };
    let mut workflow = Workflow { variables: reader.settings(root, "variables"), ..Workflow::default() };
    for (key, node) in reader.entries(root) {
        let Some(name) = reader.text(key) else { continue };
        let is_job =
            tree.kind(node) == Kind::Mapping && !NO_JOBS.contains(&name.as_str()) && !name.starts_with('.');
        if is_job {
            let job = job(&reader, root, name, node);
            if job.steps.iter().any(|step| matches!(&step.what, What::Run(run) if !run.is_empty())) {
                workflow.jobs.push(job);
            }
        }
    }
    workflow
}

/// The job and what it extends, nearest first.
fn chain(reader: &Reader<'_>, root: NodeId, node: NodeId) -> Vec<NodeId> {
    let mut nodes = vec![node];
    let mut at = 0;
    while at < nodes.len() && nodes.len() < CHAIN {
        if let Some(extends) = reader.get(nodes[at], "extends") {
            // The last template is the strongest.
            for name in reader.list(extends).into_iter().rev() {
                let found = reader.tree.text(name).and_then(|name| reader.get(root, name));
                nodes.extend(found.filter(|found| !nodes.contains(found)));
            }
        }
        at += 1;
    }
    nodes
}

fn job(reader: &Reader<'_>, root: NodeId, key: Spanned<String>, node: NodeId) -> Job {
    let chain = chain(reader, root, node);
    let own = |name: &str| chain.iter().find_map(|node| reader.get(*node, name));
    // What is not said in the job is said in `default:`, or at the top.
    let default = reader.get(root, "default");
    let value = |name: &str| {
        own(name)
            .or_else(|| default.and_then(|default| reader.get(default, name)))
            .or_else(|| reader.get(root, name))
    };
    let mut variables: Vec<Setting> = Vec::new();
    for setting in chain.iter().rev().flat_map(|node| reader.settings(*node, "variables")) {
        variables.retain(|other| other.name.value != setting.name.value);
        variables.push(setting);
    }
    let lines = |node: Option<NodeId>| node.map(|node| lines(reader, root, node, 0)).unwrap_or_default();
    let run =
        [value("before_script"), own("script"), value("after_script")].into_iter().flat_map(lines).collect();
    let name_of = |node: NodeId| reader.fragment(reader.get(node, "name").unwrap_or(node));
    let list = |name: &str| value(name).map(|node| reader.list(node)).unwrap_or_default();
    let span = reader.tree.span(node);
    let step = Step {
        span,
        what: What::Run(run),
        variables: Vec::new(),
        directory: None,
        shell: None,
        conditional: false,
    };
    let environment = own("environment").and_then(name_of);
    // GitLab sets it, and the job may not.
    variables.extend(environment.iter().map(|name| Setting {
        name: Spanned::new("CI_ENVIRONMENT_NAME".to_owned(), name.whole_span()),
        value: name.clone(),
    }));
    Job {
        key,
        span,
        variables,
        runs_on: list("tags").into_iter().filter_map(|tag| reader.fragment(tag)).collect(),
        environment,
        directory: None,
        shell: None,
        services: list("services").into_iter().filter_map(name_of).collect(),
        image: value("image").and_then(name_of),
        needs: own("needs")
            .map(|needs| reader.list(needs))
            .unwrap_or_default()
            .into_iter()
            .filter_map(|need| reader.tree.text(reader.get(need, "job").unwrap_or(need)).map(str::to_owned))
            .collect(),
        matrix: Vec::new(),
        steps: vec![step],
        artifacts: own("artifacts")
            .and_then(|artifacts| reader.get(artifacts, "paths"))
            .map(|paths| reader.list(paths))
            .unwrap_or_default()
            .into_iter()
            .filter_map(|path| reader.fragment(path))
            .collect(),
    }
}

/// The lines of a script, which may be lists in lists and `!reference [job, script]`.
fn lines(reader: &Reader<'_>, root: NodeId, node: NodeId, depth: usize) -> Vec<Fragment> {
    if depth > CHAIN {
        return Vec::new();
    }
    if reader.tree.custom_tag(node).is_some_and(|tag| tag.name == "!reference") {
        let mut found = Some(root);
        for part in reader.list(node) {
            let part = reader.tree.text(part);
            found = found.zip(part).and_then(|(found, part)| reader.get(found, part));
        }
        return found.map(|found| lines(reader, root, found, depth + 1)).unwrap_or_default();
    }
    match reader.tree.kind(node) {
        Kind::Scalar => reader.fragment(node).into_iter().collect(),
        Kind::Sequence => {
            let items = reader.tree.sequence(node).unwrap_or_default();
            items.iter().flat_map(|item| lines(reader, root, *item, depth + 1)).take(500).collect()
        }
        Kind::Mapping => Vec::new(),
    }
}
