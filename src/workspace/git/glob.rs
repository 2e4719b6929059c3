//! The patterns of `.gitignore`, matched as git's own `wildmatch` does.

/// One part of a pattern.
#[derive(Clone, Debug)]
enum Token {
    /// Exactly this byte.
    Is(u8),
    /// `?`: any byte of a name.
    One,
    /// `*`: any bytes of a name.
    Name,
    /// `**/`: nothing, or any directories.
    Directories,
    /// `/**` at the end: anything.
    Anything,
    /// `[a-z]`, `[!a]`, `[[:digit:]]`.
    Class { not: bool, ranges: Vec<(u8, u8)> },
    /// A class that is never closed: matches nothing.
    Never,
}

/// A pattern that is ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Glob(Vec<Token>);

impl Glob {
    pub(super) fn new(pattern: &str) -> Self {
        Self(tokens(pattern.as_bytes()))
    }

    /// Follows all ways through the pattern at once: no pattern takes more than its length times the path's.
    pub(super) fn matches(&self, path: &str) -> bool {
        let path = path.as_bytes();
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for token in &self.0 {
            let mut next = vec![false; path.len() + 1];
            for at in (0..=path.len()).filter(|at| reached[*at]) {
                match token {
                    Token::Anything => next[path.len()] = true,
                    Token::Directories => {
                        next[at] = true;
                        (at..path.len()).filter(|to| path[*to] == b'/').for_each(|to| next[to + 1] = true);
                    }
                    Token::Name => {
                        let end = path[at..].iter().position(|c| *c == b'/').map_or(path.len(), |n| at + n);
                        next[at..=end].fill(true);
                    }
                    one => {
                        if path.get(at).is_some_and(|byte| one.takes(*byte)) {
                            next[at + 1] = true;
                        }
                    }
                }
            }
            reached = next;
        }
        reached[path.len()]
    }
}

impl Token {
    fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Is(is) => *is == byte,
            Self::One => byte != b'/',
            Self::Class { not, ranges } => {
                byte != b'/' && ranges.iter().any(|(low, high)| (*low..=*high).contains(&byte)) != *not
            }
            _ => false,
        }
    }
}

fn tokens(pattern: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    // git compares what stands before the first wildcard by itself and matches what follows as a pattern of its own: `a/b**`
    // begins with its stars there (`match_pathname` in dir.c).
    let literal = pattern.iter().position(|byte| b"*?[\\".contains(byte)).unwrap_or(pattern.len());
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'*' => {
                let stars = pattern[at..].iter().take_while(|byte| **byte == b'*').count();
                let after = at + stars;
                let begins = at == literal || pattern[at - 1] == b'/';
                match pattern.get(after) {
                    Some(b'/') if stars > 1 && begins => {
                        tokens.push(Token::Directories);
                        at = after + 1;
                        continue;
                    }
                    None if stars > 1 && begins => tokens.push(Token::Anything),
                    _ => tokens.push(Token::Name),
                }
                at = after;
            }
            b'?' => {
                tokens.push(Token::One);
                at += 1;
            }
            b'\\' => {
                // A backslash at the end escapes nothing and matches nothing.
                tokens.push(pattern.get(at + 1).map_or(Token::Never, |byte| Token::Is(*byte)));
                at += 2;
            }
            b'[' => {
                let (token, next) = class(pattern, at + 1);
                tokens.push(token);
                at = next;
            }
            other => {
                tokens.push(Token::Is(*other));
                at += 1;
            }
        }
    }
    tokens
}

/// The class whose text starts at `at`, and where the pattern goes on.
fn class(pattern: &[u8], mut at: usize) -> (Token, usize) {
    let not = matches!(pattern.get(at), Some(b'!' | b'^'));
    at += usize::from(not);
    let first = at;
    let mut ranges = Vec::new();
    loop {
        match pattern.get(at) {
            None => return (Token::Never, pattern.len()),
            Some(b']') if at > first => return (Token::Class { not, ranges }, at + 1),
            Some(b'[') if pattern.get(at + 1) == Some(&b':') => {
                let Some(length) = pattern[at + 2..].windows(2).position(|two| two == b":]") else {
                    return (Token::Never, pattern.len());
                };
                ranges.extend_from_slice(named(&pattern[at + 2..at + 2 + length]));
                at += length + 4;
            }
            Some(_) => {
                let Some((low, next)) = member(pattern, at) else { return (Token::Never, pattern.len()) };
                at = next;
                let mut high = low;
                if pattern.get(at) == Some(&b'-') && !matches!(pattern.get(at + 1), None | Some(b']')) {
                    let Some((end, next)) = member(pattern, at + 1) else {
                        return (Token::Never, pattern.len());
                    };
                    high = end;
                    at = next;
                }
                ranges.push((low, high));
            }
        }
    }
}

fn member(pattern: &[u8], at: usize) -> Option<(u8, usize)> {
    match pattern.get(at)? {
        b'\\' => Some((*pattern.get(at + 1)?, at + 2)),
        byte => Some((*byte, at + 1)),
    }
}

fn named(name: &[u8]) -> &'static [(u8, u8)] {
    match name {
        b"alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        b"alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        b"blank" => &[(b' ', b' '), (b'\t', b'\t')],
        b"cntrl" => &[(0, 31), (127, 127)],
        b"digit" => &[(b'0', b'9')],
        b"graph" => &[(33, 126)],
        b"lower" => &[(b'a', b'z')],
        b"print" => &[(32, 126)],
        b"punct" => &[(33, 47), (58, 64), (91, 96), (123, 126)],
        b"space" => &[(9, 13), (b' ', b' ')],
        b"upper" => &[(b'A', b'Z')],
        b"xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => &[],
    }
}
