//! No link leads out of the output directory.

use super::{FILES, codes, deployment, must, place, rendered, request, tree};
use specc::emit::write::{self, Request};
use std::fs;
use std::os::unix::fs::symlink;

fn fault(request: &Request<'_>) -> &'static str {
    let read = write::inspect(request.clone()).map(|_| ()).expect_err("refused").code.name;
    let written = write::write(request.clone()).map(|_| ()).expect_err("refused").code.name;
    assert_eq!(read, written);
    read
}

#[test]
fn no_link_leads_out() {
    let place = place();
    let elsewhere = place.out.with_file_name("elsewhere");
    fs::create_dir_all(&elsewhere).expect("a directory");
    fs::create_dir_all(place.out.join("production")).expect("a directory");
    symlink(&elsewhere, place.out.join("production/env")).expect("a link");
    assert_eq!(fault(&request(&place.out, vec![deployment("production", FILES)])), "output-escapes");
    fs::remove_file(place.out.join("production/env")).expect("removed");
    fs::remove_dir(place.out.join("production")).expect("removed");
    symlink(&elsewhere, place.out.join("production")).expect("a link");
    assert_eq!(fault(&request(&place.out, vec![deployment("production", FILES)])), "output-escapes");
    assert!(tree(&elsewhere).is_empty());
}

#[test]
fn a_link_in_place_of_a_file_is_replaced_only_by_force_and_never_followed() {
    let place = rendered();
    let target = place.out.with_file_name("target");
    fs::write(&target, "precious").expect("a file");
    fs::remove_file(place.out.join("production/compose.yaml")).expect("removed");
    symlink(&target, place.out.join("production/compose.yaml")).expect("a link");
    let mut wanted = request(&place.out, vec![deployment("production", FILES)]);
    assert_eq!(codes(&write::write(wanted.clone()).expect("a plan").refusals), ["not-ours"]);
    wanted.force = true;
    must(write::write(wanted.clone()));
    assert_eq!(fs::read_to_string(&target).expect("a file"), "precious");
    assert_eq!(tree(&place.out)["production/compose.yaml"], "name: shop\n");
}

#[test]
fn the_output_directory_stays_in_the_repository() {
    let place = place();
    let repository = place.out.parent().expect("a parent").to_path_buf();
    let elsewhere = repository.with_file_name("elsewhere");
    fs::create_dir_all(&elsewhere).expect("a directory");
    fs::create_dir_all(&repository).expect("a directory");
    symlink(&elsewhere, &place.out).expect("a link");
    let within =
        |out| Request { within: Some(&repository), ..request(out, vec![deployment("production", FILES)]) };
    assert_eq!(fault(&within(&place.out)), "output-escapes");
    assert_eq!(fault(&within(&elsewhere)), "output-outside-repository");
    let up = place.out.join("../../elsewhere");
    assert_eq!(fault(&within(&up)), "output-escapes");
    must(write::write(within(&repository.join("build/out"))));
    assert!(tree(&elsewhere).is_empty());
}

#[test]
fn directories_in_the_way_are_not_removed() {
    let place = rendered();
    fs::remove_file(place.out.join("production/compose.yaml")).expect("removed");
    fs::create_dir(place.out.join("production/compose.yaml")).expect("a directory");
    let mut wanted = request(&place.out, vec![deployment("production", FILES)]);
    wanted.force = true;
    assert_eq!(fault(&wanted), "output-blocked");
    let file = place.out.join("production/run.sh");
    assert_eq!(fault(&request(&file, vec![deployment("production", FILES)])), "output-blocked");
}
