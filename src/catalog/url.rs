//! The form of the URL that clients of a service expect.

/// How clients write the address of a service.
#[derive(Clone, Copy, Debug)]
pub struct UrlForm {
    /// The schemes that name this server to some client, the default first. Anything else is a mistake, or has
    /// to be spelled out from `.host`, `.port`, `.user` and `.password`.
    pub schemes: &'static [&'static str],
    /// Whether user and password stand in the URL.
    pub credentials: bool,
    /// Whether the database is the path.
    pub database: bool,
    /// What the query must say when there is a user, unless the reference says it itself: name and value.
    pub with_user: Option<(&'static str, &'static str)>,
}

/// A piece of a URL. The resolver fills in the values, since only it knows how a secret is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlPart {
    /// This text.
    Literal(String),
    /// The user, percent-encoded.
    User,
    /// The password: a placeholder, so its characters must need no encoding.
    Password,
    /// The host.
    Host,
    /// The main port.
    Port,
    /// The database, percent-encoded as one path segment.
    Database,
}

impl UrlForm {
    /// The pieces of the URL; neighbouring literals are joined.
    pub(super) fn parts(&self, asked: &Asked<'_>) -> Vec<UrlPart> {
        let mut url = Builder(Vec::new());
        url.text(asked.scheme.unwrap_or(self.schemes[0]));
        url.text("://");
        let user = self.credentials && asked.user;
        if user {
            url.part(UrlPart::User);
        }
        if self.credentials && asked.password {
            url.text(":");
            url.part(UrlPart::Password);
        }
        if self.credentials && (asked.user || asked.password) {
            url.text("@");
        }
        url.part(UrlPart::Host);
        url.text(":");
        url.part(UrlPart::Port);
        let query = self.query(asked, user);
        if self.database && asked.database {
            url.text("/");
            url.part(UrlPart::Database);
        } else if !query.is_empty() && self.database {
            // A client that expects a path there takes `host:27017?…` for a strange port.
            url.text("/");
        }
        if !query.is_empty() {
            url.text("?");
            url.text(&query);
        }
        url.0
    }

    /// The query that was asked for, and what must be there besides.
    fn query(&self, asked: &Asked<'_>, user: bool) -> String {
        let query = asked.query.unwrap_or_default();
        match self.with_user {
            Some((name, value)) if user && !names(query).any(|given| given == name) => {
                let join = if query.is_empty() { "" } else { "&" };
                format!("{query}{join}{name}={value}")
            }
            _ => query.to_owned(),
        }
    }
}

/// What a reference asks for, and which values there are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    /// The scheme, where the reference names one.
    pub scheme: Option<&'a str>,
    /// The query without `?`, where the reference names one.
    pub query: Option<&'a str>,
    /// Whether there is a user.
    pub user: bool,
    /// Whether there is a password.
    pub password: bool,
    /// Whether there is a database.
    pub database: bool,
}

/// The names that a query gives values to.
fn names(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
}

/// Pieces, with neighbouring literals joined.
struct Builder(Vec<UrlPart>);

impl Builder {
    fn text(&mut self, text: &str) {
        if let Some(UrlPart::Literal(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.0.push(UrlPart::Literal(text.to_owned()));
        }
    }

    fn part(&mut self, part: UrlPart) {
        self.0.push(part);
    }
}
