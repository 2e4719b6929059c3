//! The crontab: what cron would give to sh arrives at the programs word by word.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use specc::emit::crontab::{LONGEST, too_long};
use specc::resolve::Deployment;
use specc::resolve::environment::*;

use crate::sample::{at, empty, file, full};
use crate::support::programs::command;
use crate::tricky::{TRICKY, samples, text};

/// The commands of a crontab, as cron hands them to the shell: the schedule and the user off, `\%` as `%`.
fn commands(crontab: &str) -> Vec<String> {
    let is_job = |line: &&str| {
        !line.is_empty() && !line.starts_with(['#']) && !line.contains("SHELL=") && !line.starts_with("PATH=")
    };
    crontab
        .lines()
        .filter(is_job)
        .map(|line| {
            let (schedule, command) = line.split_once(" root ").unwrap();
            assert!(schedule.starts_with('@') || schedule.split(' ').count() == 5, "{line}");
            let bare = command.replace("\\%", "");
            assert!(!bare.contains('%'), "cron ends the command here: {line}");
            command.replace("\\%", "%")
        })
        .collect()
}

/// A program that writes its words and variables to `said`.
fn program(path: &Path, said: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let script = format!(
        "#!/bin/sh\nprintf '%s\\0' \"$@\" >>'{0}'\nprintf '%s\\0' \"$SPECC_CONTAINER\" \"$SPECC_COMPOSE_PROJECT\" \"$(pwd)\" >>'{0}'\n",
        said.display()
    );
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn run(folder: &Path, command_line: &str) {
    let mut sh = command("sh").unwrap();
    sh.args(["-c", command_line])
        .current_dir(folder)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    let output = sh.output().unwrap();
    assert!(output.status.success(), "{command_line}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_word_reaches_the_container() {
    let folder = tempfile::tempdir().unwrap();
    let said = folder.path().join("said");
    program(&folder.path().join("docker"), &said);
    let mut texts: Vec<String> = TRICKY.iter().map(|text| (*text).to_owned()).collect();
    texts.extend(samples(300, text()));
    // No argument holds a NUL, and sh drops line breaks at the end of what it substitutes.
    for text in &mut texts {
        *text = text.replace('\0', "").trim_end_matches('\n').to_owned();
    }
    let mut deployment = empty();
    let jobs = texts.chunks(4).enumerate().map(|(number, words)| ScheduledJob {
        name: format!("job{number:03}"),
        schedule: "*/5 1,2 * * 1-5".into(),
        run: Run::Command { container: "shop-production-api".into(), words: words.to_vec() },
    });
    deployment.schedule = jobs.collect();
    // What is too long for cron is another test's.
    let long: Vec<String> = too_long(&deployment).map(|(job, _)| job.name.clone()).collect();
    deployment.schedule.retain(|job| !long.contains(&job.name));
    assert!(deployment.schedule.len() > 60, "{} jobs are left", deployment.schedule.len());
    let commands = commands(&file(&deployment, "crontab"));
    assert_eq!(commands.len(), deployment.schedule.len());
    for (command, job) in commands.iter().zip(&deployment.schedule) {
        let Run::Command { words, .. } = &job.run else { unreachable!("only commands are scheduled") };
        let _ = fs::remove_file(&said);
        run(folder.path(), command);
        let said = fs::read_to_string(&said).unwrap();
        let found: Vec<&str> = said.split('\0').collect();
        assert_eq!(found[..2], ["exec", "shop-production-api"]);
        assert_eq!(&found[2..2 + words.len()], words.as_slice());
    }
}

#[test]
fn a_script_runs_in_the_root_and_finds_its_container() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("opt/it's 100% $here");
    let said = folder.path().join("said");
    program(&root.join("scripts/backup.sh"), &said);
    let mut deployment = full();
    deployment.host.path = Some(root.to_string_lossy().into_owned());
    run(folder.path(), &commands(&file(&deployment, "crontab"))[0]);
    let said = fs::read_to_string(said).unwrap();
    let root = root.to_string_lossy();
    assert_eq!(
        said.split('\0').collect::<Vec<_>>(),
        ["", "shop-production-postgres", "shop-production", &root, ""]
    );
}

#[test]
fn a_script_that_cannot_be_found_is_said_not_to_run() {
    let mut deployment = full();
    deployment.host.path = None;
    let text = file(&deployment, "crontab");
    assert_eq!(commands(&text).len(), 1, "{text}");
    assert!(text.contains("# backup is NOT scheduled: give the host ubuntu a `path`"), "{text}");
}

/// One would keep cron from running any job of the file.
#[test]
fn a_command_longer_than_cron_takes_is_said_not_to_run() {
    let mut deployment = empty();
    let job = |name: &str, word: String| ScheduledJob {
        name: name.into(),
        schedule: "@daily".into(),
        run: Run::Command { container: "c".into(), words: vec![word] },
    };
    let rest = LONGEST - "docker exec c ".len();
    // What counts is what stands in the file: `%` takes two bytes there.
    deployment.schedule = vec![
        job("fits", "x".repeat(rest)),
        job("long", "x".repeat(rest + 1)),
        job("percent", format!("{}%", "x".repeat(rest - 3))),
    ];
    let text = file(&deployment, "crontab");
    let commands = commands(&text);
    assert_eq!(commands.iter().map(String::len).collect::<Vec<_>>(), [998], "{text}");
    let long = "its command has 999 bytes here, and cron takes 998";
    assert!(text.contains(&format!("# long is NOT scheduled: {long}")), "{text}");
    assert!(text.contains(&format!("# percent is NOT scheduled: {long}")), "{text}");
    let named: Vec<_> = too_long(&deployment).map(|(job, length)| (job.name.as_str(), length)).collect();
    assert_eq!(named, [("long", 999), ("percent", 999)]);
}

#[test]
fn nothing_to_do_is_no_file() {
    let has = |deployment: &Deployment| {
        specc::emit::emit(deployment.clone()).iter().any(|file| file.path == "crontab")
    };
    assert!(has(&full()));
    assert!(!has(&empty()));
    let mut deployment = empty();
    deployment.schedule = vec![ScheduledJob {
        name: "a".into(),
        schedule: "@daily".into(),
        run: Run::Script { path: at("a".into()), container: None },
    }];
    assert!(has(&deployment));
}
