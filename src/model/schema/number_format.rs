//! How fields of type AutoNumber number their records: `INV-{0000}`, `{YYYY}-{0}`.
//! Source: <https://help.salesforce.com/s/articleView?id=sf.customize_customfield_formats.htm>

use jiff::civil::Date;

/// The display format of a field of type AutoNumber.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberFormat {
    text: String,
    /// The number of the first record.
    pub first: u64,
}

impl NumberFormat {
    /// `None` for a text without exactly one number such as `{0}` or `{0000}`.
    pub fn new(text: &str, first: u64) -> Option<NumberFormat> {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'0');
        let numbers = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
        (numbers.filter(|(part, _)| is_number(part)).count() == 1)
            .then(|| NumberFormat { text: text.to_owned(), first })
    }

    /// The text of a number, for a record that is made on this day.
    pub fn format(&self, number: u64, day: Date) -> String {
        let mut pieces = self.text.split('{');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let Some((part, rest)) = piece.split_once('}') else {
                text.push('{');
                text.push_str(piece);
                continue;
            };
            match part {
                "YYYY" => text.push_str(&format!("{:04}", day.year())),
                "YY" => text.push_str(&format!("{:02}", day.year() % 100)),
                "MM" => text.push_str(&format!("{:02}", day.month())),
                "DD" => text.push_str(&format!("{:02}", day.day())),
                zeros => text.push_str(&format!("{number:0width$}", width = zeros.len())),
            }
            text.push_str(rest);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_format_says() {
        let day = jiff::civil::date(2026, 3, 4);
        let written =
            |text: &str, number| NumberFormat::new(text, 1).map(|format| format.format(number, day));
        assert_eq!(written("INV-{0000}", 7).as_deref(), Some("INV-0007"));
        assert_eq!(written("{0}", 12345).as_deref(), Some("12345"));
        assert_eq!(written("{YYYY}{MM}-{00}/{DD}{YY}", 3).as_deref(), Some("202603-03/0426"));
        for wrong in ["", "INV", "{YYYY}", "{0}{0}", "{}"] {
            assert_eq!(written(wrong, 1), None, "{wrong}");
        }
    }
}
