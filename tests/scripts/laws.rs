//! What holds for every text, script or not.

#![allow(clippy::needless_for_each, clippy::format_collect)]

use proptest::prelude::*;
use specc::facts::script::docker::recognise;
use specc::facts::script::{self, File, FileKind, Script};
use specc::source::fragment::{Cutting, Hole};
use specc::source::{Fragment, SourceId, Sources, Span};
use specc::syntax::shell;
use specc::syntax::{crontab, makefile};
use std::path::PathBuf;
use std::time::Instant;

/// A script with something of everything, to be spoilt.
const SEED: &str = "#!/bin/bash\nset -euo pipefail\nX=${1:-a}; export Y=\"$X b\" Z=(1 '2' \"$3\")\nf() { local q=$1; case \
    \"$q\" in a|b*) return 1 ;; *) echo `date` $((1+2)) ;; esac; }\nfor e in a {b,c}; do f \"$e\" | tee >(cat) & \
    done\nif [[ $X == a* && -n ${Y%.*} ]] || ! [ -f x ]; then\n  ssh -p 2 \"h-$X\" \"cd /a && docker compose -p \\\"$Y\\\" \
    up -d\" 2>&1 >/dev/null\nelif true; then :; else exit; fi\nwhile read -r l; do source ./a.sh; done < <(ls)\ncat <<-E \
    | bash -s é\n\tdocker run $X \\$Y\n\tE\neval \"$X\" ; bash -c 'make -C x y=1' # end\n./a.sh \"$@\" ${Z[@]} $'a\\n'\n";

fn pieces() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\\[\\]{}()&*!|>'\"$`#\t \n;<=-]{0,4}",
        Just("$(".to_owned()),
        Just("${".to_owned()),
        Just("((".to_owned()),
        Just("<<E\n".to_owned()),
        Just("\\\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("é\u{2028}\u{1a}".to_owned()),
        Just("done".to_owned()),
        Just("fi; ".to_owned()),
        Just("case x in ".to_owned()),
        Just(";; ".to_owned()),
        Just("if ".to_owned()),
        Just("for x in a b; do ".to_owned()),
        Just("f() ".to_owned()),
        Just("{{x}}".to_owned()),
    ]
}

/// Edits of the seed: where, how many bytes go, and what comes instead.
fn edits() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    proptest::collection::vec((0..SEED.len(), 0..6usize, pieces()), 1..8)
}

fn spoilt(edits: &[(usize, usize, String)]) -> String {
    let mut text = SEED.to_owned();
    for (at, length, piece) in edits {
        let boundary =
            |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        let (from, to) = (boundary(*at), boundary(at + length));
        text.replace_range(from..to, piece);
    }
    text
}

fn inside(sources: &Sources, span: Span) {
    let text = &sources.get(span.source).text;
    let range = span.start as usize..span.end as usize;
    assert!(text.get(range.clone()).is_some(), "{range:?} is no part of the text");
}

/// Evaluates a text as a file of every kind; everything points into the file.
fn evaluate(text: &str) {
    let kinds = [
        ("a.sh", FileKind::Shell),
        ("Makefile", FileKind::Makefile),
        ("justfile", FileKind::Justfile),
        ("crontab", FileKind::Crontab),
        (".env", FileKind::Env),
    ];
    let mut sources = Sources::default();
    let files: Vec<File> = kinds
        .iter()
        .map(|(path, kind)| File { path: PathBuf::from(path), source: sources.add(*path, text), kind: *kind })
        .collect();
    script::evaluate(&sources, &files).iter().for_each(|script| check(&sources, script));
}

fn check(sources: &Sources, script: &Script) {
    inside(sources, script.span);
    for command in &script.commands {
        inside(sources, command.span);
        command.words.iter().for_each(|word| inside(sources, word.span));
        command.assignments.iter().for_each(|(name, word)| {
            inside(sources, name.span);
            inside(sources, word.span);
        });
        command.redirections.iter().for_each(|redirection| inside(sources, redirection.span));
        command.uses.iter().for_each(|one| inside(sources, one.span));
        command.hosts.iter().for_each(|host| inside(sources, host.span));
        assert!(command.pipe.index < command.pipe.length);
        if let Some(call) = recognise(command) {
            inside(sources, call.span);
        }
    }
}

/// The workflow whose only script is this text.
fn workflow(text: &str) -> String {
    let lines = text.lines().map(|line| format!("          {line}\n")).collect::<String>();
    format!("jobs:\n  a:\n    steps:\n      - run: |\n{lines}      - run: ls\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn spoilt_scripts_are_read(edits in edits()) {
        evaluate(&spoilt(&edits));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        evaluate(&text);
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        evaluate(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_of_syntax_are_read(pieces in proptest::collection::vec(pieces(), 0..40)) {
        evaluate(&pieces.concat());
    }

    #[test]
    fn scripts_in_workflows_point_into_them(edits in edits()) {
        let mut sources = Sources::default();
        let path = PathBuf::from(".github/workflows/a.yml");
        let source = sources.add(path.clone(), workflow(&spoilt(&edits)));
        let files = [File { path, source, kind: FileKind::Github }];
        script::evaluate(&sources, &files).iter().for_each(|script| check(&sources, script));
    }

    /// What a fragment copies stands where it says.
    #[test]
    fn fragments_point_to_what_they_copy(
        parts in proptest::collection::vec((0usize..40, 0usize..10, 0u8..3), 1..12),
        cut in (0usize..60, 0usize..60),
    ) {
        let text: String = ('a'..='z').chain('A'..='Z').collect();
        let mut cutting = Cutting::new(SourceId(0));
        for (start, length, how) in parts {
            match how {
                0 => cutting.copy(&text[start..start + length], start),
                1 => cutting.replace("#", start, start + length),
                _ => cutting.hole(Hole::new("x", "y", None), start, start + length),
            }
        }
        let whole = cutting.finish(0);
        let (from, to) = (cut.0.min(whole.text().len()), cut.1.min(whole.text().len()));
        let part = whole.part(from.min(to), from.max(to));
        for (at, c) in part.text().char_indices() {
            let span = part.span(at, at + c.len_utf8());
            prop_assert!(span.end as usize <= text.len());
            if c.is_ascii_alphabetic() {
                prop_assert_eq!(&text[span.start as usize..span.end as usize], c.to_string());
            }
            prop_assert_eq!(part.hole_at(at).is_some(), c == '\u{1a}');
        }
    }
}

/// Texts that are hard on a careless parser, at two sizes: ten times the text takes about ten times as long.
#[test]
fn parsing_takes_linear_time() {
    let seeds = [
        "$(",
        "${",
        "((",
        "`",
        "\"",
        "'",
        "<<E\n",
        "case x in a) ",
        "if a; then ",
        "for x in a; do ",
        "f() { ",
        "a | ",
        "a && ",
        "}",
        ")",
        "$((a) ",
        "a=(",
        "[[ a ",
        "${x:-",
        "x() ( ",
        "\r",
        "\\\n",
        "{ a; ",
        "! ",
        "${{ ",
        "$'",
        "a <<E\nE\n",
        "@(",
        "$(((a) ",
        "`$(",
        "\"$(",
        "${x:-\"",
        "$",
        "{a,b}",
        "#\n",
        ";;",
    ];
    for seed in seeds {
        let time = |count: usize| {
            let text = Fragment::whole(SourceId(0), seed.repeat(count));
            let start = Instant::now();
            let script = shell::parse(&text);
            let _ = makefile::makefile(&text);
            let _ = makefile::justfile(&text);
            let _ = crontab::parse(&text, false);
            drop(script);
            start.elapsed().as_secs_f64()
        };
        let (small, large) = (time(2_000), time(20_000));
        println!("{seed:?}: {small:.4} s and {large:.4} s");
        assert!(large < small * 40.0 + 0.2, "{seed:?}: {small:.4} s and {large:.4} s");
    }
}

/// Scripts that come to more than anybody wants to know end soon.
#[test]
fn evaluation_ends() {
    let doubling = (0..30).map(|n| format!("f{n}() {{ f{0}; f{0}; }}\n", n + 1)).collect::<String>() + "f0\n";
    let forks =
        (0..40).map(|n| format!("if [ -f {n} ]; then A{n}=1; fi\n")).collect::<String>() + "docker ps\n";
    let loops = "for a in 1 2 3 4 5 6 7 8 9; do\n".repeat(8) + "echo $a\n" + &"done\n".repeat(8);
    let growing = "X=aaaaaaaaaa\n".to_owned() + &"X=$X$X$X$X$X$X$X$X\n".repeat(40) + "echo $X\n";
    let recursion = "./a.sh x; bash a.sh; source a.sh; eval \"./a.sh\"; make; just\n".to_owned();
    let nested = "ssh a \"".repeat(20) + "ls" + &"\"".repeat(20);
    let makes = (0..40)
        .map(|n| format!("V{n} = $(V{0}) $(V{0})\nt{n}: t{0}\n\t$(V{n})\n", n + 1))
        .collect::<String>();
    let named = [
        ("doubling", doubling),
        ("forks", forks),
        ("loops", loops),
        ("growing", growing),
        ("recursion", recursion),
        ("nested", nested),
        ("makes", makes),
    ];
    for (name, text) in named {
        let start = Instant::now();
        evaluate(&text);
        let spent = start.elapsed().as_secs_f64();
        println!("{name}: {spent:.2} s");
        assert!(spent < 20.0, "{name} took {spent} s");
    }
}

/// What bash accepts is read without fault, in every script of the fixtures.
#[test]
fn what_bash_accepts_has_no_fault() {
    let Ok(version) = std::process::Command::new("bash").arg("--version").output() else {
        println!("skipped: there is no bash");
        return;
    };
    assert!(version.status.success());
    let mut count = 0;
    for entry in walkdir::WalkDir::new(crate::fixtures()).sort_by_file_name() {
        let entry = entry.expect("fixtures can be walked");
        if entry.path().extension().is_none_or(|extension| extension != "sh") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("fixtures are text");
        let status = std::process::Command::new("bash").arg("-n").arg(entry.path()).status();
        assert!(status.is_ok_and(|status| status.success()), "{}", entry.path().display());
        let script = shell::parse(&Fragment::whole(SourceId(0), text));
        assert_eq!(script.faults, [], "{}", entry.path().display());
        count += 1;
    }
    assert!(count > 5);
}
