//! Deployments built by hand: a bare one, and one that says everything a deployment can say.

use std::fs;
use std::path::Path;

use specc::emit::{Artifact, emit};
use specc::resolve::Deployment;
use specc::resolve::environment::*;
use specc::source::{SourceId, Span, Spanned};
use tempfile::TempDir;

pub const SECRET: &str = "SHOP_PRODUCTION_POSTGRES_PASSWORD";
pub const TOKEN: &str = "SHOP_PRODUCTION_API_TOKEN";

/// A value that nobody wrote.
pub fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::new(SourceId(0), 0, 0))
}

/// Nothing runs.
pub fn empty() -> Deployment {
    Deployment {
        project: "shop".into(),
        environment: "production".into(),
        host: Host { name: "ubuntu".into(), address: None, path: Some("/opt/shop".into()) },
        compose_project: "shop-production".into(),
        directory: "production".into(),
        root: "../..".into(),
        containers: Vec::new(),
        networks: vec![network("default", "shop-production")],
        volumes: Vec::new(),
        secrets: Vec::new(),
        release: None,
        proxy: None,
        schedule: Vec::new(),
        raw: None,
    }
}

pub fn network(key: &str, name: &str) -> Network {
    Network { key: key.into(), name: name.into(), external: false, internal: false }
}

/// A container with nothing but an image.
pub fn container(key: &str) -> Container {
    Container {
        key: key.into(),
        service: key.into(),
        role: Role::Service,
        name: at(format!("shop-production-{key}")),
        image: Image::Pulled("postgres:16-alpine".into()),
        command: None,
        entrypoint: None,
        user: None,
        environment: Vec::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        networks: vec![Attachment { network: "default".into(), aliases: Vec::new() }],
        needs: Vec::new(),
        probe: None,
        limits: Resources::default(),
        reservations: Resources::default(),
        stop_grace: None,
        shm_size: None,
        hostname: None,
        logging: Logging {
            driver: "json-file".into(),
            options: vec![("max-size".into(), "10m".into()), ("max-file".into(), "3".into())],
        },
        restart: Restart::UnlessStopped,
        profile: None,
        raw: None,
    }
}

pub fn variable(key: &str, value: &str) -> (String, Spanned<Value>) {
    (key.into(), at(Value::text(value)))
}

pub fn secret(name: &str, in_url: bool) -> Secret {
    Secret {
        name: name.into(),
        variable: format!("SHOP_PRODUCTION_{}", name.to_uppercase().replace('-', "_")),
        used_by: vec!["api".into(), "postgres".into()],
        in_url,
        min_length: 16,
        generate: Some(32),
        description: None,
    }
}

fn mount(source: MountSource, target: &str, read_only: bool) -> Mount {
    Mount { source, target: target.into(), read_only }
}

fn postgres() -> Container {
    let mut postgres = container("postgres");
    postgres.environment = vec![
        ("POSTGRES_PASSWORD".into(), at(Value(vec![Piece::Secret(SECRET.into())]))),
        variable("POSTGRES_USER", "shop"),
    ];
    postgres.mounts = vec![
        mount(MountSource::Volume("postgres-data".into()), "/var/lib/postgresql/data", false),
        mount(MountSource::Repository(at("./db/init/".into())), "/docker-entrypoint-initdb.d", true),
        mount(MountSource::Host("/srv/$back ups".into()), "/backups", false),
        mount(MountSource::Tmpfs, "/run", false),
    ];
    postgres.probe = Some(Probe {
        test: ["pg_isready", "-U", "$USER \"x\""].map(str::to_owned).to_vec(),
        interval: 90,
        timeout: 5,
        retries: 3,
        start_period: 3661,
    });
    postgres.limits = Resources { cpus: Some("0.5".into()), memory: Some(4 << 30), pids: Some(200) };
    postgres.reservations = Resources { cpus: None, memory: Some(512 << 20), pids: None };
    postgres.stop_grace = Some(75);
    postgres.shm_size = Some(1_000_000);
    postgres.hostname = Some("postgres".into());
    postgres.ports = vec![at(Publish {
        bind: [127, 0, 0, 1].into(),
        host: 5433,
        container: 5432,
        protocol: Protocol::Tcp,
    })];
    postgres.user = Some("1000:1000".into());
    postgres
}

fn api(number: u32) -> Container {
    let mut api = container(&format!("api-{number}"));
    api.service = "api".into();
    let build = Build {
        context: at("services/api".into()),
        dockerfile: Some("docker/Dockerfile".into()),
        target: Some("run".into()),
        args: vec![("PUBLIC_URL".into(), "https://shop.example/?a=$b".into()), ("DEBUG".into(), "no".into())],
    };
    api.image = Image::Built { repository: "shop/api".into(), build: (number == 1).then(|| Box::new(build)) };
    let url = vec![
        Piece::Text("postgresql://shop:".into()),
        Piece::Secret(SECRET.into()),
        Piece::Text("@postgres:5432/shop?a=$b".into()),
    ];
    api.environment = vec![
        ("DATABASE_URL".into(), at(Value(url))),
        ("TOKEN".into(), at(Value(vec![Piece::Text("$".into()), Piece::Secret(TOKEN.into())]))),
        variable("DEBUG", "off"),
        variable("GREETING", "it's \"$5\" \\ `now`"),
        variable("MOTTO", "it's here"),
        variable("PEM", "-----BEGIN-----\nA b$c # d\n-----END-----\n"),
        variable("discovery.type", "single-node"),
        variable("EMPTY", ""),
    ];
    api.command = Some(vec![
        Value::text("serve"),
        Value::text("--price=$5"),
        Value(vec![Piece::Text("--token=".into()), Piece::Secret(TOKEN.into())]),
    ]);
    api.entrypoint = Some(vec![Value::text("/bin/sh"), Value::text("-c"), Value::text("exec \"$@\"\n# no")]);
    api.needs = vec![
        Need { key: "postgres".into(), condition: Condition::Healthy, restart: true },
        Need { key: "migrate".into(), condition: Condition::Completed, restart: false },
    ];
    api.networks = vec![
        Attachment { network: "default".into(), aliases: vec!["api".into()] },
        Attachment { network: "platform".into(), aliases: vec![format!("shop-production-api-{number}")] },
    ];
    api.ports = vec![
        at(Publish { bind: "::1".parse().unwrap(), host: 8000, container: 8000, protocol: Protocol::Tcp }),
        at(Publish { bind: [0, 0, 0, 0].into(), host: 8001, container: 8001, protocol: Protocol::Udp }),
    ];
    api
}

fn migrate() -> Container {
    let mut migrate = container("migrate");
    migrate.role = Role::Job;
    migrate.restart = Restart::No;
    migrate.networks = Vec::new();
    migrate.profile = Some("jobs".into());
    migrate.logging = Logging { driver: "none".into(), options: Vec::new() };
    migrate
}

/// Everything a deployment can say, but for a proxy.
pub fn full() -> Deployment {
    let mut deployment = empty();
    deployment.containers = vec![postgres(), api(1), api(2), migrate()];
    let platform = Network { external: true, ..network("platform", "platform") };
    let internal = Network { internal: true, ..network("inside", "shop-production-inside") };
    deployment.networks.extend([platform, internal]);
    deployment.containers[0].networks.push(Attachment { network: "inside".into(), aliases: vec![] });
    deployment.volumes =
        vec![Volume { key: "postgres-data".into(), name: at("shop_db$1".into()), external: false }];
    let mut token = secret("api-token", false);
    token.description = Some("From the console.\nAsk Ann.".into());
    deployment.secrets = vec![secret("postgres-password", true), token];
    deployment.release = Some(Release { variable: "SHOP_PRODUCTION_RELEASE".into(), tag: None });
    let script = Run::Script {
        path: at("scripts/backup.sh".into()),
        container: Some("shop-production-postgres".into()),
    };
    let words = ["date", "+%F 'now' $HOME"].map(str::to_owned).to_vec();
    let command = Run::Command { container: "shop-production-api-1".into(), words };
    deployment.schedule = vec![
        ScheduledJob { name: "backup".into(), schedule: "0 2 * * *".into(), run: script },
        ScheduledJob { name: "tidy".into(), schedule: "@daily".into(), run: command },
    ];
    deployment
}

/// Renders a deployment into a folder.
pub fn render(deployment: &Deployment) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &emit(deployment.clone()));
    folder
}

pub fn write(folder: &Path, files: &[Artifact]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.contents).unwrap();
    }
}

/// The contents of one file.
pub fn file(deployment: &Deployment, path: &str) -> String {
    let files = emit(deployment.clone());
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let found = files.iter().find(|file| file.path == path);
    found.unwrap_or_else(|| panic!("{path} is none of {paths:?}")).contents.clone()
}
