//! Env-files: Compose and sh read the same, whatever the value.

use specc::emit::emit;
use specc::resolve::environment::*;

use crate::sample::{at, container, empty, file, full, render, variable};
use crate::support::compose_proof::prove;
use crate::tricky::{TRICKY, samples, text};

/// What an env-file may carry is decided value by value; that nothing is lost, by Compose and sh.
#[test]
fn any_value_reaches_the_container() {
    let mut deployment = empty();
    let mut texts: Vec<String> = TRICKY.iter().map(|text| (*text).to_owned()).collect();
    texts.extend(samples(1500, text()));
    texts.extend(
        ["\\'", "'\\", "a\\", "a\\\\", "'$'", "'`'", "'\n'", "\"'\n", "'#", " # '"].map(str::to_owned),
    );
    let mut one = container("one");
    one.environment = texts
        .iter()
        // No environment holds a NUL; and Compose's own reader takes a CR LF for a line's end only outside quotes.
        .map(|text| text.replace('\0', ""))
        .enumerate()
        .map(|(number, text)| variable(&format!("K{number}"), &text))
        .collect();
    deployment.containers = vec![one];
    prove(render(&deployment).path(), &deployment);
    let bare = file(&deployment, "env/shop-production/one.env").lines().count();
    assert!(bare > 500, "most values stand in the env-file: {bare}");
}

#[test]
fn replicas_share_a_file_unless_they_differ() {
    let paths = |deployment: &Deployment| -> Vec<String> {
        let files = emit(deployment.clone()).into_iter().map(|file| file.path);
        files.filter_map(|path| Some(path.strip_prefix("env/shop-production/")?.to_owned())).collect()
    };
    let mut deployment = full();
    assert_eq!(paths(&deployment), ["api.env", "migrate.env", "postgres.env"]);
    deployment.containers[2].environment.push(variable("NUMBER", "2"));
    assert_eq!(paths(&deployment), ["api-1.env", "api-2.env", "migrate.env", "postgres.env"]);
    prove(render(&deployment).path(), &deployment);
    // A service named like a replica of another.
    deployment.containers.push(container("api"));
    deployment.containers[3].service = "api".into();
    prove(render(&deployment).path(), &deployment);
}

#[test]
fn a_file_says_where_it_comes_from_and_is_sorted() {
    let mut deployment = empty();
    let mut one = container("one");
    one.environment = vec![variable("B", "x y"), variable("A_B", "1"), variable("A", "2")];
    deployment.containers = vec![one];
    let text = file(&deployment, "env/shop-production/one.env");
    let (header, rest) = text.split_once('\n').unwrap();
    assert!(header.starts_with("# one: ") && header.contains("specc render production"), "{header}");
    assert_eq!(rest, "A=2\nA_B=1\nB='x y'\n");
}

#[test]
fn the_example_says_what_each_secret_must_be_like() {
    let text = file(&full(), ".env.example");
    let (_, rest) = text.split_once("\n\n").unwrap();
    assert_eq!(
        rest,
        "# The release: the tag of the images built here.
SHOP_PRODUCTION_RELEASE=

# api-token, used by api, postgres
# From the console.
# Ask Ann.
# At least 16 characters.
SHOP_PRODUCTION_API_TOKEN=

# postgres-password, used by api, postgres
# At least 16 characters.
# It stands in a URL: only A-Z a-z 0-9 . _ ~ - are allowed.
SHOP_PRODUCTION_POSTGRES_PASSWORD=
"
    );
}

#[test]
fn no_secret_stands_in_an_env_file() {
    let mut deployment = empty();
    let mut one = container("one");
    one.environment = vec![("A".into(), at(Value(vec![Piece::Secret("S".into())])))];
    deployment.containers = vec![one];
    assert_eq!(file(&deployment, "env/shop-production/one.env").lines().count(), 1);
}
