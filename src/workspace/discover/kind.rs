//! The kinds of files that are read, and the names that Compose itself looks for.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A Compose file, override or Swarm stack.
    Compose,
    /// An env-file with real values.
    EnvFile,
    /// An example or template of an env-file.
    EnvExample,
    /// An nginx conf, a part of one, or a template of one.
    Nginx,
    /// A Caddyfile.
    Caddyfile,
    /// A shell script.
    Shell,
    /// A Makefile.
    Makefile,
    /// A justfile.
    Justfile,
    /// A workflow of GitHub Actions, or of a forge that reads the same.
    GithubWorkflow,
    /// A composite action.
    GithubAction,
    /// A GitLab pipeline, or a part of one.
    GitlabCi,
    /// A crontab.
    Crontab,
    /// A Dockerfile.
    Dockerfile,
    /// What is left out of a build context.
    Dockerignore,
    /// What git ignores.
    Gitignore,
    /// A specc project.
    Spec,
    /// The linter's settings.
    LintConfig,
}

impl Kind {
    /// The word that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::EnvFile => "env-file",
            Self::EnvExample => "env-example",
            Self::Nginx => "nginx",
            Self::Caddyfile => "caddyfile",
            Self::Shell => "shell",
            Self::Makefile => "makefile",
            Self::Justfile => "justfile",
            Self::GithubWorkflow => "github-workflow",
            Self::GithubAction => "github-action",
            Self::GitlabCi => "gitlab-ci",
            Self::Crontab => "crontab",
            Self::Dockerfile => "dockerfile",
            Self::Dockerignore => "dockerignore",
            Self::Gitignore => "gitignore",
            Self::Spec => "spec",
            Self::LintConfig => "lint-config",
        }
    }
}

/// Whether Compose loads a file of this name by itself, beside one of its four default names, when no `-f` is given.
pub fn is_automatic_override(name: &str) -> bool {
    matches!(
        name,
        "compose.override.yml"
            | "compose.override.yaml"
            | "docker-compose.override.yml"
            | "docker-compose.override.yaml"
    )
}

/// The names under which Compose finds a file by itself, the strongest first.
pub const DEFAULT_NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
