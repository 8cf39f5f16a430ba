//! From parameters to predicates.

use std::str::FromStr;

use serde_json::Value;

use super::given::{Given, read_number};
use super::parameters::{Bare, Shape, TABLE};
use super::{
    Comparison, Fault, Limit, Measure, Name, Order, OrderBy, Part, Predicate, Query, QueryError, Scalar, SensorText,
    Test,
};
use crate::epc::EpcPattern;
use crate::namespaces::Namespaces;
use crate::vocabulary::{Term, Vocabulary, is_uri};

use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

fn uris(texts: Vec<&str>, namespaces: &Namespaces) -> Result<Vec<String>, Fault> {
    let read = |text: &str| {
        if is_uri(text) {
            Ok(namespaces.expand(text).unwrap_or_else(|| text.to_owned()))
        } else {
            Err(Fault::Uri(text.to_owned()))
        }
    };
    texts.into_iter().map(read).collect()
}

fn words<V: FromStr<Err = impl std::fmt::Display>>(texts: Vec<&str>) -> Result<Vec<V>, Fault> {
    let read = |text: &str| text.parse().map_err(|error: V::Err| Fault::Word(error.to_string()));
    texts.into_iter().map(read).collect()
}

/// A word of the vocabulary in any of its spellings, or somebody else's URI.
fn term<V: Vocabulary>(text: &str, namespaces: &Namespaces) -> Result<Term<V>, Fault> {
    let expanded = namespaces.expand(text);
    let full = expanded.as_deref().unwrap_or(text);
    let word = full.strip_prefix(V::URI).or_else(|| full.strip_prefix(V::URN));
    word.unwrap_or(full)
        .parse()
        .map_err(|error: crate::vocabulary::UnknownWord| Fault::Word(error.to_string()))
}

fn terms<V: Vocabulary>(texts: Vec<&str>, namespaces: &Namespaces) -> Result<Vec<Term<V>>, Fault> {
    texts.into_iter().map(|text| term(text, namespaces)).collect()
}

fn patterns(texts: Vec<&str>) -> Result<Vec<EpcPattern>, Fault> {
    let read = |text: &str| EpcPattern::parse(text).map_err(|error| Fault::Pattern(error.0));
    texts.into_iter().map(read).collect()
}

/// `Ok(None)` when the text cannot be the name of an extension field.
fn name(text: &str, namespaces: &Namespaces) -> Result<Option<Name>, Fault> {
    let Some((prefix, local)) = text.split_once(':') else {
        return Ok(None);
    };
    if prefix.is_empty() || local.is_empty() {
        return Ok(None);
    }
    match namespaces.expand(text) {
        Some(full) => Ok(Some(Name(full))),
        None if local.starts_with("//") || prefix == "urn" => Ok(Some(Name(text.to_owned()))),
        None => Err(Fault::Prefix(prefix.to_owned())),
    }
}

fn unit(text: &str) -> bool {
    (2..=4).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

impl Query {
    /// Reads the parameters of a URL, decoded. Lists are separated by `|`. `namespaces` say what prefixes in names and
    /// values stand for.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        namespaces: &Namespaces,
    ) -> Result<Self, QueryError> {
        let pairs = pairs.into_iter().map(|(name, value)| (name, Given::Text(value)));
        Reader::default().read(pairs, namespaces)
    }

    /// Reads the `query` object of a named query. Its `@context` declares prefixes.
    pub fn from_json(query: &Value) -> Result<Self, QueryError> {
        let Value::Object(fields) = query else {
            return Err(QueryError {
                parameter: "query".to_owned(),
                fault: Fault::Empty,
            });
        };
        let namespaces = fields
            .get("@context")
            .map_or_else(Namespaces::standard, Namespaces::of_context);
        let pairs = fields.iter().filter(|(name, _)| *name != "@context");
        Reader::default().read(
            pairs.map(|(name, value)| (name.as_str(), Given::Json(value))),
            &namespaces,
        )
    }
}

#[derive(Default)]
struct Reader {
    query: Query,
    order_by: Option<OrderBy>,
    ascending: bool,
}

impl Reader {
    fn read<'a>(
        mut self,
        pairs: impl Iterator<Item = (&'a str, Given<'a>)>,
        namespaces: &Namespaces,
    ) -> Result<Query, QueryError> {
        let mut seen = Vec::new();
        for (name, value) in pairs {
            let wrong = |fault| QueryError {
                parameter: name.to_owned(),
                fault,
            };
            if seen.contains(&name) {
                return Err(wrong(Fault::Repeated));
            }
            seen.push(name);
            let fixed = TABLE.iter().find(|(known, _)| *known == name);
            let predicate = match fixed {
                Some((_, shape)) => self.fixed(*shape, value, namespaces),
                None => made_up(name, value, namespaces),
            };
            self.query.predicates.extend(predicate.map_err(wrong)?);
        }
        if self.order_by.is_none() && matches!(self.query.limit, Some(Limit::First(_))) {
            return Err(QueryError {
                parameter: "eventCountLimit".to_owned(),
                fault: Fault::Needs("orderBy"),
            });
        }
        let descending = !self.ascending;
        self.query.order = self.order_by.map(|by| Order { by, descending });
        Ok(self.query)
    }

    fn limit(&mut self, limit: Limit, other: &'static str) -> Result<(), Fault> {
        match self.query.limit.replace(limit) {
            None => Ok(()),
            Some(_) => Err(Fault::Excludes(other)),
        }
    }

    fn fixed(&mut self, shape: Shape, value: Given, namespaces: &Namespaces) -> Result<Option<Predicate>, Fault> {
        let texts = || value.texts();
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Ok(Some(match shape {
            Shape::EventType => {
                let kind = |text: &str| match namespaces.expand(text) {
                    Some(expanded) => Ok(expanded),
                    None if crate::event::KINDS.contains(&text) || is_uri(text) => Ok(text.to_owned()),
                    None => Err(Fault::Word(format!("{text:?} is no type of event"))),
                };
                Predicate::EventType(texts()?.into_iter().map(kind).collect::<Result<_, _>>()?)
            }
            Shape::Time(field, bound) => Predicate::Time {
                field,
                bound,
                moment: value.time()?,
            },
            Shape::Action => Predicate::Action(words(texts()?)?),
            Shape::BizStep => Predicate::BizStep(terms(texts()?, namespaces)?),
            Shape::Disposition => Predicate::Disposition(terms(texts()?, namespaces)?),
            Shape::Persistent(change) => Predicate::PersistentDisposition {
                change,
                any: terms(texts()?, namespaces)?,
            },
            Shape::Place(field, descendants) => Predicate::Place {
                field,
                descendants,
                any: uris(texts()?, namespaces)?,
            },
            Shape::Texts(predicate) => predicate(owned(texts()?)),
            Shape::Uris(predicate) => predicate(uris(texts()?, namespaces)?),
            Shape::Match(field) => Predicate::Match {
                field,
                any: patterns(texts()?)?,
            },
            Shape::Quantity(comparison) => Predicate::Quantity {
                comparison,
                any: value.numbers(comparison)?,
                uom: None,
            },
            Shape::Flag(predicate) => {
                let wanted = match predicate {
                    Bare::ErrorDeclared => Predicate::ErrorDeclared,
                    Bare::SensorElement => Predicate::SensorElement,
                };
                return Ok(value.flag()?.then_some(wanted));
            }
            Shape::ErrorReason => Predicate::ErrorReason(terms(texts()?, namespaces)?),
            Shape::SensorTexts(field) => Predicate::SensorText {
                field,
                any: owned(texts()?),
            },
            Shape::SensorUris(field) => Predicate::SensorText {
                field,
                any: uris(texts()?, namespaces)?,
            },
            Shape::SensorType => {
                let full = |text: &str| namespaces.expand(text).unwrap_or_else(|| text.to_owned());
                Predicate::SensorText {
                    field: SensorText::Type,
                    any: texts()?.into_iter().map(full).collect(),
                }
            }
            Shape::SensorBoolean => Predicate::SensorBoolean(value.boolean()?),
            Shape::PercRank(comparison) => Predicate::SensorMeasure {
                field: Measure::PercRank,
                comparison,
                any: value.numbers(comparison)?,
                uom: None,
            },
            other => {
                self.answer(other, value, namespaces)?;
                return Ok(None);
            }
        }))
    }

    /// Parameters about the answer, not about events.
    fn answer(&mut self, shape: Shape, value: Given, namespaces: &Namespaces) -> Result<(), Fault> {
        match shape {
            Shape::OrderBy => {
                let text = value.text()?;
                self.order_by = Some(match text {
                    "eventTime" => OrderBy::EventTime,
                    "recordTime" => OrderBy::RecordTime,
                    other => OrderBy::Extension(name(other, namespaces)?.ok_or_else(|| {
                        Fault::Word(format!(
                            "{other:?} is neither eventTime, recordTime nor a field with a prefix"
                        ))
                    })?),
                });
            }
            Shape::OrderDirection => {
                self.ascending = match value.text()? {
                    "ASC" => true,
                    "DESC" => false,
                    other => return Err(Fault::Word(format!("{other:?} is neither ASC nor DESC"))),
                };
            }
            Shape::EventCountLimit => self.limit(Limit::First(value.count()?), "maxEventCount")?,
            Shape::MaxEventCount => self.limit(Limit::AtMost(value.count()?), "eventCountLimit")?,
            Shape::PerPage => self.query.per_page = Some(value.count()?),
            _ => self.query.next_page_token = Some(value.text()?.to_owned()),
        }
        Ok(())
    }
}

/// A parameter whose name holds the name of a field, a type or a unit.
fn made_up(parameter: &str, value: Given, namespaces: &Namespaces) -> Result<Option<Predicate>, Fault> {
    if let Some(field) = parameter.strip_prefix("HASATTR_") {
        let any = value.texts()?.into_iter();
        return Ok(Some(Predicate::HasAttribute {
            field: identifying_field(field, namespaces)?,
            any: any
                .map(|text| namespaces.expand(text).unwrap_or_else(|| text.to_owned()))
                .collect(),
        }));
    }
    let attribute = parameter
        .strip_prefix("EQATTR_")
        .or_else(|| parameter.strip_prefix("EQ_ATTR_"));
    if let Some(rest) = attribute {
        let (field, attribute) = rest.split_once('_').ok_or(Fault::Unknown)?;
        if attribute.is_empty() {
            return Err(Fault::Unknown);
        }
        return Ok(Some(Predicate::Attribute {
            field: identifying_field(field, namespaces)?,
            name: namespaces.expand(attribute).unwrap_or_else(|| attribute.to_owned()),
            any: value.texts()?.into_iter().map(str::to_owned).collect(),
        }));
    }
    if let Some(rest) = parameter.strip_prefix("EXISTS_") {
        let (part, inner, name) = extension(rest, namespaces)?;
        return Ok(value.flag()?.then_some(Predicate::Extension {
            part,
            inner,
            name,
            test: Test::Exists,
        }));
    }
    let comparisons = [
        ("EQ_", Equal),
        ("GT_", Greater),
        ("GE_", GreaterOrEqual),
        ("LT_", Less),
        ("LE_", LessOrEqual),
    ];
    let (comparison, rest) = comparisons
        .into_iter()
        .find_map(|(prefix, comparison)| parameter.strip_prefix(prefix).map(|rest| (comparison, rest)))
        .ok_or(Fault::Unknown)?;
    if let Some(predicate) = measured(rest, comparison, value)? {
        return Ok(Some(predicate));
    }
    if comparison == Equal
        && let Some(predicate) = typed(rest, value, namespaces)?
    {
        return Ok(Some(predicate));
    }
    let (part, inner, name) = extension(rest, namespaces)?;
    let test = match comparison {
        Equal => Test::Any(scalars(value)?),
        other => Test::Compare(other, ordered(value)?),
    };
    Ok(Some(Predicate::Extension {
        part,
        inner,
        name,
        test,
    }))
}

/// `quantity_KGM`, `maxValue_CEL`.
fn measured(rest: &str, comparison: Comparison, value: Given) -> Result<Option<Predicate>, Fault> {
    let Some((field, uom)) = rest.split_once('_').filter(|(_, uom)| unit(uom)) else {
        return Ok(None);
    };
    let field = match field {
        "quantity" => None,
        "value" => Some(Measure::Value),
        "minValue" => Some(Measure::MinValue),
        "maxValue" => Some(Measure::MaxValue),
        "meanValue" => Some(Measure::MeanValue),
        "sDev" => Some(Measure::SDev),
        "percValue" => Some(Measure::PercValue),
        _ => return Ok(None),
    };
    let (any, uom) = (value.numbers(comparison)?, Some(uom.to_owned()));
    Ok(Some(match field {
        None => Predicate::Quantity { comparison, any, uom },
        Some(field) => Predicate::SensorMeasure {
            field,
            comparison,
            any,
            uom,
        },
    }))
}

/// `bizTransaction_po`, `source_owning_party`.
fn typed(rest: &str, value: Given, namespaces: &Namespaces) -> Result<Option<Predicate>, Fault> {
    let any = || uris(value.texts()?, namespaces);
    Ok(if let Some(kind) = rest.strip_prefix("bizTransaction_") {
        let kind = term(kind, namespaces)?;
        Some(Predicate::BizTransaction { kind, any: any()? })
    } else if let Some(kind) = rest.strip_prefix("source_") {
        let kind = term(kind, namespaces)?;
        Some(Predicate::Source { kind, any: any()? })
    } else if let Some(kind) = rest.strip_prefix("destination_") {
        let kind = term(kind, namespaces)?;
        Some(Predicate::Destination { kind, any: any()? })
    } else {
        None
    })
}

/// Where an extension field stands, and its name.
fn extension(rest: &str, namespaces: &Namespaces) -> Result<(Part, bool, Name), Fault> {
    const PARTS: [(&str, Part); 7] = [
        ("ILMD_", Part::Ilmd),
        ("ERROR_DECLARATION_", Part::ErrorDeclaration),
        ("SENSORELEMENT_", Part::SensorElement),
        ("SENSORMETADATA_", Part::SensorMetadata),
        ("SENSORREPORT_", Part::SensorReport),
        ("readPoint_", Part::ReadPoint),
        ("bizLocation_", Part::BizLocation),
    ];
    let (inner, rest) = match rest.strip_prefix("INNER_") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (part, rest) = PARTS
        .into_iter()
        .find_map(|(prefix, part)| rest.strip_prefix(prefix).map(|rest| (part, rest)))
        .unwrap_or((Part::Event, rest));
    let name = name(rest, namespaces)?.ok_or(Fault::Unknown)?;
    Ok((part, inner, name))
}

/// A field whose value names something that master data may describe.
fn identifying_field(field: &str, namespaces: &Namespaces) -> Result<String, Fault> {
    const KNOWN: [&str; 11] = [
        "readPoint",
        "bizLocation",
        "bizStep",
        "disposition",
        "bizTransaction",
        "source",
        "destination",
        "epcClass",
        "epc",
        "parentID",
        "transformationID",
    ];
    if KNOWN.contains(&field) {
        return Ok(field.to_owned());
    }
    name(field, namespaces)?.map(|name| name.0).ok_or(Fault::Unknown)
}

fn scalar(text: &str) -> Scalar {
    if let Ok(time) = text.parse() {
        return Scalar::Time(time);
    }
    // `007` is a code, not the number seven.
    let digits = text.strip_prefix('-').unwrap_or(text);
    let code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    match read_number(text) {
        Ok(number) if !code => Scalar::Number(number),
        _ => Scalar::Text(text.to_owned()),
    }
}

fn scalars(value: Given) -> Result<Vec<Scalar>, Fault> {
    match value {
        Given::Text(_) | Given::Json(Value::Array(_)) => Ok(value.texts()?.into_iter().map(scalar).collect()),
        Given::Json(_) => Ok(vec![ordered(value)?]),
    }
}

/// A number or a moment, which have an order.
fn ordered(value: Given) -> Result<Scalar, Fault> {
    let read = |text: &str| match scalar(&text.replace(' ', "+")) {
        Scalar::Text(text) => Err(Fault::Number(text)),
        other => Ok(other),
    };
    match value {
        Given::Text("") => Err(Fault::Empty),
        Given::Text(text) => read(text),
        Given::Json(Value::String(text)) => text.parse().map(Scalar::Time).map_err(|_| Fault::Time(text.clone())),
        Given::Json(_) => value.number().map(Scalar::Number),
    }
}
