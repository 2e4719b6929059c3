//! No value of a secret is in any report, in any format: those planted here, and those of the fixtures.

use crate::shop::Shop;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FORMATS: [&str; 6] = ["human", "json", "sarif", "github", "gitlab", "junit"];

/// One of each way in which people write secrets down.
const PLANTED: [&str; 12] = [
    "plum-Tree-42",
    "grape-Vine-77",
    "fig-Leaf-901",
    "quince-Jam-55",
    "medlar-Pip-31",
    "sloe-Gin-8080",
    "lemon-Zest-12",
    "cherry-Pit-64",
    "ghp_0123456789abcdefghijABCDEFGHIJ456789",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
    "apricot-Kernel-3",
    "banana-Split-99",
];

fn plant(shop: &Shop) {
    shop.write(
        "docker-compose.production.yml",
        "name: shop-production\nservices:\n  db:\n    image: postgres\n    ports: [\"5432:5432\"]\n    environment:\n      \
         POSTGRES_USER: app\n      POSTGRES_PASSWORD: plum-Tree-42\n      POSTGRES_DB: shop\n  cache:\n    image: redis:latest\n    \
         command: redis-server --requirepass grape-Vine-77\n    ports: [\"6379:6379\"]\n  api:\n    image: shop/api:latest\n    \
         depends_on: [db]\n    environment:\n      - DATABASE_URL=postgresql://app:fig-Leaf-901@db:5432/shop\n      \
         - REDIS_URL=redis://:quince-Jam-55@cache:6379/0\n      - JWT_SECRET_KEY=${JWT_SECRET_KEY:-medlar-Pip-31}\n    \
         env_file: .env.production\n",
    );
    shop.write(
        "docker-compose.staging.yml",
        "name: shop-staging\nservices:\n  api:\n    image: shop/api:latest\n    container_name: shop-${ENVIRONMENT}\n    \
         env_file: .env.staging\n    environment:\n      STRIPE_KEY: ${STRIPE_SECRET_KEY}\n",
    );
    let shared = "API_TOKEN=sloe-Gin-8080\nADMIN_PASSWORD=\"lemon-Zest-12\"\nGITHUB=ghp_0123456789abcdefghijABCDEFGHIJ456789\n\
                  SMTP_URL=smtp://mailer:cherry-Pit-64@mail.shop.example:587\n";
    shop.write(".env.production", &format!("{shared}JWT_KEY=\"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\"\n"));
    shop.write(".env.staging", shared);
    shop.write(
        "scripts/deploy.sh",
        "#!/bin/bash\nsource .env.production\nssh deploy@203.0.113.20 \"cd /srv/shop && ADMIN_PASSWORD=apricot-Kernel-3 ./up.sh $API_TOKEN\"\n\
         docker login -u shop -p banana-Split-99 registry.example\nchmod 644 .env.production\n\
         docker-compose -f docker-compose.production.yml up -d && sleep 20 && docker ps | grep api\n",
    );
}

#[test]
fn planted_secrets_are_in_no_report() {
    let shop = Shop::new();
    plant(&shop);
    let found = shop.rules(&["lint", "--pedantic"]);
    assert!(found.len() >= 8, "too little is found here to prove anything: {found:?}");
    for format in FORMATS {
        let text = shop.run(&["lint", "--pedantic", "--format", format]).text();
        for secret in PLANTED {
            assert!(!text.contains(secret), "--format {format} shows {secret}:\n{text}");
        }
    }
    shop.run(&["lint", "--write-baseline", "old.json"]);
    let baseline = fs::read_to_string(shop.path("old.json")).expect("a baseline");
    assert!(PLANTED.iter().all(|secret| !baseline.contains(secret)), "{baseline}");
}

/// The values of the env-files of all fixtures whose names say that they are secret.
#[test]
fn the_secrets_of_fixtures_are_in_no_report() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut wrong = BTreeSet::new();
    for entry in ["rules", "incidents"] {
        for repository in repositories(&fixtures.join(entry)) {
            let secrets = secrets(&repository);
            if secrets.is_empty() {
                continue;
            }
            let copy = tempfile::tempdir().expect("a directory");
            let root = copy.path().join("repo");
            copy_tree(&repository, &root);
            for format in ["human", "sarif", "gitlab"] {
                let mut command = Command::new(env!("CARGO_BIN_EXE_specc"));
                command
                    .args(["lint", "--pedantic", "--color", "never", "--format", format])
                    .current_dir(&root);
                let output = command.output().expect("specc starts");
                let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
                let shown = secrets.iter().filter(|secret| text.contains(*secret));
                wrong.extend(
                    shown.map(|secret| format!("{}: --format {format} shows {secret}", repository.display())),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The directories two levels below.
fn repositories(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).min_depth(2).max_depth(2).sort_by_file_name();
    let entries = walk.into_iter().map(|entry| entry.expect("fixtures can be walked"));
    entries.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path).collect()
}

/// The values that must not be shown: secret by name, and no word that a report may use for something else.
fn secrets(repository: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new(repository).into_iter().flatten() {
        let name = entry.file_name().to_string_lossy();
        if !entry.file_type().is_file() || !name.contains(".env") || name.contains("example") {
            continue;
        }
        for line in fs::read_to_string(entry.path()).unwrap_or_default().lines() {
            let Some((key, value)) = line.split_once('=') else { continue };
            let value = value.trim_matches(['"', '\'']);
            let distinctive = value.len() >= 8
                && value.contains(|c: char| c.is_ascii_digit())
                && !value.contains(['$', ' ', '#']);
            if distinctive && specc::syntax::secrets::is_secret_name(key) {
                found.insert(value.to_owned());
            }
        }
    }
    found
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to.join(".git")).expect("a directory");
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.expect("fixtures can be walked");
        let place = to.join(entry.path().strip_prefix(from).expect("it is inside"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).expect("a directory");
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), place).expect("a file");
        }
    }
}
