//! What is said of a product in the words of its category: a tea's cultivar, a spirit's strength, a homestay's rooms.
//!
//! The table beside this file says which attributes a category has; a leaf has its group's too. A product keeps its values
//! as one JSON object in the forms in which they are sent, so that nothing is ever a float: a decimal is text.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use entity::{Day, Thousandths};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::category::{Category, categories, category};
use crate::http::{
    body::day,
    input::{Field, Wrong},
    language::{Language, Message},
};

/// What kind of value an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One line of text.
    Text,
    /// A whole number.
    Integer,
    /// A number of at most three decimals, sent and kept as text.
    Decimal,
    /// One code of a list.
    Choice,
    /// One or more codes of a list.
    Choices,
    Flag,
    /// A day, `2026-11-21`.
    Date,
}

impl Kind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Flag => "flag",
            Self::Date => "date",
        }
    }
}

/// An attribute of a category.
#[derive(Debug, Deserialize)]
pub struct Attribute {
    category: String,
    pub key: String,
    pub kind: Kind,
    #[serde(deserialize_with = "one_or_zero")]
    pub required: bool,
    /// What a number counts.
    pub unit: Option<String>,
    /// The least number.
    pub least: Option<String>,
    /// The greatest number; of a text, how many characters it may have.
    pub most: Option<String>,
    /// The list that a choice is made from.
    choices: Option<String>,
    name_vi: String,
    name_en: String,
}

impl Attribute {
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        language.either(&self.name_vi, &self.name_en)
    }

    /// What may be chosen, in the order to show it.
    #[must_use]
    pub fn choices(&self) -> &'static [Choice] {
        let list = self.choices.as_deref().unwrap_or("");
        CHOICES.get(list).map_or(&[], Vec::as_slice)
    }

    fn choice(&self, code: &str) -> Option<&'static Choice> {
        self.choices().iter().find(|choice| choice.code == code)
    }

    /// The least and the greatest number.
    fn range(&self) -> (Thousandths, Thousandths) {
        let read = |bound: &Option<String>| bound.as_deref().and_then(|text| text.parse().ok());
        (
            read(&self.least).unwrap_or(Thousandths::ZERO),
            read(&self.most).unwrap_or(Thousandths::MAX),
        )
    }

    fn most_characters(&self) -> usize {
        self.most.as_deref().and_then(|text| text.parse().ok()).unwrap_or(200)
    }
}

/// Something to choose.
#[derive(Debug, Deserialize)]
pub struct Choice {
    choices: String,
    pub code: String,
    name_vi: String,
    name_en: String,
}

impl Choice {
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        language.either(&self.name_vi, &self.name_en)
    }
}

fn one_or_zero<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    u8::deserialize(deserializer).map(|number| number == 1)
}

fn table<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the tables beside this file are well formed; a test reads them")
}

static CHOICES: LazyLock<HashMap<String, Vec<Choice>>> = LazyLock::new(|| {
    let mut lists: HashMap<String, Vec<Choice>> = HashMap::new();
    for choice in table::<Choice>(include_str!("choices.csv")) {
        lists.entry(choice.choices.clone()).or_default().push(choice);
    }
    lists
});

static ATTRIBUTES: LazyLock<Vec<Attribute>> = LazyLock::new(|| table(include_str!("attributes.csv")));

/// Of each category: its own attributes first, for they say most, then its group's.
static OF_CATEGORY: LazyLock<HashMap<&str, Vec<&Attribute>>> = LazyLock::new(|| {
    let within = |id: Option<&str>| -> Vec<&'static Attribute> {
        ATTRIBUTES
            .iter()
            .filter(|attribute| id == Some(&attribute.category))
            .collect()
    };
    let all = |category: &'static Category| {
        let own = within(Some(&category.id));
        let mut inherited = within(category.parent.as_deref());
        inherited.retain(|attribute| own.iter().all(|own| own.key != attribute.key));
        (category.id.as_str(), [own, inherited].concat())
    };
    categories().iter().map(all).collect()
});

/// The attributes of category `id`, its group's included, in the order to show them.
#[must_use]
pub fn of(id: &str) -> &'static [&'static Attribute] {
    OF_CATEGORY.get(id).map_or(&[], Vec::as_slice)
}

/// Values as they come: by key, of any type.
pub type Given = BTreeMap<String, Value>;

/// The stored form of `stored` with `changes` made to it, for a product of category `id`; `None` when something is wrong,
/// which is then noted under `/attributes/{key}`. `null` takes a value away, and so does an empty text. Values that the
/// category does not know fall away: the product was put in another one.
pub fn merged(wrong: &mut Wrong, id: &str, stored: Option<&str>, changes: &Given) -> Option<Option<String>> {
    let attributes = of(id);
    let mut values = fitting(attributes, stored);
    let before = wrong.0.len();
    for (key, value) in changes {
        let pointer = pointer(key);
        let Some(attribute) = attributes.iter().find(|attribute| attribute.key == *key) else {
            let name = category(id).map_or("", |category| category.name(Language::Vietnamese));
            wrong.note(pointer, Message::new("wrong-attribute-unknown").with("category", name));
            continue;
        };
        if is_nothing(value) {
            values.remove(key);
        } else if let Some(value) = read(wrong, &pointer, attribute, value) {
            values.insert(key.clone(), value);
        }
    }
    (wrong.0.len() == before).then(|| (!values.is_empty()).then(|| Value::Object(values).to_string()))
}

/// A JSON Pointer (RFC 6901) to the attribute `key`; nobody needs to read an absurdly long one again.
fn pointer(key: &str) -> String {
    if key.len() > 80 {
        return "/attributes".to_owned();
    }
    format!("/attributes/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Those of the `stored` values that still are values of `attributes`.
fn fitting(attributes: &[&Attribute], stored: Option<&str>) -> Map<String, Value> {
    let stored = values(stored);
    attributes
        .iter()
        .filter_map(|attribute| {
            let value = stored.get(&attribute.key)?;
            read(&mut Wrong::default(), "", attribute, value).map(|value| (attribute.key.clone(), value))
        })
        .collect()
}

/// The stored values by key.
#[must_use]
pub fn values(stored: Option<&str>) -> Map<String, Value> {
    // What is stored was written by `merged`; what cannot be read is shown as nothing.
    stored
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// `value` in its stored form, or a note of what is wrong with it.
fn read(wrong: &mut Wrong, pointer: &str, attribute: &Attribute, value: &Value) -> Option<Value> {
    match attribute.kind {
        Kind::Text => wrong
            .line(pointer, &as_text(value), attribute.most_characters())
            .map(Value::String),
        Kind::Integer => {
            let (least, most) = attribute.range();
            let number = value.as_i64().map_or(Field::WrongType, Field::Given);
            wrong
                .integer(pointer, &number, least.0 / 1000..=most.0 / 1000)
                .map(Value::from)
        }
        Kind::Decimal => decimal(wrong, pointer, attribute, &as_text(value)),
        Kind::Choice => {
            let code = wrong.required(pointer, &as_text(value))?.clone();
            chosen(wrong, pointer, attribute, &code)
        }
        Kind::Choices => several(wrong, pointer, attribute, value),
        Kind::Flag => {
            let flag = value.as_bool().map_or(Field::WrongType, Field::Given);
            wrong.required(pointer, &flag).copied().map(Value::Bool)
        }
        Kind::Date => day(wrong, pointer, &as_text(value)).map(|day| Value::String(day.iso())),
    }
}

fn as_text(value: &Value) -> Field<String> {
    value
        .as_str()
        .map_or(Field::WrongType, |text| Field::Given(text.to_owned()))
}

fn decimal(wrong: &mut Wrong, pointer: &str, attribute: &Attribute, field: &Field<String>) -> Option<Value> {
    use entity::quantity::BadQuantity;
    let message = match wrong.required(pointer, field)?.trim().parse::<Thousandths>() {
        Ok(number) => {
            let (least, most) = attribute.range();
            if (least..=most).contains(&number) {
                return Some(Value::String(number.to_string()));
            }
            Message::new("wrong-range")
                .with("min", least.to_string())
                .with("max", most.to_string())
        }
        Err(BadQuantity::NotANumber) => "wrong-number".into(),
        Err(BadQuantity::TooFine) => "wrong-too-fine".into(),
        Err(BadQuantity::TooLarge) => "wrong-too-large".into(),
    };
    wrong.note(pointer, message);
    None
}

fn chosen(wrong: &mut Wrong, pointer: &str, attribute: &Attribute, code: &str) -> Option<Value> {
    if let Some(choice) = attribute.choice(code) {
        return Some(Value::String(choice.code.clone()));
    }
    let codes: Vec<_> = attribute.choices().iter().map(|choice| choice.code.as_str()).collect();
    wrong.note(
        pointer,
        Message::new("wrong-attribute-choice").with("codes", codes.join(", ")),
    );
    None
}

fn several(wrong: &mut Wrong, pointer: &str, attribute: &Attribute, value: &Value) -> Option<Value> {
    let Some(given) = value.as_array() else {
        wrong.note(pointer, "wrong-type");
        return None;
    };
    let mut seen = HashSet::new();
    let mut codes = Vec::new();
    // More than there are to choose from are wrong already; the first wrong one is enough to say so.
    for item in given {
        let code = wrong.required(pointer, &as_text(item))?.clone();
        let code = chosen(wrong, pointer, attribute, &code)?;
        if !seen.insert(code.to_string()) {
            wrong.note(pointer, "wrong-twice");
            return None;
        }
        codes.push(code);
    }
    Some(Value::Array(codes))
}

/// The attributes that a product of category `id` should say and does not.
#[must_use]
pub fn lacking(id: &str, stored: Option<&str>) -> Vec<&'static str> {
    let stored = values(stored);
    of(id)
        .iter()
        .filter(|attribute| attribute.required && !stored.contains_key(&attribute.key))
        .map(|attribute| attribute.key.as_str())
        .collect()
}

/// A value in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub key: &'static str,
    pub name: String,
    /// As people read it, its unit behind it.
    pub value: String,
    /// As programs read it: a number with a dot, a day in ISO form.
    pub plain: String,
    pub unit: Option<&'static str>,
}

/// The `stored` values of a product of category `id`, in the order to show them.
#[must_use]
pub fn shown(id: &str, stored: Option<&str>, language: Language) -> Vec<Shown> {
    let stored = values(stored);
    of(id)
        .iter()
        .filter_map(|attribute| {
            let (value, plain) = words(attribute, stored.get(&attribute.key)?, language)?;
            let unit = attribute.unit.as_deref();
            Some(Shown {
                key: &attribute.key,
                name: attribute.name(language).to_owned(),
                value: unit.map_or_else(|| value.clone(), |unit| format!("{value}\u{a0}{unit}")),
                plain,
                unit,
            })
        })
        .collect()
}

/// A value for people and for programs.
fn words(attribute: &Attribute, value: &Value, language: Language) -> Option<(String, String)> {
    let name = |code: &Value| {
        let code = code.as_str()?;
        // A code that has left the list still says something.
        Some(
            attribute
                .choice(code)
                .map_or_else(|| code.to_owned(), |choice| choice.name(language).to_owned()),
        )
    };
    let both = |text: String| Some((text.clone(), text));
    match attribute.kind {
        Kind::Text => both(value.as_str()?.to_owned()),
        Kind::Integer => both(value.as_i64()?.to_string()),
        Kind::Decimal => {
            let plain = value.as_str()?;
            let mark = language.either(",", ".");
            Some((plain.replace('.', mark), plain.to_owned()))
        }
        Kind::Choice => both(name(value)?),
        Kind::Choices => both(
            value
                .as_array()?
                .iter()
                .map(name)
                .collect::<Option<Vec<_>>>()?
                .join(", "),
        ),
        Kind::Flag => {
            let id = if value.as_bool()? {
                "attribute-yes"
            } else {
                "attribute-no"
            };
            both(language.say(&Message::new(id)))
        }
        Kind::Date => {
            let iso = value.as_str()?;
            Some((Day::from_iso(iso).ok()?.to_string(), iso.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(value: &Value) -> Given {
        serde_json::from_value(value.clone()).expect("an object")
    }

    fn kept(id: &str, value: &Value) -> Result<Value, Vec<(String, &'static str)>> {
        let mut wrong = Wrong::default();
        match merged(&mut wrong, id, None, &given(value)) {
            Some(stored) => Ok(Value::Object(values(stored.as_deref()))),
            None => Err(wrong
                .0
                .iter()
                .map(|error| (error.pointer.clone(), error.message.id()))
                .collect()),
        }
    }

    #[test]
    fn the_tables_are_well_formed() {
        let mut seen = HashSet::new();
        for attribute in ATTRIBUTES.iter() {
            let at = format!("{}/{}", attribute.category, attribute.key);
            assert!(category(&attribute.category).is_some(), "{at}");
            assert!(seen.insert(at.clone()), "{at} stands twice");
            assert!(
                attribute.key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{at}"
            );
            let chooses = matches!(attribute.kind, Kind::Choice | Kind::Choices);
            assert_eq!(chooses, !attribute.choices().is_empty(), "{at}");
            let (least, most) = attribute.range();
            if matches!(attribute.kind, Kind::Integer | Kind::Decimal) {
                assert!(
                    attribute.least.is_some() && attribute.most.is_some() && least < most,
                    "{at}"
                );
            }
            assert_eq!(
                attribute.kind == Kind::Text,
                attribute.least.is_none() && attribute.most.is_some(),
                "{at}"
            );
        }
        for set in 1..=26 {
            let described = categories()
                .iter()
                .filter(|category| category.ocop_set_no == Some(set))
                .all(|category| !of(&category.id).is_empty());
            assert!(described, "OCOP set {set}");
        }
        for (name, list) in CHOICES.iter() {
            let codes: HashSet<_> = list.iter().map(|choice| &choice.code).collect();
            assert_eq!(codes.len(), list.len(), "{name}");
            assert!(
                ATTRIBUTES
                    .iter()
                    .any(|attribute| attribute.choices.as_ref() == Some(name)),
                "{name}"
            );
        }
    }

    #[test]
    fn a_leaf_has_its_groups_attributes_behind_its_own() {
        let keys: Vec<_> = of("tea-bag").iter().map(|attribute| attribute.key.as_str()).collect();
        assert_eq!(keys[0], "bag_grams");
        assert!(keys.contains(&"cultivar"));
        assert!(of("tea").iter().all(|attribute| attribute.key != "bag_grams"));
        assert!(of("nothing").is_empty());
    }

    #[test]
    fn each_kind_keeps_what_it_should() {
        let tea = json!({"cultivar": ["shan", "ldp1"], "plucking": "tom-non", "brewing_celsius": 85,
            "storage": "  Nơi khô  ", "bag_grams": "2.50"});
        assert_eq!(
            kept("tea-bag", &tea),
            Ok(
                json!({"bag_grams": "2.5", "brewing_celsius": 85, "cultivar": ["shan", "ldp1"],
                "plucking": "tom-non", "storage": "Nơi khô"})
            )
        );
        assert_eq!(
            kept("honey-honey", &json!({"harvested_on": "2026-05-02", "heated": false})),
            Ok(json!({"harvested_on": "2026-05-02", "heated": false}))
        );
        assert_eq!(
            kept("tea", &json!({"storage": "", "plucking": null, "cultivar": []})),
            Ok(json!({}))
        );
    }

    #[test]
    fn every_wrong_value_is_named() {
        for (id, key, value, message) in [
            ("drink-spirit", "alcohol_percent", json!(29.5), "wrong-type"),
            ("drink-spirit", "alcohol_percent", json!("29,5"), "wrong-number"),
            ("drink-spirit", "alcohol_percent", json!("1e1"), "wrong-number"),
            ("drink-spirit", "alcohol_percent", json!("29.1234"), "wrong-too-fine"),
            ("drink-spirit", "alcohol_percent", json!("99"), "wrong-range"),
            ("drink-spirit", "alcohol_percent", json!("-1"), "wrong-range"),
            ("drink-spirit", "aged_months", json!("12"), "wrong-type"),
            ("drink-spirit", "aged_months", json!(1.5), "wrong-type"),
            ("drink-spirit", "aged_months", json!(u64::MAX), "wrong-type"),
            ("drink-spirit", "aged_months", json!(-1), "wrong-range"),
            ("drink-spirit", "yeast", json!("bia"), "wrong-attribute-choice"),
            ("drink-spirit", "yeast", json!(["leaf"]), "wrong-type"),
            (
                "drink-spirit",
                "base",
                json!("nếp\u{202e}cái"),
                "wrong-unseen-character",
            ),
            ("drink-spirit", "base", json!("x".repeat(121)), "wrong-too-long"),
            ("drink-spirit", "cultivar", json!(["shan"]), "wrong-attribute-unknown"),
            ("tea", "cultivar", json!("shan"), "wrong-type"),
            ("tea", "cultivar", json!(["shan", "shan"]), "wrong-twice"),
            ("tea", "cultivar", json!(["shan", {}]), "wrong-type"),
            ("honey-honey", "harvested_on", json!("2026-02-30"), "wrong-day"),
            ("honey-honey", "heated", json!("true"), "wrong-type"),
        ] {
            assert_eq!(
                kept(id, &json!({ key: value })),
                Err(vec![(format!("/attributes/{key}"), message)]),
                "{id} {key} {value}"
            );
        }
        assert_eq!(
            kept("tea", &json!({"a/b~c": 1, "plucking": 1})),
            Err(vec![
                ("/attributes/a~1b~0c".to_owned(), "wrong-attribute-unknown"),
                ("/attributes/plucking".to_owned(), "wrong-type")
            ])
        );
        assert_eq!(
            kept("tea", &json!({ "x".repeat(100): 1 })),
            Err(vec![("/attributes".to_owned(), "wrong-attribute-unknown")])
        );
    }

    #[test]
    fn changes_are_made_to_what_is_there_and_another_category_keeps_what_fits() {
        let stored = r#"{"season":"spring","storage":"Nơi khô","cultivar":["shan"]}"#;
        let mut wrong = Wrong::default();
        let changed = merged(
            &mut wrong,
            "tea",
            Some(stored),
            &given(&json!({"cultivar": null, "brewing_celsius": 80})),
        );
        assert_eq!(
            values(changed.flatten().as_deref()),
            values(Some(r#"{"season":"spring","storage":"Nơi khô","brewing_celsius":80}"#))
        );
        // Fruit has a storage too, and a season that is a text.
        let moved = merged(&mut wrong, "fruit", Some(stored), &Given::new());
        assert_eq!(
            values(moved.flatten().as_deref()),
            values(Some(r#"{"season":"spring","storage":"Nơi khô"}"#))
        );
        assert_eq!(merged(&mut wrong, "craft", Some(stored), &Given::new()), Some(None));
        assert_eq!(wrong, Wrong::default());
    }

    #[test]
    fn values_are_shown_in_the_readers_words() {
        let stored = r#"{"alcohol_percent":"29.5","yeast":"leaf","aged_months":12,"volume_ml":"500"}"#;
        let told = |language| -> Vec<(String, String)> {
            shown("drink-spirit", Some(stored), language)
                .into_iter()
                .map(|shown| (shown.name, shown.value))
                .collect()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            told(Language::Vietnamese),
            [
                pair("Độ cồn", "29,5\u{a0}% vol"),
                pair("Men", "Men lá"),
                pair("Ủ", "12\u{a0}tháng"),
                pair("Dung tích", "500\u{a0}ml")
            ]
        );
        assert_eq!(told(Language::English)[0], pair("Alcohol", "29.5\u{a0}% vol"));
        let flag = shown("fruit-dried", Some(r#"{"added_sugar":false}"#), Language::Vietnamese);
        assert_eq!(flag[0].value, "Không");
        assert_eq!(lacking("drink-spirit", None), ["alcohol_percent"]);
        assert!(lacking("drink-spirit", Some(stored)).is_empty());
        assert!(shown("drink-spirit", Some("not JSON"), Language::Vietnamese).is_empty());
    }
}
