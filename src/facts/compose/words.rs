//! A command in one text, split into words as Compose splits it.

/// The words of a command; none where quotes or brackets do not match. Compose drops what follows a `;`, `&`, `|`, `<`
/// or `>` outside of quotes.
pub fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut begun = false;
    let (mut escaped, mut single, mut double, mut back, mut dollar) = (false, false, false, false, false);
    for letter in text.chars() {
        if escaped {
            word.push(match letter {
                't' => '\t',
                'n' => '\n',
                other => other,
            });
            escaped = false;
            begun = true;
            continue;
        }
        match letter {
            '\\' => {
                if single {
                    word.push(letter);
                } else {
                    escaped = true;
                }
                continue;
            }
            ' ' | '\t' | '\r' | '\n' => {
                if single || double || back || dollar {
                    word.push(letter);
                } else if begun {
                    words.push(std::mem::take(&mut word));
                    begun = false;
                }
                continue;
            }
            '`' if !single && !double && !dollar => back = !back,
            ')' if !single && !double && !back => dollar = !dollar,
            '(' if !single && !double && !back => {
                if dollar || !word.ends_with('$') {
                    return None;
                }
                dollar = true;
                word.push('(');
                continue;
            }
            '"' if !single && !dollar => {
                begun |= double;
                double = !double;
                continue;
            }
            '\'' if !double && !dollar => {
                begun |= single;
                single = !single;
                continue;
            }
            ';' | '&' | '|' | '<' | '>' if !(single || double || back || dollar) => {
                // `2>`: the number belongs to what is dropped.
                if letter == '>' && word.starts_with(|c: char| c.is_ascii_digit()) {
                    begun = false;
                }
                break;
            }
            _ => {}
        }
        begun = true;
        word.push(letter);
    }
    if begun {
        words.push(word);
    }
    (!(escaped || single || double || back || dollar)).then_some(words)
}
