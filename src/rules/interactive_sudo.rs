//! Passwords that nobody is there to type.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use crate::facts::script::{Command, Piece, Script, Via, Word};
use crate::source::Span;
use std::collections::BTreeMap;

rule! {
    /// A deploy script asks for a password that nobody can type.
    ///
    /// ## What
    /// Reports `sudo` in commands that are sent through `ssh` without a terminal, or by an action that does the same, unless
    /// it is `sudo -n`, the user is root, or one who needs no password on common cloud images (also where only the name of a
    /// secret says so: `GCP_VM_USERNAME`). A rule with `NOPASSWD` in the repository settles it. Whoever starts a script with
    /// the machine as its argument knows who logs in there: that is left alone.
    ///
    /// ## Why
    /// Without a terminal `sudo` fails with "a terminal is required to read the password", in the middle of a deploy that has
    /// already stopped something. In one incident the first deploy from CI ended so.
    ///
    /// ## Example
    /// ```sh
    /// ssh deploy@203.0.113.10 "cd /opt/shop && sudo systemctl reload nginx"
    /// ```
    ///
    /// ## Fix
    /// Let that one command be run without a password (`/etc/sudoers.d/deploy`), and say `-n`, so that it fails at once where
    /// the rule is missing:
    /// ```sh
    /// ssh deploy@203.0.113.10 "cd /opt/shop && sudo -n systemctl reload nginx"
    /// ```
    pub INTERACTIVE_SUDO = Warning "interactive-sudo";
}

/// Users of common cloud images, who need no password: cloud-init writes the rule.
const WITHOUT_PASSWORD: &[&str] =
    &["root", "ubuntu", "ec2-user", "admin", "azureuser", "core", "opc", "centos", "debian", "fedora", "rocky", "vagrant"];

/// Words in the names of secrets that say whose machine it is: there the user that is made first needs no password.
const CLOUDS: &[&str] = &["gcp", "gce", "ec2", "aws", "azure", "lightsail"];

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    if facts.sources.iter().any(|(_, source)| source.text.contains("NOPASSWD")) {
        return;
    }
    // What is sent to one machine at once is one thing to mend.
    let mut asked: BTreeMap<Span, BTreeMap<Span, &Command>> = BTreeMap::new();
    for script in &facts.scripts {
        for command in &script.commands {
            if let Some((sudo, sent)) = asks(script, command) {
                asked.entry(sent).or_default().entry(sudo).or_insert(command);
            }
        }
    }
    for (sent, places) in asked {
        let mut places = places.into_iter();
        let Some((first, command)) = places.next() else { continue };
        // What comes out of a variable is not to be seen where it is run.
        let label = if facts.sources.text(first).contains("sudo") {
            "there is no terminal".to_owned()
        } else {
            let words: Vec<&str> = command.words.iter().take(3).map(Word::prefix).collect();
            format!("`{}` comes in here, and there is no terminal", words.join(" ").trim_end())
        };
        let mut finding =
            Diagnostic::new(&INTERACTIVE_SUDO, "`sudo` may ask for a password where nobody can type one")
                .at(first, label)
                .at(sent, "sent from here");
        for (place, _) in places {
            finding = finding.at(place, "nor here");
        }
        findings.push(finding.help(
            "Allow this command without a password in `/etc/sudoers.d` and call `sudo -n`, which fails at once instead of \
             asking; for Docker, add the user to the `docker` group and leave `sudo` out",
        ));
    }
}

/// The `sudo` of a command that runs without a terminal, and what sends it.
fn asks(script: &Script, command: &Command) -> Option<(Span, Span)> {
    let host = command.host()?;
    let sudo = command.words.first().filter(|word| word.is("sudo"))?;
    let flag = |word: &str| {
        matches!(word, "-n" | "--non-interactive" | "-S" | "--stdin" | "-A" | "--askpass")
            || word.starts_with('-') && !word.starts_with("--") && word.contains(['n', 'S', 'A'])
    };
    let flags = command.arguments().iter().map_while(|word| word.known().filter(|word| word.starts_with('-')));
    if flags.into_iter().any(flag) {
        return None;
    }
    if host.via == Via::Ssh && has_terminal(script, host.span) {
        return None;
    }
    // An action takes the user from an input of its own.
    let of_action = script.actions.iter().find(|action| action.uses.span == host.span || covers(host.span, action.uses.span));
    let user = of_action.and_then(|action| action.input("username"));
    let allowed = user.is_some_and(|user| needs_none(user, true)) || needs_none(&host.target, user.is_none());
    (!allowed).then_some((sudo.span, host.target.span))
}

/// Whether who logs in needs no password, or cannot be known: a machine, with or without its user before it.
fn needs_none(target: &Word, names_user: bool) -> bool {
    let text = target.default().unwrap_or_else(|| target.shape());
    if names_user && WITHOUT_PASSWORD.contains(&text.split('@').next().unwrap_or_default()) {
        return true;
    }
    let mut of_user = names_user;
    target.pieces.iter().any(|piece| match piece {
        Piece::Unknown { name, default: None, .. } => {
            let is_argument = name.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty();
            let mut words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
            is_argument || words.any(|word| {
                let is = |one: &&str| word.eq_ignore_ascii_case(one);
                CLOUDS.iter().any(&is) || of_user && is(&"admin")
            })
        }
        Piece::Text(text) => {
            of_user &= !text.contains('@');
            false
        }
        _ => false,
    })
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

/// Whether `ssh` is told to ask for a terminal.
fn has_terminal(script: &Script, span: Span) -> bool {
    let sender = script.commands.iter().find(|command| command.span == span);
    sender.is_some_and(|command| {
        command.arguments().iter().filter_map(|word| word.known()).any(|word| matches!(word, "-t" | "-tt"))
    })
}
