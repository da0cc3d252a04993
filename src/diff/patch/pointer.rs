//! JSON Pointer (RFC 6901): `/spec/template/0/image~1tag`.

use super::PatchError;
use super::tree::Tree;

/// Appends a key or number as one token of a pointer.
pub(super) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// Reads a pointer into its tokens, decoded.
pub(super) fn tokens(pointer: &str) -> Result<Vec<String>, PatchError> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let Some(rest) = pointer.strip_prefix('/') else {
        return Err(PatchError::Pointer { pointer: pointer.to_owned() });
    };
    rest.split('/').map(|token| decoded(token, pointer)).collect()
}

fn decoded(token: &str, pointer: &str) -> Result<String, PatchError> {
    let mut out = String::with_capacity(token.len());
    let mut chars = token.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '~' => match chars.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err(PatchError::Pointer { pointer: pointer.to_owned() }),
            },
            c => c,
        });
    }
    Ok(out)
}

/// Reads a token as a number of an array of `len` elements: digits without a leading zero, at most `len`.
pub(super) fn index(token: &str, len: usize) -> Option<usize> {
    let plain = token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    token.parse().ok().filter(|&index: &usize| plain && index <= len)
}

/// Returns the value that tokens lead to.
pub(super) fn find<'t>(root: &'t Tree, tokens: &[String]) -> Option<&'t Tree> {
    tokens.iter().try_fold(root, |at, token| match at {
        Tree::Object(_) => at.member(token),
        Tree::Array(elements) => elements.get(index(token, elements.len())?),
        Tree::Scalar(_) => None,
    })
}

/// Returns the value that tokens lead to, to be changed.
pub(super) fn find_mut<'t>(root: &'t mut Tree, tokens: &[String]) -> Option<&'t mut Tree> {
    tokens.iter().try_fold(root, |at, token| match at {
        Tree::Object(members) => members.iter_mut().find(|(name, _)| name == token).map(|(_, value)| value),
        Tree::Array(elements) => {
            let at = index(token, elements.len())?;
            elements.get_mut(at)
        }
        Tree::Scalar(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped_and_read_back() {
        let mut pointer = String::new();
        for token in ["a/b", "m~n", "", "0", "~1"] {
            push(&mut pointer, token);
        }
        assert_eq!(pointer, "/a~1b/m~0n//0/~01");
        assert_eq!(tokens(&pointer).unwrap(), ["a/b", "m~n", "", "0", "~1"]);
        assert!(tokens("a").is_err() && tokens("/~2").is_err() && tokens("/~").is_err());
    }

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(index("10", 10), Some(10));
        for wrong in ["01", "-1", "1e0", "", "+1", "11"] {
            assert_eq!(index(wrong, 10), None, "{wrong}");
        }
    }
}
