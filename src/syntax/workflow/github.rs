//! GitHub workflows and composite actions.

use super::scalar::fragment;
use super::{Choice, Job, Setting, Step, What, Workflow};
use crate::source::{Fragment, Spanned};
use crate::syntax::yaml::{Kind, NodeId, Tree};

/// How many combinations of a matrix are told apart.
const COMBINATIONS: usize = 8;

/// The jobs of a workflow, or of a composite action, whose text is `file`.
pub fn github(tree: &Tree, file: &str) -> Workflow {
    let reader = Reader { tree, file };
    let root = tree.root();
    let mut workflow = Workflow { variables: reader.settings(root, "env"), ..Workflow::default() };
    (workflow.directory, workflow.shell) = reader.defaults(root);
    workflow.inputs = reader.inputs(root);
    if let Some((_, jobs)) = tree.get(root, "jobs") {
        workflow.jobs = reader.entries(jobs).map(|(key, node)| reader.job(key, node)).collect();
    }
    if let Some((key, runs)) = tree.get(root, "runs")
        && tree.get(runs, "steps").is_some()
    {
        workflow.jobs.push(reader.job(key, runs));
    }
    workflow
}

/// Reads parts of a tree that are as they should be, and passes over those that are not.
pub(super) struct Reader<'t> {
    pub(super) tree: &'t Tree,
    pub(super) file: &'t str,
}

impl<'t> Reader<'t> {
    pub(super) fn entries(&self, node: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + 't {
        self.tree.mapping(node).unwrap_or_default().iter().copied()
    }

    pub(super) fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.tree.get(node, key).map(|(_, value)| value)
    }

    pub(super) fn fragment(&self, node: NodeId) -> Option<Fragment> {
        fragment(self.tree, self.file, node)
    }

    pub(super) fn text(&self, node: NodeId) -> Option<Spanned<String>> {
        Some(Spanned::new(self.tree.text(node)?.to_owned(), self.tree.span(node)))
    }

    /// The scalar at `key`.
    pub(super) fn field(&self, node: NodeId, key: &str) -> Option<Fragment> {
        self.get(node, key).and_then(|value| self.fragment(value))
    }

    /// One scalar, or a list of them.
    pub(super) fn list(&self, node: NodeId) -> Vec<NodeId> {
        match self.tree.kind(node) {
            Kind::Sequence => self.tree.sequence(node).unwrap_or_default().to_vec(),
            Kind::Scalar => vec![node],
            Kind::Mapping => Vec::new(),
        }
    }

    pub(super) fn settings(&self, node: NodeId, key: &str) -> Vec<Setting> {
        let Some(settings) = self.get(node, key) else { return Vec::new() };
        self.entries(settings)
            .filter_map(|(name, value)| {
                // GitLab's long form has the value below.
                let value = self.get(value, "value").unwrap_or(value);
                Some(Setting { name: self.text(name)?, value: self.fragment(value)? })
            })
            .collect()
    }

    fn defaults(&self, node: NodeId) -> (Option<Fragment>, Option<String>) {
        let run = self.get(node, "defaults").and_then(|defaults| self.get(defaults, "run"));
        let Some(run) = run else { return (None, None) };
        let shell = self.get(run, "shell").and_then(|shell| self.tree.text(shell)).map(str::to_owned);
        (self.field(run, "working-directory"), shell)
    }

    /// The inputs with `options:`.
    fn inputs(&self, root: NodeId) -> Vec<Choice> {
        let on = self.get(root, "on").or_else(|| self.get(root, "true"));
        let dispatch = on.and_then(|on| self.get(on, "workflow_dispatch"));
        let Some(inputs) = dispatch.and_then(|dispatch| self.get(dispatch, "inputs")) else {
            return Vec::new();
        };
        self.entries(inputs)
            .filter_map(|(key, input)| {
                let name = self.text(key)?;
                let options = self.get(input, "options")?;
                let values: Vec<_> =
                    self.list(options).into_iter().filter_map(|option| self.text(option)).collect();
                Some(Choice { name: name.value, span: name.span, values })
            })
            .collect()
    }

    fn job(&self, key: NodeId, node: NodeId) -> Job {
        let key = self.text(key).unwrap_or_else(|| Spanned::new(String::new(), self.tree.span(key)));
        let (directory, shell) = self.defaults(node);
        let runs_on = self.get(node, "runs-on").map(|on| self.get(on, "labels").unwrap_or(on));
        let fragments =
            |node: NodeId| self.list(node).into_iter().filter_map(|item| self.fragment(item)).collect();
        let services = self.get(node, "services").into_iter().flat_map(|services| self.entries(services));
        let environment = self.get(node, "environment");
        let container = self.get(node, "container");
        let steps = self.get(node, "steps").and_then(|steps| self.tree.sequence(steps)).unwrap_or_default();
        Job {
            key,
            span: self.tree.span(node),
            variables: self.settings(node, "env"),
            runs_on: runs_on.map(fragments).unwrap_or_default(),
            environment: environment.and_then(|node| self.fragment(self.get(node, "name").unwrap_or(node))),
            directory,
            shell,
            services: services.filter_map(|(_, service)| self.field(service, "image")).collect(),
            image: container.and_then(|node| self.fragment(self.get(node, "image").unwrap_or(node))),
            needs: self
                .get(node, "needs")
                .map(|needs| {
                    self.list(needs).into_iter().filter_map(|need| self.tree.text(need)).map(str::to_owned)
                })
                .into_iter()
                .flatten()
                .collect(),
            matrix: self.matrix(node),
            steps: steps.iter().map(|step| self.step(*step)).collect(),
            artifacts: Vec::new(),
        }
    }

    fn matrix(&self, job: NodeId) -> Vec<Vec<(String, Spanned<String>)>> {
        let strategy = self.get(job, "strategy");
        let Some(matrix) = strategy.and_then(|strategy| self.get(strategy, "matrix")) else {
            return Vec::new();
        };
        let mut combinations: Vec<Vec<(String, Spanned<String>)>> = Vec::new();
        for (key, values) in self.entries(matrix) {
            let Some(name) = self.tree.text(key) else { continue };
            if matches!(name, "include" | "exclude") {
                continue;
            }
            let values: Vec<_> = self.list(values).into_iter().filter_map(|value| self.text(value)).collect();
            if values.is_empty() {
                continue;
            }
            let before = if combinations.is_empty() { vec![Vec::new()] } else { combinations };
            combinations = before
                .iter()
                .flat_map(|one| {
                    values.iter().map(move |value| {
                        one.iter().cloned().chain([(name.to_owned(), value.clone())]).collect()
                    })
                })
                .take(COMBINATIONS)
                .collect();
        }
        if combinations.is_empty()
            && let Some(include) = self.get(matrix, "include").and_then(|include| self.tree.sequence(include))
        {
            combinations = include
                .iter()
                .take(COMBINATIONS)
                .map(|item| {
                    let pairs = self.entries(*item);
                    pairs
                        .filter_map(|(name, value)| {
                            Some((self.tree.text(name)?.to_owned(), self.text(value)?))
                        })
                        .collect()
                })
                .collect();
        }
        combinations
    }

    fn step(&self, node: NodeId) -> Step {
        let uses = self.get(node, "uses").and_then(|uses| self.text(uses));
        let run = self.field(node, "run");
        let what = match (run, uses) {
            (Some(run), _) => What::Run(vec![run]),
            (None, Some(uses)) => What::Use(uses, self.settings(node, "with")),
            (None, None) => What::Nothing,
        };
        Step {
            span: self.tree.span(node),
            what,
            variables: self.settings(node, "env"),
            directory: self.field(node, "working-directory"),
            shell: self.get(node, "shell").and_then(|shell| self.tree.text(shell)).map(str::to_owned),
            conditional: self.get(node, "if").is_some(),
        }
    }
}
