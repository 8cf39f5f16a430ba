//! Lists a page lets one choose from, and addresses with a query.

use super::shell::Shell;

/// An option of a `select`.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

impl Choice {
    #[must_use]
    pub fn new(value: &(impl ToString + ?Sized), label: impl Into<String>, selected: bool) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
            selected,
        }
    }

    /// The choice not to choose, labelled by the message `id`.
    #[must_use]
    pub fn any(shell: &Shell, id: &str, selected: bool) -> Self {
        Self::new("", shell.t(id), selected)
    }
}

/// `path` with those of `pairs` whose value is not empty, in their order: one address for one meaning.
#[must_use]
pub fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut writer = form_urlencoded::Serializer::new(String::new());
    writer.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    let query = writer.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_was_asked() {
        assert_eq!(query("/tim", &[("q", ""), ("star", "")]), "/tim");
        assert_eq!(
            query("/tim", &[("q", "chè & mật"), ("star", ""), ("sort", "price")]),
            "/tim?q=ch%C3%A8+%26+m%E1%BA%ADt&sort=price"
        );
    }
}
