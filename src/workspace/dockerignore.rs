//! What a `.dockerignore` keeps out of a build context, as Docker's own `patternmatcher` decides it.
//!
//! The rules differ from those of `.gitignore`: a pattern without a slash matches at the root alone (`.env` does not match
//! `deploy/.env`), the last pattern that matches wins, and one that matches a directory takes all that is below it.

/// The patterns of one file, in its order.
#[derive(Clone, Debug, Default)]
pub struct Dockerignore {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    keeps: bool,
    tokens: Vec<Token>,
}

#[derive(Clone, Debug)]
enum Token {
    /// Exactly this.
    Is(char),
    /// `?`: any character of a name.
    One,
    /// `*`: any characters of a name.
    Name,
    /// `**/`: nothing, or any directories.
    Directories,
    /// `**` at the end: anything.
    Anything,
    /// `[a-z]`, `[^a]`.
    Class { not: bool, ranges: Vec<(char, char)> },
}

impl Dockerignore {
    /// Reads the text of a `.dockerignore`.
    pub fn parse(text: &str) -> Self {
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
        Self { patterns: lines.filter(|line| !line.starts_with('#')).filter_map(Pattern::parse).collect() }
    }

    /// Whether `path`, relative to the context's root and with `/` between names, is left out.
    pub fn excludes(&self, path: &str) -> bool {
        let mut excluded = false;
        for pattern in &self.patterns {
            // A pattern that could only confirm what holds already is not asked.
            if pattern.keeps == excluded && with_parents(path).any(|part| pattern.matches(part)) {
                excluded = !pattern.keeps;
            }
        }
        excluded
    }
}

/// `a`, `a/b`, `a/b/c` for `a/b/c`.
fn with_parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain(std::iter::once(path))
}

/// `path` without empty parts, `.` and `..` that can be followed, and without a slash at its start.
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

impl Pattern {
    fn parse(line: &str) -> Option<Self> {
        let line = line.trim();
        let (keeps, text) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest.trim()));
        let text = clean(text);
        (!text.is_empty()).then(|| Self { keeps, tokens: tokens(&text) })
    }

    fn matches(&self, path: &str) -> bool {
        matches(&self.tokens, path)
    }
}

/// Whether one pattern matches exactly this path: what `COPY a*/ /x` asks.
pub(super) fn glob(pattern: &str, path: &str) -> bool {
    matches(&tokens(pattern), path)
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(next) = rest.next() {
        tokens.push(match next {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                if rest.peek().is_none() { Token::Anything } else { Token::Directories }
            }
            '*' => Token::Name,
            '?' => Token::One,
            '\\' => Token::Is(rest.next().unwrap_or('\\')),
            '[' => {
                let not = rest.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while let Some(low) = rest.next().filter(|low| *low != ']') {
                    let low = if low == '\\' { rest.next().unwrap_or(low) } else { low };
                    let high = rest.next_if_eq(&'-').and_then(|_| rest.next()).unwrap_or(low);
                    ranges.push((low, high));
                }
                Token::Class { not, ranges }
            }
            other => Token::Is(other),
        });
    }
    tokens
}

/// Follows all ways through the pattern at once, so that no pattern takes more than its length times the path's.
fn matches(tokens: &[Token], path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for token in tokens {
        let mut next = vec![false; path.len() + 1];
        for at in (0..=path.len()).filter(|at| reached[*at]) {
            match token {
                Token::Anything => next[at..].fill(true),
                Token::Directories => {
                    next[at] = true;
                    (at..path.len()).filter(|to| path[*to] == '/').for_each(|to| next[to + 1] = true);
                }
                Token::Name => {
                    let end = path[at..].iter().position(|c| *c == '/').map_or(path.len(), |n| at + n);
                    next[at..=end].fill(true);
                }
                one => {
                    if path.get(at).is_some_and(|c| one.takes(*c)) {
                        next[at + 1] = true;
                    }
                }
            }
        }
        reached = next;
    }
    reached[path.len()]
}

impl Token {
    fn takes(&self, found: char) -> bool {
        match self {
            Self::Is(wanted) => *wanted == found,
            Self::One => found != '/',
            Self::Class { not, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&found)) != *not
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases of moby/patternmatcher's own tests, and those that decide `secret-in-build-context`.
    #[test]
    fn matches_as_docker_does() {
        for (patterns, path, excluded) in [
            (".env", ".env", true),
            (".env", "deploy/production/.env", false),
            ("**/.env", "deploy/production/.env", true),
            ("**/.env", ".env", true),
            ("*/.env", "deploy/production/.env", false),
            ("*/*/.env", "deploy/production/.env", true),
            ("deploy", "deploy/production/.env", true),
            ("/deploy/", "deploy/production/.env", true),
            ("./deploy", "deploy/production/.env", true),
            ("deploy/**", "deploy/production/.env", true),
            ("**", "deploy/production/.env", true),
            ("*", "deploy/production/.env", true),
            ("*\n!deploy", "deploy/production/.env", false),
            ("*\n!deploy\n**/.env", "deploy/production/.env", true),
            ("**/.env\n!deploy/**/.env", "deploy/production/.env", false),
            ("**/.env*\n!**/.env.example", "deploy/production/.env.example", false),
            ("# **/.env", "a/.env", false),
            (" # x\n**/.env", "a/.env", true),
            ("**/*.env", "a/.env", true),
            (".en[u-w]", ".env", true),
            (".en[^v]", ".env", false),
            ("\\*\\*/.env", "a/.env", false),
            (".en?", ".env", true),
            ("a?c", "a/c", false),
            ("**/.env/", "x/.env", true),
            ("!", ".env", false),
            ("", ".env", false),
            ("\u{feff}.env", ".env", true),
            ("**/**/**/**/**/**/x", "a/a/a/a/a/a/a/a/a/a/a/y", false),
            ("deploy/production/.env\r\n", "deploy/production/.env", true),
            ("../.env", ".env", false),
            ("dir**x", "dira/x", true),
        ] {
            assert_eq!(Dockerignore::parse(patterns).excludes(path), excluded, "{patterns:?} on {path:?}");
        }
    }
}
