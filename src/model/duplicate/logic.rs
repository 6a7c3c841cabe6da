//! The logic over the items of a matching rule: `(1 AND 2) OR 3`.

/// An expression over items, counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Logic {
    Item(usize),
    All(Vec<Logic>),
    Any(Vec<Logic>),
}

/// Deeper parentheses are a mistake.
const DEEPEST: usize = 20;

impl Logic {
    /// Reads what people write. `None` for what is no such expression, or names an item that is not there.
    pub fn read(text: &str, items: usize) -> Option<Logic> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_ascii_whitespace().collect();
        let mut reader = Reader { words: &words, items };
        let logic = reader.expression(0)?;
        reader.words.is_empty().then_some(logic)
    }

    pub fn holds(&self, item: &impl Fn(usize) -> bool) -> bool {
        match self {
            Logic::Item(index) => item(*index),
            Logic::All(parts) => parts.iter().all(|part| part.holds(item)),
            Logic::Any(parts) => parts.iter().any(|part| part.holds(item)),
        }
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    items: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// One operand, or several with the same word between.
    fn expression(&mut self, depth: usize) -> Option<Logic> {
        let first = self.operand(depth)?;
        let word = match self.words.first() {
            Some(word) if word.eq_ignore_ascii_case("AND") || word.eq_ignore_ascii_case("OR") => *word,
            _ => return Some(first),
        };
        let mut parts = vec![first];
        while self.words.first().is_some_and(|next| next.eq_ignore_ascii_case(word)) {
            self.next();
            parts.push(self.operand(depth)?);
        }
        Some(if word.eq_ignore_ascii_case("AND") { Logic::All(parts) } else { Logic::Any(parts) })
    }

    fn operand(&mut self, depth: usize) -> Option<Logic> {
        let items = self.items;
        match self.next()? {
            "(" if depth < DEEPEST => {
                let inner = self.expression(depth + 1)?;
                (self.next()? == ")").then_some(inner)
            }
            number => {
                let index = number.parse::<usize>().ok()?.checked_sub(1)?;
                (index < items).then_some(Logic::Item(index))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(text: &str, true_ones: &[usize]) -> Option<bool> {
        Logic::read(text, 9).map(|logic| logic.holds(&|index| true_ones.contains(&(index + 1))))
    }

    #[test]
    fn expressions() {
        assert_eq!(holds("(1 AND 2) OR 3", &[3]), Some(true));
        assert_eq!(holds("(1 and 2) or 3", &[1]), Some(false));
        assert_eq!(holds("1 AND (2 OR (3 AND 4))", &[1, 3, 4]), Some(true));
        for wrong in ["", "1 AND", "1 AND 2 OR 3", "(1", "1)", "0", "10", "one", "1 2"] {
            assert_eq!(holds(wrong, &[]), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[()0-9ANDOR ]{0,60}") {
            let _ = Logic::read(&text, 3);
        }
    }
}
