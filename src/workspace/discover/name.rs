//! What a file is, as far as its name says it.

use super::env_name::env_file;
use super::kind::Kind;

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// It is this.
    Is(Kind),
    /// It is this if its content looks like it.
    Perhaps(Kind),
    /// Nothing that is read.
    Nothing,
}

/// What the file at `path` (with `/` between names) seems to be.
pub(super) fn guess(path: &str) -> Guess {
    use Guess::{Is, Nothing, Perhaps};
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let stem_and_extension = lower.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let extension = stem_and_extension.map_or("", |(_, extension)| extension);
    let is_yaml = matches!(extension, "yml" | "yaml");
    let in_directory = |wanted: &str| directory.split('/').any(|part| part.eq_ignore_ascii_case(wanted));
    match lower.as_str() {
        "specc.yaml" => return Is(Kind::Spec),
        "specc-lint.yaml" => return Is(Kind::LintConfig),
        ".gitignore" => return Is(Kind::Gitignore),
        "crontab" => return Is(Kind::Crontab),
        "makefile" | "gnumakefile" => return Is(Kind::Makefile),
        "justfile" | ".justfile" => return Is(Kind::Justfile),
        ".gitlab-ci.yml" | ".gitlab-ci.yaml" => return Is(Kind::GitlabCi),
        "action.yml" | "action.yaml" => return Perhaps(Kind::GithubAction),
        _ => {}
    }
    if lower.ends_with(".dockerignore") {
        return Is(Kind::Dockerignore);
    }
    if is_leftover(&lower) {
        return Nothing;
    }
    if is_yaml {
        return yaml(directory, &lower);
    }
    if let Some(kind) = env_file(directory, &lower) {
        return Is(kind);
    }
    if is_dockerfile(&lower) {
        return Is(Kind::Dockerfile);
    }
    // `caddyfile.rs`, `makefile.py`, `crontab.md`: about one, and none.
    let program = is_program(extension);
    if lower.starts_with("caddyfile") && !program || matches!(extension, "caddy" | "caddyfile") {
        return Is(Kind::Caddyfile);
    }
    if lower.starts_with("makefile.") && !program && extension != "am" || extension == "mk" {
        return Is(Kind::Makefile);
    }
    match extension {
        "just" => Is(Kind::Justfile),
        "sh" | "bash" | "ksh" => Is(Kind::Shell),
        "crontab" | "cron" => Is(Kind::Crontab),
        "nginx" | "nginxconf" | "conf" | "inc" | "vhost" => Perhaps(Kind::Nginx),
        _ if !program
            && (lower.starts_with("crontab.") || in_directory("cron.d") || in_directory("crontabs")) =>
        {
            Is(Kind::Crontab)
        }
        // `default.conf.template`, as the official image reads it, and its relatives.
        "template" | "tmpl" | "tpl" | "example" | "dist" | "sample" | "in"
            if lower.contains(".conf.") || lower.contains("nginx") =>
        {
            Perhaps(Kind::Nginx)
        }
        _ if in_directory("sites-available") || in_directory("sites-enabled") => Perhaps(Kind::Nginx),
        _ if lower.starts_with("nginx") && !lower.contains('.') => Perhaps(Kind::Nginx),
        "" if directory.split('/').next_back() == Some(".husky") => Is(Kind::Shell),
        "" => Perhaps(Kind::Shell),
        _ => Nothing,
    }
}

fn yaml(directory: &str, name: &str) -> Guess {
    let mut parts = directory.split('/').rev();
    let (parent, above) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    if parent == "workflows" && matches!(above, ".github" | ".gitea" | ".forgejo") {
        return Guess::Is(Kind::GithubWorkflow);
    }
    if name.ends_with(".gitlab-ci.yml")
        || directory.split('/').any(|part| matches!(part, ".gitlab" | ".gitlab-ci"))
    {
        return Guess::Is(Kind::GitlabCi);
    }
    // Settings of other programs, in places of their own.
    if directory.split('/').any(|part| matches!(part, ".github" | ".gitea" | ".forgejo" | ".circleci")) {
        return Guess::Nothing;
    }
    match compose_name(name) {
        Some(true) => Guess::Is(Kind::Compose),
        _ => Guess::Perhaps(Kind::Compose),
    }
}

/// Whether a name is that of a Compose file: certainly, or by one of the words in it alone.
fn compose_name(name: &str) -> Option<bool> {
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"))?;
    let begins = |word: &str| {
        stem.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
    };
    if begins("compose") || begins("docker-compose") || begins("docker_compose") || begins("docker-stack") {
        return Some(true);
    }
    ["compose", "stack"].iter().any(|word| stem.contains(word)).then_some(false)
}

/// What ends the name of a program or a document, or of an env-file that is not in plain text.
pub(super) fn is_other_format(word: &str) -> bool {
    matches!(
        word,
        "ts" | "js"
            | "mjs"
            | "cjs"
            | "tsx"
            | "jsx"
            | "php"
            | "rb"
            | "py"
            | "go"
            | "rs"
            | "java"
            | "kt"
            | "cs"
            | "json"
            | "toml"
            | "yml"
            | "yaml"
            | "xml"
            | "md"
            | "txt"
            | "html"
            | "vault"
            | "enc"
            | "gpg"
            | "age"
            | "asc"
            | "sops"
            | "crypt"
            | "encrypted"
            | "j2"
            | "erb"
            | "sh"
            | "bash"
            | "zsh"
            | "fish"
            | "ps1"
            | "bat"
            | "cmd"
            | "zip"
            | "gz"
            | "tar"
            | "lock"
            | "keys"
    )
}

fn is_dockerfile(name: &str) -> bool {
    let begins = |word: &str| {
        name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
    };
    let other = name.rsplit_once('.').is_some_and(|(_, last)| is_program(last));
    (begins("dockerfile") || begins("containerfile")) && !other
        || name.ends_with(".dockerfile")
        || name.ends_with(".containerfile")
}

/// What ends the name of a program, a document or a template, whatever it is named for: `crontab.rs`, `Dockerfile.md`.
fn is_program(extension: &str) -> bool {
    is_other_format(extension)
        || matches!(extension, "c" | "h" | "cpp" | "ex" | "exs" | "tmpl" | "tpl" | "template" | "in")
}

/// What editors and people leave behind.
fn is_leftover(name: &str) -> bool {
    [".bak", ".orig", ".old", ".swp", ".swo", ".save", ".rej", "~"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Guess::{Is, Nothing, Perhaps};

    #[test]
    fn names_say_what_files_are() {
        for (path, guessed) in [
            ("compose.yaml", Is(Kind::Compose)),
            ("a/docker-compose.prod.yml", Is(Kind::Compose)),
            ("compose-dev.yml", Is(Kind::Compose)),
            ("docker-stack.yml", Is(Kind::Compose)),
            ("prod.compose.yml", Perhaps(Kind::Compose)),
            ("composer.yml", Perhaps(Kind::Compose)),
            ("stack.yaml", Perhaps(Kind::Compose)),
            ("docker-compose.yml.j2", Nothing),
            ("docker-compose.yml.bak", Nothing),
            (".github/dependabot.yml", Nothing),
            (".github/workflows/ci.yml", Is(Kind::GithubWorkflow)),
            (".github/actions/a/action.yml", Perhaps(Kind::GithubAction)),
            (".gitlab/ci/deploy.yml", Is(Kind::GitlabCi)),
            (".env", Is(Kind::EnvFile)),
            (".env.production", Is(Kind::EnvFile)),
            (".env.production.local", Is(Kind::EnvFile)),
            ("config/app.env", Is(Kind::EnvFile)),
            (".envs/.production/.django", Is(Kind::EnvFile)),
            ("env.staging", Is(Kind::EnvFile)),
            ("env.py", Nothing),
            ("env.d.ts", Nothing),
            (".env.ts", Nothing),
            (".env.vault", Nothing),
            (".env.gpg", Nothing),
            (".envrc", Perhaps(Kind::Shell)),
            (".environment", Perhaps(Kind::Shell)),
            (".env.example", Is(Kind::EnvExample)),
            (".env.production.example", Is(Kind::EnvExample)),
            (".env.example.production", Is(Kind::EnvExample)),
            (".env-sample", Is(Kind::EnvExample)),
            ("example.env", Is(Kind::EnvExample)),
            ("env.example", Is(Kind::EnvExample)),
            ("nginx/default.conf.template", Perhaps(Kind::Nginx)),
            ("nginx.conf", Perhaps(Kind::Nginx)),
            ("sites-enabled/shop", Perhaps(Kind::Nginx)),
            ("sites-enabled/shop.example", Perhaps(Kind::Nginx)),
            ("Caddyfile.prod", Is(Kind::Caddyfile)),
            ("tests/caddyfile.rs", Nothing),
            ("templates/Caddyfile.j2", Nothing),
            ("Dockerfile", Is(Kind::Dockerfile)),
            ("docker/Dockerfile.prod", Is(Kind::Dockerfile)),
            ("api.Dockerfile", Is(Kind::Dockerfile)),
            ("Dockerfile.md", Nothing),
            ("src/crontab.rs", Nothing),
            ("src/caddyfile.rs", Nothing),
            ("src/makefile.go", Nothing),
            ("src/dockerfile.rs", Nothing),
            ("Caddyfile.j2", Nothing),
            ("Caddyfile.staging", Is(Kind::Caddyfile)),
            ("crontab.prod", Is(Kind::Crontab)),
            ("Dockerfile.dockerignore", Is(Kind::Dockerignore)),
            ("Makefile", Is(Kind::Makefile)),
            ("Makefile.am", Nothing),
            ("rules.mk", Is(Kind::Makefile)),
            ("Justfile", Is(Kind::Justfile)),
            ("deploy.sh", Is(Kind::Shell)),
            ("bin/deploy", Perhaps(Kind::Shell)),
            (".husky/pre-commit", Is(Kind::Shell)),
            ("etc/cron.d/backup", Is(Kind::Crontab)),
            ("specc.yaml", Is(Kind::Spec)),
            ("README.md", Nothing),
            ("main.rs", Nothing),
        ] {
            assert_eq!(guess(path), guessed, "{path}");
        }
    }
}
