//! Living with `specc lint`: levels, excludes, comments, baselines, paths, gaps, exit statuses; and no secret in any format.

mod secrets;
mod shop;

use serde_json::Value;
use shop::Shop;
use std::fs;

const BAD: i32 = 1;
const NOT_DONE: i32 = 2;

#[test]
fn a_finding_of_the_chosen_severity_is_status_1() {
    let shop = Shop::new();
    for (arguments, status) in [
        (&["lint"][..], BAD),
        (&["lint", "--fail-on", "warning"], BAD),
        (&["lint", "--fail-on", "never"], 0),
        (&["lint", "staging"], 0),
        (&["lint", "--fail-on", "warning", "staging"], BAD),
        (&["lint", "."], BAD),
        (&["lint", "compose.yaml", "staging"], BAD),
        (&["lint", "--format", "xml"], NOT_DONE),
        (&["lint", "nowhere"], NOT_DONE),
        (&["lint", "--baseline", "nowhere.json"], NOT_DONE),
        (&["lint", "--write-baseline", "no/such/place.json"], NOT_DONE),
    ] {
        let said = shop.run(arguments);
        assert_eq!(said.status, status, "{arguments:?}: {}", said.text());
    }
    assert_eq!(shop.rules(&["lint", "staging"]), ["unpinned-image"]);
    assert_eq!(shop.rules(&["lint", "compose.yaml"]), ["port-collision"]);
}

/// What is read is the whole repository, wherever the command is started.
#[test]
fn the_place_decides_what_is_shown_and_not_what_is_found() {
    let shop = Shop::new();
    let document = shop.json(&["lint", "-C", "staging"]);
    assert_eq!(shop::rules(&document), ["port-collision", "unpinned-image"]);
    let paths: Vec<_> = document["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| &one["locations"][0]["path"])
        .collect();
    assert_eq!(paths, ["../compose.yaml", "compose.yaml"]);
    let prints = |document: &Value| -> Vec<String> {
        let found = document["findings"].as_array().expect("findings").iter();
        found.map(|one| one["fingerprint"].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(prints(&document), prints(&shop.json(&["lint"])), "fingerprints are the same from everywhere");
    assert_eq!(document["read"][0]["kind"], "compose");
    assert_eq!(document["deployments"].as_array().map(Vec::len), Some(2));
}

#[test]
fn settings_decide_levels_and_what_is_looked_at() {
    let shop = Shop::new();
    shop.write("specc-lint.yaml", "rules: { port-collision: warning, unpinned-image: allow }\n");
    let said = shop.run(&["lint"]);
    assert!(said.status == 0 && said.stderr.contains("warning[port-collision]"), "{}", said.text());
    assert_eq!(shop.rules(&["lint"]), ["port-collision"]);
    shop.write("specc-lint.yaml", "rules: { port-collision: info }\n");
    assert_eq!(shop.rules(&["lint"]), ["unpinned-image"]);
    assert!(shop.rules(&["lint", "--pedantic"]).contains(&"port-collision".to_owned()));
    shop.write("specc-lint.yaml", "exclude: [staging]\n");
    assert_eq!(shop.rules(&["lint"]), ["port-collision"]);
    assert_eq!(shop.json(&["lint"])["deployments"].as_array().map(Vec::len), Some(1));
    shop.write("specc-lint.yaml", "environments: { staging: customer-a }\n");
    let environments = shop.json(&["lint"])["deployments"].to_string();
    assert!(
        environments.contains(r#""environment":"customer-a""#)
            && !environments.contains(r#""environment":"staging""#),
        "{environments}"
    );
    shop.write("specc-lint.yaml", "rules: { prot-collision: error }\n");
    let said = shop.run(&["lint"]);
    assert!(
        said.status == NOT_DONE && said.stderr.contains("did you mean `port-collision`?"),
        "{}",
        said.text()
    );
}

#[test]
fn a_baseline_holds_what_was_there() {
    let shop = Shop::new();
    let written = shop.run(&["lint", "--write-baseline", "old.json"]);
    assert_eq!(
        (written.status, written.stdout.as_str()),
        (0, "old.json: 2 findings\n"),
        "{}",
        written.text()
    );
    let known = shop.run(&["lint", "--baseline", "old.json", "--fail-on", "warning"]);
    assert!(known.status == 0 && known.stdout.contains("2 suppressed"), "{}", known.text());
    assert_eq!(shop.json(&["lint", "--baseline", "old.json"])["summary"]["suppressed"], 2);
    // Lines above, and another order of what is written: the same findings.
    let text = fs::read_to_string(shop.path("compose.yaml")).expect("text");
    shop.write("compose.yaml", &format!("# A comment.\n\n{text}"));
    assert_eq!(shop.rules(&["lint", "--baseline", "old.json"]), Vec::<String>::new());
    assert_eq!(shop.rules(&["lint", "--baseline", "../old.json", "-C", "staging"]), Vec::<String>::new());
    // One that is new.
    shop.write("staging/compose.yaml", "name: staging\nservices:\n  web: { image: \"shop/web:latest\" }\n  more: { image: \"shop/more:latest\" }\n");
    let said = shop.run(&["lint", "--baseline", "old.json", "--fail-on", "warning"]);
    assert!(said.status == BAD && said.stderr.ends_with("1 warning\n"), "{}", said.text());
}

#[test]
fn comments_set_findings_aside() {
    let shop = Shop::new();
    let text = fs::read_to_string(shop.path("compose.yaml")).expect("text");
    // At the second place that the finding names.
    shop.write(
        "compose.yaml",
        &text.replacen("\"8080:81\"]", "\"8080:81\"] # specc: allow(port-collision) one at a time", 1),
    );
    let document = shop.json(&["lint"]);
    assert_eq!(shop::rules(&document), ["unpinned-image"]);
    assert_eq!(document["summary"]["suppressed"], 1);
    shop.write("compose.yaml", &format!("# specc: allow(port-collision) one at a time\n{text}"));
    assert_eq!(shop.rules(&["lint"]), ["unpinned-image"]);
    shop.write(
        "compose.yaml",
        &text.replace("8080:81", "8081:81").replacen(
            "name: shop",
            "name: shop # specc: allow(port-collision) once",
            1,
        ),
    );
    assert_eq!(shop.rules(&["lint"]), ["unused-allow", "unpinned-image"]);
}

#[test]
fn what_cannot_be_read_is_a_gap_in_every_format() {
    let shop = Shop::new();
    shop.write("compose.yaml", "name: shop\nservices: {}\n");
    fs::write(shop.path(".env.production"), b"A=\xff\xfe\n").expect("a file");
    for format in ["human", "json", "sarif", "github", "gitlab", "junit"] {
        let said = shop.run(&["lint", "--format", format]);
        assert_eq!(said.status, NOT_DONE, "{format}: {}", said.text());
        assert!(said.text().contains(".env.production"), "{format}: {}", said.text());
        assert_eq!(format == "human", said.stdout.is_empty(), "{format}");
    }
    assert_eq!(shop.run(&["lint", "--allow-gaps"]).status, 0);
    let gap = &shop.json(&["lint"])["gaps"][0];
    assert_eq!(gap["path"], ".env.production");
    // What is wrong wins over what was found.
    shop.write("staging/compose.yaml", "name: [\n");
    assert_eq!(shop.run(&["lint"]).status, NOT_DONE);
}

#[test]
fn rules_explain_themselves() {
    let shop = Shop::new();
    let list = shop.run(&["rules"]).stdout;
    let json: Value = serde_json::from_str(&shop.run(&["rules", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(json["version"], 1);
    for rule in specc::rules::ALL {
        assert!(list.contains(rule.code.summary), "{}", rule.code.name);
        let said = shop.run(&["explain", rule.code.name]);
        assert!(said.status == 0 && said.stdout.contains("## Fix"), "{}", said.text());
    }
    assert_eq!(json["rules"].as_array().map(Vec::len), Some(specc::rules::ALL.len()));
    // As it is copied from a report.
    assert_eq!(shop.run(&["explain", "error[port-collision]"]).status, 0);
    let said = shop.run(&["explain", "port-colision"]);
    assert!(
        said.status == NOT_DONE && said.stderr.contains("did you mean `port-collision`?"),
        "{}",
        said.text()
    );
}

#[test]
fn a_clean_repository_is_said_to_be_clean() {
    let shop = Shop::new();
    shop.write("compose.yaml", "name: shop\nservices:\n  web: { image: \"shop/web:1.4.0\" }\n");
    fs::remove_dir_all(shop.path("staging")).expect("it was there");
    let said = shop.run(&["lint"]);
    assert_eq!((said.status, said.text().as_str()), (0, "clean: 1 file, 1 deployment\n"));
    assert_eq!(shop.run(&["lint", "-q"]).text(), "");
}
