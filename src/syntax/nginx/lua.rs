//! Lua between braces, as far as it is needed to find the brace that closes it.

/// Where the text goes on after the `}` that closes a block whose `{` stands before it.
pub(super) fn end(text: &[u8]) -> Option<usize> {
    let mut depth = 1_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            quote @ (b'"' | b'\'') => at = string(text, at + 1, *quote),
            b'-' if text.get(at + 1) == Some(&b'-') => {
                at = match long_bracket(text, at + 2) {
                    Some(end) => end,
                    None => at + text[at..].iter().position(|byte| *byte == b'\n')?,
                };
                continue;
            }
            b'[' => {
                if let Some(end) = long_bracket(text, at) {
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string ends whose text begins at `at`: at its quote, or at the end of its line.
fn string(text: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            byte if *byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// What follows `[[…]]` or `[==[…]==]`, if one begins at `at`.
fn long_bracket(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"[")?;
    let level = rest.iter().take_while(|byte| **byte == b'=').count();
    (rest.get(level) == Some(&b'[')).then_some(())?;
    let mut close = vec![b'='; level + 2];
    (close[0], close[level + 1]) = (b']', b']');
    let body = at + level + 2;
    let length = text.get(body..)?.windows(close.len()).position(|part| part == close.as_slice());
    Some(length.map_or(text.len(), |length| body + length + close.len()))
}
