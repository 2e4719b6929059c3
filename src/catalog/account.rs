//! The account that an image creates when it starts on an empty volume.

/// One of the four things that a credential consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The user that the application connects as.
    User,
    /// That user's password.
    Password,
    /// The administrator's password, where it is another one.
    RootPassword,
    /// The database, virtual host or keyspace.
    Database,
}

impl Part {
    /// The key of the language that states it.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Password => "password",
            Self::RootPassword => "root_password",
            Self::Database => "database",
        }
    }
}

/// Whether a part of the credential must, may or cannot be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The image does not start without it, or starts open to everybody.
    Required,
    /// The image has a default.
    Optional,
    /// The image has no such thing.
    Unsupported,
}

/// What an image wants of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Whether it must be stated.
    pub need: Need,
    /// The fewest characters that the image accepts.
    pub min_length: usize,
}

impl Field {
    /// Must be stated.
    pub const REQUIRED: Self = Self { need: Need::Required, min_length: 1 };
    /// May be stated.
    pub const OPTIONAL: Self = Self { need: Need::Optional, min_length: 1 };
    /// Cannot be stated.
    pub const UNSUPPORTED: Self = Self { need: Need::Unsupported, min_length: 0 };

    /// Must be stated, with at least `min_length` characters.
    pub const fn at_least(min_length: usize) -> Self {
        Self { need: Need::Required, min_length }
    }
}

/// What holds where nothing is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing: there is none.
    Nothing,
    /// This.
    Is(&'static str),
    /// The name of the user.
    User,
}

/// The account of an image: what it takes and what it falls back to.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// The application's user.
    pub user: Field,
    /// Its password.
    pub password: Field,
    /// The administrator's password.
    pub root_password: Field,
    /// The database.
    pub database: Field,
    /// The user where none is stated.
    pub default_user: Fallback,
    /// The database where none is stated.
    pub default_database: Fallback,
    /// User and password come both or not at all.
    pub together: bool,
    /// Users that the image refuses to create.
    pub forbidden_users: &'static [&'static str],
    /// What is wrong with a database of this name, for images that take few.
    pub refuse_database: fn(&str) -> Option<&'static str>,
    /// The variables that the image reads, the one to write first among those that hold the same part; older
    /// names follow, for lint. `…_FILE` forms are not listed.
    pub variables: &'static [(&'static str, Part)],
    /// Options of the server's command line that hold the password, for lint.
    pub password_flags: &'static [&'static str],
}

impl Account {
    /// No credentials at all: what presets start from.
    pub const NONE: Self = Self {
        user: Field::UNSUPPORTED,
        password: Field::UNSUPPORTED,
        root_password: Field::UNSUPPORTED,
        database: Field::UNSUPPORTED,
        default_user: Fallback::Nothing,
        default_database: Fallback::Nothing,
        together: false,
        forbidden_users: &[],
        refuse_database: |_| None,
        variables: &[],
        password_flags: &[],
    };

    /// What the image wants of `part`.
    pub fn field(&self, part: Part) -> Field {
        match part {
            Part::User => self.user,
            Part::Password => self.password,
            Part::RootPassword => self.root_password,
            Part::Database => self.database,
        }
    }

    /// The variable to write `part` to; none where the image does not take it from the environment.
    pub fn variable(&self, part: Part) -> Option<&'static str> {
        self.variables.iter().find(|(_, held)| *held == part).map(|(name, _)| *name)
    }

    /// The part that a variable of this image holds.
    pub fn holds(&self, variable: &str) -> Option<Part> {
        self.variables.iter().find(|(name, _)| *name == variable).map(|(_, held)| *held)
    }

    /// The user to connect as.
    pub fn user<'a>(&self, stated: &Credentials<'a>) -> Option<&'a str> {
        stated.user.or(match self.default_user {
            Fallback::Is(user) => Some(user),
            Fallback::Nothing | Fallback::User => None,
        })
    }

    /// The database to connect to.
    pub fn database<'a>(&self, stated: &Credentials<'a>) -> Option<&'a str> {
        stated.database.or_else(|| match self.default_database {
            Fallback::Is(database) => Some(database),
            Fallback::User => self.user(stated),
            Fallback::Nothing => None,
        })
    }

    /// Everything that the image would refuse, ignore or silently replace.
    pub fn faults(&self, stated: &Credentials<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for part in [Part::User, Part::Password, Part::RootPassword, Part::Database] {
            match (self.field(part).need, stated.has(part)) {
                (Need::Required, false) => faults.push(Fault::Missing(part)),
                (Need::Unsupported, true) => faults.push(Fault::Unsupported(part)),
                _ => {}
            }
        }
        if self.together && stated.user.is_some() != stated.password {
            let missing = if stated.password { Part::User } else { Part::Password };
            if !faults.contains(&Fault::Missing(missing)) {
                faults.push(Fault::Missing(missing));
            }
        }
        // Without a user of its own, the password is the administrator's already.
        if self.root_password.need == Need::Optional && stated.root_password && stated.user.is_none() {
            faults.push(Fault::Missing(Part::User));
        }
        if let Some(user) = stated.user {
            if self.forbidden_users.contains(&user) {
                faults.push(Fault::Invalid(
                    Part::User,
                    "the image refuses to create this user; leave `user` out",
                ));
            }
            if user.chars().count() < self.user.min_length {
                faults.push(Fault::TooShort(Part::User, self.user.min_length));
            }
        }
        if let Some(why) = stated.database.and_then(self.refuse_database) {
            faults.push(Fault::Invalid(Part::Database, why));
        }
        faults
    }

    /// The variables that pass what is stated on to the image, each part in its first variable.
    pub fn plain(&self, stated: &Credentials<'_>) -> Vec<(&'static str, Setting)> {
        [Part::User, Part::Password, Part::RootPassword, Part::Database]
            .into_iter()
            .filter(|part| stated.has(*part))
            .filter_map(|part| Some((self.variable(part)?, Setting::Stated(part))))
            .collect()
    }
}

/// What a spec states. Passwords are only known to exist: their values never come here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Credentials<'a> {
    /// The user.
    pub user: Option<&'a str>,
    /// Whether a password is stated.
    pub password: bool,
    /// Whether an administrator's password is stated.
    pub root_password: bool,
    /// The database.
    pub database: Option<&'a str>,
}

impl Credentials<'_> {
    /// Whether `part` is stated.
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::User => self.user.is_some(),
            Part::Password => self.password,
            Part::RootPassword => self.root_password,
            Part::Database => self.database.is_some(),
        }
    }
}

/// The value of a variable that a preset sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The part as it is stated in the spec.
    Stated(Part),
    /// This text.
    Literal(&'static str),
}

/// Why an image would not do with the stated credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It needs this part.
    Missing(Part),
    /// It has no such part.
    Unsupported(Part),
    /// It wants this part to have at least so many characters.
    TooShort(Part, usize),
    /// It refuses this value, for this reason.
    Invalid(Part, &'static str),
}
