//! Words of a shell.

/// A word of a POSIX shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(quoted("client_id=a-b"), "client_id=a-b");
        assert_eq!(quoted("password=it's $5"), r"'password=it'\''s $5'");
        assert_eq!(quoted("Authorization: Bearer 00D!A"), "'Authorization: Bearer 00D!A'");
    }
}
