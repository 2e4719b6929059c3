//! A tree of several projects: what is said of one does not depend on the others.

use crate::copy::Repo;
use crate::survives::fixtures;
use specc::diagnostic::Diagnostic;
use specc::facts::{self, Tree};
use specc::lint::{self, Options};
use specc::source::Sources;
use specc::spec::model::Lint;
use std::fs;
use std::path::{Path, PathBuf};

/// What is found, as far as it does not depend on numbers of texts.
fn said(sources: &Sources, findings: &[Diagnostic]) -> Vec<String> {
    let place = |finding: &Diagnostic| {
        let places = finding.labels.iter().map(|label| {
            let source = sources.get(label.span.source);
            format!("{}:{} {}", source.path.display(), source.position(label.span.start).line, label.text)
        });
        places.collect::<Vec<_>>().join(", ")
    };
    let one = |it: &Diagnostic| {
        format!("{} {:?} {} [{}] {:?}", it.code.name, it.severity, it.message, place(it), it.help)
    };
    findings.iter().map(one).collect()
}

fn as_one(root: &Path) -> Vec<String> {
    let facts = facts::read(root, &Lint::default());
    let outcome = lint::run(&facts, &Lint::default(), &Options { pedantic: true, ..Options::default() });
    said(&facts.sources, &outcome.findings)
}

/// What is said project by project, and how many those are.
fn by_projects(root: &Path) -> (Vec<String>, usize) {
    let options = Options { pedantic: true, ..Options::default() };
    let judged = lint::judge(&Tree::new(root), &Lint::default(), &options, |_| {}, |_| ());
    (said(&judged.sources, &judged.outcome.findings), judged.kept.len())
}

#[test]
fn a_project_is_judged_as_if_it_were_alone() {
    let (mut wrong, mut apart) = (Vec::new(), 0);
    // Nothing to run in any service: alone that is a fault; among others, a part of what is put together elsewhere.
    let part = |fixture: &PathBuf| fixture.ends_with("invalid-compose/bad-neither-image-nor-build");
    for fixture in fixtures().into_iter().filter(|fixture| !part(fixture)) {
        let repo = Repo::empty();
        repo.put(&fixture, Path::new("team/project"));
        let alone = as_one(&repo.root());
        let other = repo.root().join("zoo/giraffe");
        fs::create_dir_all(&other).expect("a directory");
        let text = "name: giraffe\nservices:\n  leaves:\n    image: registry.example/leaves:3.1\n";
        fs::write(other.join("compose.yaml"), text).expect("a Compose file");
        let (mut found, projects) = by_projects(&repo.root());
        if projects < 2 {
            continue; // Something in it may speak of the other one.
        }
        apart += 1;
        found.retain(|finding| !finding.contains("[zoo/giraffe/"));
        if found != alone {
            wrong.push(format!("{}\nbeside another {found:#?}\nalone {alone:#?}", fixture.display()));
        }
    }
    assert!(wrong.is_empty(), "{} fixtures\n{}", wrong.len(), wrong.join("\n"));
    assert!(apart > 300, "{apart} fixtures are projects of their own");
}

#[test]
fn what_may_meet_is_one_project() {
    let plain = "services:\n  app:\n    image: registry.example/app:1.0\n";
    let external = &format!("{plain}networks:\n  proxy:\n    external: true\n");
    let shared = &format!("{plain}    env_file: ../shared.env\n");
    let started = "#!/bin/sh\ndocker compose up -d\n";
    let cases: &[(&[(&str, &str)], usize)] = &[
        // A catalogue: nothing ties one entry to the next.
        (&[("blog/compose.yaml", plain), ("wiki/compose.yaml", plain), ("wiki/.env", "A=1\n")], 2),
        (&[("shop/production/compose.yaml", plain), ("shop/staging/compose.yaml", plain)], 1),
        (&[("shop/compose.production.yaml", plain), ("shop/compose.staging.yaml", plain)], 1),
        (&[("shop-production/compose.yaml", plain), ("shop-staging/compose.yaml", plain)], 1),
        (&[("a/compose.yaml", external), ("b/compose.yaml", external), ("c/compose.yaml", plain)], 2),
        (&[("x/a/compose.yaml", shared), ("x/b/compose.yaml", shared), ("y/compose.yaml", plain)], 2),
        (&[("a/compose.yaml", plain), ("a/deploy.sh", started), ("b/compose.yaml", plain)], 2),
        (&[("a/compose.yaml", plain), ("a/deploy.sh", "cd b/app && ls\n"), ("b/compose.yaml", plain)], 1),
        (&[("a/compose.yaml", plain), ("b/compose.yaml", plain), ("ops/deploy.sh", started)], 1),
        (&[("a/compose.yaml", plain), ("b/compose.yaml", plain), ("deploy.sh", "true\n")], 1),
        (&[("a/compose.yaml", plain), ("b/compose.yaml", plain), (".env", "A=1\n")], 1),
    ];
    for (files, expected) in cases {
        let repo = Repo::empty();
        for (path, text) in *files {
            let path = repo.root().join(path);
            fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
        let projects = Tree::new(&repo.root()).projects(&Lint::default());
        assert_eq!(projects.len(), *expected, "{:?}", files.iter().map(|(path, _)| path).collect::<Vec<_>>());
    }
}
