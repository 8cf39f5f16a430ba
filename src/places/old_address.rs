//! What an old commune became on 2025-07-01. Most became part of one new commune; a few were split, and then nobody but
//! the person who lives there can tell: the answer is a question.

use std::sync::LazyLock;

use entity::{CommuneCode, text::fold};
use serde::Deserialize;

use super::register::{Commune, commune, rows};

#[derive(Debug, Deserialize)]
struct Row {
    old_code: String,
    old_name: String,
    old_district: String,
    new_code: String,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| rows(include_str!("data/old_to_new.csv")));

/// What is known of an old commune.
#[derive(Debug)]
pub struct Answer {
    pub old_name: &'static str,
    pub old_district: &'static str,
    /// One: it is that. Several: it was split, and the person must say.
    pub became: Vec<&'static Commune>,
}

/// What the old communes of this name became, one answer per old commune (names repeat among districts). `name` may be
/// an old code, or a name with or without its kind; `district` narrows a name that repeats.
#[must_use]
pub fn became(name: &str, district: Option<&str>) -> Vec<Answer> {
    let wanted = fold(name);
    let district = district.map(fold);
    let matches = |row: &Row| {
        let full = fold(&row.old_name);
        let bare = ["xa ", "phuong ", "thi tran "]
            .iter()
            .find_map(|kind| full.strip_prefix(kind))
            .unwrap_or(&full);
        (row.old_code == name.trim() || full == wanted || bare == wanted)
            && district
                .as_ref()
                .is_none_or(|district| fold(&row.old_district).contains(district.as_str()))
    };
    let mut answers: Vec<(&str, Answer)> = Vec::new();
    for row in ROWS.iter().filter(|row| matches(row)) {
        let Some(new) = row.new_code.parse::<CommuneCode>().ok().and_then(|code| commune(&code)) else {
            continue;
        };
        match answers.iter_mut().find(|(code, _)| *code == row.old_code) {
            Some((_, answer)) => answer.became.push(new),
            None => answers.push((
                &row.old_code,
                Answer {
                    old_name: &row.old_name,
                    old_district: &row.old_district,
                    became: vec![new],
                },
            )),
        }
    }
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_commune_has_one_answer_and_a_split_one_asks() {
        let whole = became("Tân Cương", None);
        assert_eq!(whole.len(), 1);
        assert_eq!(whole[0].became.len(), 1);
        assert_eq!(whole[0].became[0].full_name, "Xã Tân Cương");
        let split: Vec<_> = ROWS
            .iter()
            .filter(|row| became(&row.old_code, None)[0].became.len() > 1)
            .collect();
        assert_eq!(split.len(), 6, "three old wards were split in two");
    }

    #[test]
    fn every_row_of_the_table_leads_to_a_commune_of_today() {
        for row in ROWS.iter() {
            assert!(!became(&row.old_code, None).is_empty(), "{}", row.old_name);
        }
    }
}
