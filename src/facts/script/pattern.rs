//! Patterns of `case`, `[[ … == … ]]` and `${NAME%…}`.

/// The most steps that a match may take; beyond it nothing is said to match.
const STEPS: usize = 10_000;

/// Whether a text has a character that makes it a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Whether `pattern` matches all of `text`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last `*` does not match.
    let mut retry: Option<(usize, usize)> = None;
    for _ in 0..STEPS {
        if p < pattern.len() && pattern[p] == '*' {
            retry = Some((p + 1, t));
            p += 1;
            continue;
        }
        if t == text.len() {
            return pattern[p..].iter().all(|c| *c == '*');
        }
        if let Some(next) = (p < pattern.len()).then(|| one(&pattern, p, text[t])).flatten() {
            (p, t) = (next, t + 1);
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            (p, t) = (star, from + 1);
        } else {
            return false;
        }
    }
    false
}

/// What comes after the part of the pattern at `p`, if it matches `c`.
fn one(pattern: &[char], p: usize, c: char) -> Option<usize> {
    match pattern[p] {
        '?' => Some(p + 1),
        '[' => {
            let Some(close) = pattern[p + 1..].iter().skip(1).position(|c| *c == ']') else {
                return (c == '[').then_some(p + 1);
            };
            let inside = &pattern[p + 1..p + 2 + close];
            let (negated, inside) = match inside {
                ['!' | '^', rest @ ..] => (true, rest),
                _ => (false, inside),
            };
            let mut found = false;
            let mut at = 0;
            while at < inside.len() {
                if at + 2 < inside.len() && inside[at + 1] == '-' {
                    found |= (inside[at]..=inside[at + 2]).contains(&c);
                    at += 3;
                } else {
                    found |= inside[at] == c;
                    at += 1;
                }
            }
            (found != negated).then_some(p + close + 3)
        }
        '\\' if p + 1 < pattern.len() => (pattern[p + 1] == c).then_some(p + 2),
        other => (other == c).then_some(p + 1),
    }
}

/// `${NAME#pattern}` and its relatives: what is left of the text.
pub(super) fn trim<'t>(text: &'t str, operator: &str, pattern: &str) -> &'t str {
    let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).take(512).collect();
    let fits = |cut: &&usize| match operator {
        "#" | "##" => matches(pattern, &text[..**cut]),
        _ => matches(pattern, &text[**cut..]),
    };
    let found = match operator {
        "#" | "%%" => cuts.iter().find(fits),
        _ => cuts.iter().rev().find(fits),
    };
    match (found, operator) {
        (Some(cut), "#" | "##") => &text[*cut..],
        (Some(cut), _) => &text[..*cut],
        (None, _) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("prod*", "production", true),
            ("*", "", true),
            ("?", "", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("v*.*", "v1.2", true),
            ("staging", "stagin", false),
            ("*a*b", "xaxxb", true),
            ("[", "[", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert_eq!(trim("v1.2.3", "#", "v"), "1.2.3");
        assert_eq!(trim("a/b/c", "##", "*/"), "c");
        assert_eq!(trim("a/b/c", "%", "/*"), "a/b");
        assert_eq!(trim("a/b/c", "%%", "/*"), "a");
    }
}
