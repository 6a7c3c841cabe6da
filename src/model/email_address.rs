//! What is an e-mail address.

/// The service's notion of an e-mail address: one `@`, a local part, a domain of two or more labels.
pub fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    local_ok && domain.contains('.') && domain.split('.').all(label)
}

/// The address without the label in parentheses that may follow it (RFC 5322, 3.2.2: a comment): `a@b.co (Ann)`.
pub fn without_label(text: &str) -> &str {
    let address = text.strip_suffix(')').and_then(|text| text.split_once('(')).map(|(address, _)| address);
    address.map_or(text, str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_and_bad_addresses() {
        for good in ["a@b.co", "first.last+tag@sub.example.com", "o'neil@example.com"] {
            assert!(is_email_address(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a b@c.de", "a@b..c", "a@-b.co", "a@b.co "] {
            assert!(!is_email_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_label_is_left_out() {
        for labelled in ["a@b.co (Ann)", "a@b.co(Ann)", "a@b.co  (Ann (Lee))", "a@b.co ()"] {
            assert_eq!(without_label(labelled), "a@b.co", "{labelled}");
        }
        for plain in ["a@b.co", "a@b.co (Ann", "Ann <a@b.co>", ")"] {
            assert_eq!(without_label(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in ".*") {
            let _ = is_email_address(without_label(&text));
        }
    }
}
