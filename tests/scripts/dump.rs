//! Scripts as text that people can check.

use specc::facts::script::docker::{Docker, recognise};
use specc::facts::script::{Command, Directory, Piece, Script, Word};
use specc::source::{Sources, Span};
use std::fmt::Write as _;

pub(crate) fn dump(sources: &Sources, scripts: &[Script]) -> String {
    let mut out = String::new();
    for script in scripts {
        let path = sources.get(script.source).path.display();
        let _ = writeln!(out, "== {path} {:?}{}", script.kind, if script.ci { " in CI" } else { "" });
        if let Some(job) = &script.job {
            let words = |words: &[Word]| words.iter().map(word).collect::<Vec<_>>().join(" ");
            let runs_on: Vec<_> = job.runs_on.iter().map(|one| one.value.as_str()).collect();
            let environment = job.environment.as_ref().map(word).unwrap_or_default();
            let schedule = job.schedule.as_ref().map(|one| one.value.as_str()).unwrap_or_default();
            let _ = writeln!(
                out,
                "   runs_on={runs_on:?} environment={environment} services=[{}] needs={:?} schedule={schedule} artifacts=[{}]",
                words(&job.services),
                job.needs,
                words(&job.artifacts),
            );
        }
        let mut actions = script.actions.iter().peekable();
        for (at, one) in script.commands.iter().enumerate() {
            while let Some(action) = actions.next_if(|action| action.at <= at) {
                action_line(sources, &mut out, action);
            }
            command(sources, &mut out, one);
        }
        actions.for_each(|action| action_line(sources, &mut out, action));
    }
    out
}

fn action_line(sources: &Sources, out: &mut String, action: &specc::facts::script::Action) {
    let inputs: Vec<_> =
        action.inputs.iter().map(|(name, value)| format!("{}={}", name.value, word(value))).collect();
    let _ =
        writeln!(out, "{:>6} uses {} {}", place(sources, action.uses.span), action.name, inputs.join(" "));
}

fn place(sources: &Sources, span: Span) -> String {
    let position = sources.get(span.source).position(span.start);
    format!("{}:{}", position.line, position.column)
}

fn word(word: &Word) -> String {
    let mut text = String::new();
    for piece in &word.pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Root => text.push_str("{ROOT}"),
            Piece::Unknown { name, default, .. } => {
                let default = default.as_ref().map(|default| format!(":-{default}")).unwrap_or_default();
                let _ = write!(text, "{{{name}{default}}}");
            }
        }
    }
    if word.splits {
        text.push('…');
    }
    if text.is_empty() || text.contains([' ', '\n', '\t', '\'', '"']) { format!("{text:?}") } else { text }
}

fn command(sources: &Sources, out: &mut String, command: &Command) {
    let _ = write!(out, "{:>6} ", place(sources, command.span));
    if let Some(caller) = &command.caller {
        let path = sources.get(command.span.source).path.display();
        let _ = write!(out, "({path} from {}) ", place(sources, caller.span));
    }
    for host in command.hosts.iter() {
        let _ = write!(out, "@{} ", word(&host.target));
    }
    match &command.directory {
        Directory::Inside(path) if path.as_os_str().is_empty() => {}
        Directory::Inside(path) | Directory::Absolute(path) => {
            let _ = write!(out, "[{}] ", path.display());
        }
        Directory::Home(path) => {
            let _ = write!(out, "[~/{}] ", path.display());
        }
        Directory::Unknown(_) => out.push_str("[?] "),
    }
    for (name, value) in &command.assignments {
        let _ = write!(out, "{}={} ", name.value, word(value));
    }
    out.push_str(&command.words.iter().map(word).collect::<Vec<_>>().join(" "));
    for redirection in &command.redirections {
        let target = if redirection.body.is_some() { "…".into() } else { word(&redirection.target) };
        let descriptor = redirection.descriptor.map(|number| number.to_string()).unwrap_or_default();
        let _ = write!(out, " {descriptor}{}{target}", redirection.operator);
    }
    let context = &command.context;
    let mut notes: Vec<String> = Vec::new();
    let flags = [
        (context.in_loop, "loop"),
        (context.condition, "condition"),
        (context.conditional, "maybe"),
        (context.negated, "not"),
        (context.substitution, "printed"),
        (context.background, "background"),
        (context.uncalled, "uncalled"),
    ];
    notes.extend(flags.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).to_owned()));
    if command.pipe.length > 1 {
        notes.push(format!("pipe {}/{}", command.pipe.index + 1, command.pipe.length));
    }
    notes.extend(context.after.map(|joined| format!("after {joined:?}")));
    notes.extend(context.function.iter().map(|name| format!("in {name}")));
    let options = command.options;
    let set: String =
        [(options.errexit, 'e'), (options.nounset, 'u'), (options.pipefail, 'p'), (options.allexport, 'a')]
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, letter)| *letter)
            .collect();
    if !set.is_empty() {
        notes.push(format!("-{set}"));
    }
    for choice in command.choices.iter() {
        let value = choice.value.as_deref().unwrap_or_default();
        notes.push(format!("{}#{}{value}", place(sources, choice.span), choice.branch));
    }
    if !notes.is_empty() {
        let _ = write!(out, "   ({})", notes.join(", "));
    }
    out.push('\n');
    docker(out, command);
}

fn docker(out: &mut String, command: &Command) {
    let Some(call) = recognise(command) else { return };
    let words = |words: &[Word]| words.iter().map(word).collect::<Vec<_>>().join(" ");
    let one = |word_: &Option<Word>| word_.as_ref().map_or_else(|| "-".into(), word);
    let _ = write!(out, "       => ");
    if let Some(engine) = &call.engine {
        let _ = write!(out, "on {} ", word(engine));
    }
    let _ = match &call.what {
        Docker::Compose(compose) => writeln!(
            out,
            "compose{} {} project={} name={} files=[{}] env=[{}] profiles=[{}] services=[{}]{}{}{}{}",
            if compose.v1 { " v1" } else { "" },
            compose.subcommand.as_ref().map_or("?", |name| name.value.as_str()),
            one(&compose.project),
            one(&compose.project_variable),
            words(&compose.files),
            words(&compose.env_files),
            words(&compose.profiles),
            words(&compose.services),
            if compose.detach { " detached" } else { "" },
            if compose.wait { " wait" } else { "" },
            if compose.remove_orphans.is_some() { " orphans" } else { "" },
            if compose.uncertain { " uncertain" } else { "" },
        ),
        Docker::StackDeploy(stack) => {
            writeln!(out, "stack {} files=[{}]", one(&stack.stack), words(&stack.files))
        }
        Docker::Other(other) => {
            let options: Vec<_> = other
                .options
                .iter()
                .map(|(name, value)| match value {
                    Some(value) => format!("{}={}", name.value, word(value)),
                    None => name.value.clone(),
                })
                .collect();
            writeln!(
                out,
                "{} options=[{}] operands=[{}]",
                other.subcommand.value,
                options.join(" "),
                words(&other.operands)
            )
        }
    };
}
