//! Which events a query asks for.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::subject::{Subject, is_named};
use super::{
    Bound, Change, Comparison, EpcField, Measure, Name, Order, OrderBy, Predicate, Query, Scalar, SensorText, Test,
    units,
};
use crate::epc;
use crate::event::Event;
use crate::namespaces::Namespaces;
use crate::part::{Extensions, OneOrMany};
use crate::time::Time;
use crate::vocabulary::{Term, Vocabulary};

/// What is known of places and things beside the events (EPCIS 2.0, 6.5).
pub trait MasterData {
    /// Whether one place lies within another, directly or not; a place does not lie within itself.
    fn is_within(&self, place: &str, ancestor: &str) -> bool;

    /// The values of an attribute of what the identifier names; none when there is no such attribute.
    fn attribute(&self, id: &str, name: &str) -> Vec<String>;
}

/// Nothing is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoMasterData;

impl MasterData for NoMasterData {
    fn is_within(&self, _place: &str, _ancestor: &str) -> bool {
        false
    }

    fn attribute(&self, _id: &str, _name: &str) -> Vec<String> {
        Vec::new()
    }
}

impl Query {
    /// Whether an event fulfils every predicate. `namespaces` are those of the document the event came in.
    #[must_use]
    pub fn matches(&self, event: &Event, namespaces: &Namespaces, master: &dyn MasterData) -> bool {
        let own = event
            .core()
            .context
            .as_ref()
            .map(|context| namespaces.clone().with(context));
        let subject = Subject {
            event,
            namespaces: own.as_ref().unwrap_or(namespaces),
            master,
        };
        self.predicates.iter().all(|predicate| subject.fulfils(predicate))
    }
}

impl Order {
    /// Which of two events comes first. An event without the field comes last. Each comes with the namespaces of its
    /// document.
    #[must_use]
    pub fn compare(&self, left: (&Event, &Namespaces), right: (&Event, &Namespaces)) -> Ordering {
        let (left, right) = (self.key(left), self.key(right));
        match (&left, &right) {
            (None, _) | (_, None) => left.is_none().cmp(&right.is_none()),
            _ if self.descending => right.partial_cmp(&left).unwrap_or(Ordering::Equal),
            _ => left.partial_cmp(&right).unwrap_or(Ordering::Equal),
        }
    }

    fn key(&self, (event, namespaces): (&Event, &Namespaces)) -> Option<Key> {
        match &self.by {
            OrderBy::EventTime => Some(Key::Time(event.core().event_time.unix())),
            OrderBy::RecordTime => event.core().record_time.as_ref().map(|time| Key::Time(time.unix())),
            OrderBy::Extension(name) => {
                let fields = event.extensions().iter();
                let mut values = fields
                    .filter(|(key, _)| is_named(key, name, namespaces))
                    .map(|(_, value)| value);
                let text = plain(values.next()?)?;
                Some(match (text.parse(), text.parse::<Time>()) {
                    (Ok(number), _) => Key::Number(number),
                    (_, Ok(time)) => Key::Time(time.unix()),
                    _ => Key::Text(text.into_owned()),
                })
            }
        }
    }
}

/// What events are sorted by; values of different kinds keep together.
#[derive(PartialEq, PartialOrd)]
enum Key {
    Number(f64),
    Time((i64, u32)),
    Text(String),
}

impl Subject<'_> {
    fn fulfils(&self, predicate: &Predicate) -> bool {
        let core = self.event.core();
        let declaration = core.error_declaration.as_ref();
        match predicate {
            Predicate::EventType(any) => {
                let kind = self.full(self.event.kind());
                any.iter().any(|wanted| *wanted == kind)
            }
            Predicate::Time { field, bound, moment } => {
                let within = |time: &Time| match bound {
                    Bound::From => time.unix() >= moment.unix(),
                    Bound::Before => time.unix() < moment.unix(),
                };
                self.times(*field).iter().any(within)
            }
            Predicate::Action(any) => self
                .action()
                .is_some_and(|action| any.iter().any(|one| one.as_str() == action)),
            Predicate::BizStep(any) => self.is_term(core.biz_step.as_ref(), any),
            Predicate::Disposition(any) => self.is_term(core.disposition.as_ref(), any),
            Predicate::PersistentDisposition { change, any } => {
                let list = self.persistent().and_then(|persistent| match change {
                    Change::Set => persistent.set,
                    Change::Unset => persistent.unset,
                });
                list.iter().flatten().any(|term| self.is_term(Some(term), any))
            }
            Predicate::Place {
                field,
                descendants,
                any,
            } => self.place(*field).is_some_and(|place| {
                any.iter()
                    .any(|wanted| self.is_same(place, wanted) || (*descendants && self.master.is_within(place, wanted)))
            }),
            Predicate::TransformationId(any) => self.strings("transformationID").iter().any(|id| any.contains(id)),
            Predicate::Match { field, any } => {
                let things = self.things(*field);
                any.iter()
                    .any(|pattern| things.iter().any(|thing| pattern.matches(&self.full(thing))))
            }
            Predicate::Quantity { comparison, any, uom } => self
                .quantities(EpcField::AnyEpcClass)
                .iter()
                .filter_map(|quantity| Some((quantity.quantity.as_ref()?.as_f64()?, quantity.uom.as_deref())))
                .any(|(amount, own)| compares(amount, own.or(Some("C62")), *comparison, any, uom.as_deref())),
            Predicate::BizTransaction { kind, any } => core.biz_transaction_list.iter().flatten().any(|transaction| {
                self.is_term(transaction.kind.as_ref(), std::slice::from_ref(kind))
                    && self.is_any(&transaction.biz_transaction, any)
            }),
            Predicate::Source { kind, any } => core.source_list.iter().flatten().any(|source| {
                self.is_term(Some(&source.kind), std::slice::from_ref(kind)) && self.is_any(&source.source, any)
            }),
            Predicate::Destination { kind, any } => core.destination_list.iter().flatten().any(|end| {
                self.is_term(Some(&end.kind), std::slice::from_ref(kind)) && self.is_any(&end.destination, any)
            }),
            Predicate::EventId(any) => core.event_id.as_ref().is_some_and(|id| any.contains(id)),
            Predicate::CertificationInfo(any) => core
                .certification_info
                .iter()
                .flat_map(OneOrMany::as_slice)
                .any(|info| self.is_any(info, any)),
            Predicate::ErrorDeclared => declaration.is_some(),
            Predicate::ErrorReason(any) => {
                declaration.is_some_and(|declaration| self.is_term(declaration.reason.as_ref(), any))
            }
            Predicate::CorrectiveEventId(any) => declaration
                .and_then(|declaration| declaration.corrective_event_ids.as_ref())
                .is_some_and(|ids| ids.iter().any(|id| any.contains(id))),
            Predicate::SensorElement
            | Predicate::SensorText { .. }
            | Predicate::SensorBoolean(_)
            | Predicate::SensorMeasure { .. } => self.senses(predicate),
            Predicate::Extension {
                part,
                inner,
                name,
                test,
            } => self
                .parts(*part)
                .iter()
                .any(|fields| self.has_field(fields, name, *inner, test)),
            Predicate::HasAttribute { field, any } => self
                .identifiers(field)
                .iter()
                .any(|id| any.iter().any(|name| !self.master.attribute(id, name).is_empty())),
            Predicate::Attribute { field, name, any } => self
                .identifiers(field)
                .iter()
                .any(|id| self.master.attribute(id, name).iter().any(|value| any.contains(value))),
        }
    }

    fn senses(&self, predicate: &Predicate) -> bool {
        match predicate {
            Predicate::SensorElement => self
                .event
                .core()
                .sensor_element_list
                .as_ref()
                .is_some_and(|list| !list.is_empty()),
            Predicate::SensorText { field, any } => self.sensor_text(*field, any),
            Predicate::SensorBoolean(wanted) => self
                .reports()
                .any(|report| report.get("booleanValue").and_then(Value::as_bool) == Some(*wanted)),
            Predicate::SensorMeasure {
                field,
                comparison,
                any,
                uom,
            } => self.reports().any(|report| {
                let amount = report.get(measure(*field)).and_then(Value::as_f64);
                let own = report.get("uom").and_then(Value::as_str);
                amount.is_some_and(|amount| compares(amount, own, *comparison, any, uom.as_deref()))
            }),
            _ => false,
        }
    }

    /// Whether a name in the event means what a name in the query means.
    fn is_same(&self, own: &str, wanted: &str) -> bool {
        epc::canonical(&self.full(own)) == epc::canonical(wanted)
    }

    fn is_any(&self, own: &str, any: &[String]) -> bool {
        any.iter().any(|wanted| self.is_same(own, wanted))
    }

    fn is_term<V: Vocabulary>(&self, own: Option<&Term<V>>, any: &[Term<V>]) -> bool {
        let Some(own) = own.map(|own| own.uri(self.namespaces)) else {
            return false;
        };
        // What a query asks for has been expanded with the prefixes of the query.
        any.iter().any(|wanted| wanted.uri(&Namespaces::standard()) == own)
    }

    fn sensor_text(&self, field: SensorText, any: &[String]) -> bool {
        let key = match field {
            SensorText::Type => {
                let word = |text: &str| text.strip_prefix("https://gs1.org/voc/").unwrap_or(text).to_owned();
                return self.reports().any(|report| {
                    let kind = report
                        .get("type")
                        .and_then(Value::as_str)
                        .map(|kind| word(&self.full(kind)));
                    kind.is_some_and(|kind| any.iter().any(|wanted| word(wanted) == kind))
                });
            }
            SensorText::DeviceId => "deviceID",
            SensorText::DeviceMetadata => "deviceMetadata",
            SensorText::RawData => "rawData",
            SensorText::DataProcessingMethod => "dataProcessingMethod",
            SensorText::Microorganism => "microorganism",
            SensorText::ChemicalSubstance => "chemicalSubstance",
            SensorText::BizRules => "bizRules",
            SensorText::StringValue => "stringValue",
            SensorText::HexBinaryValue => "hexBinaryValue",
            SensorText::UriValue => "uriValue",
        };
        let mut values = self
            .metadata()
            .chain(self.reports())
            .filter_map(|of| of.get(key)?.as_str());
        match field {
            SensorText::StringValue | SensorText::HexBinaryValue => {
                values.any(|value| any.iter().any(|wanted| wanted == value))
            }
            _ => values.any(|value| self.is_any(value, any)),
        }
    }

    fn has_field(&self, fields: &Extensions, name: &Name, inner: bool, test: &Test) -> bool {
        fields.iter().any(|(key, value)| {
            if inner {
                self.has_inner(value, name, test)
            } else {
                is_named(key, name, self.namespaces) && passes(value, test)
            }
        })
    }

    /// Whether a field of that name stands anywhere in a value.
    fn has_inner(&self, value: &Value, name: &Name, test: &Test) -> bool {
        match value {
            Value::Object(fields) => {
                self.has_field(fields, name, false, test)
                    || fields.values().any(|value| self.has_inner(value, name, test))
            }
            Value::Array(values) => values.iter().any(|value| self.has_inner(value, name, test)),
            _ => false,
        }
    }
}

fn measure(field: Measure) -> &'static str {
    match field {
        Measure::Value => "value",
        Measure::MinValue => "minValue",
        Measure::MaxValue => "maxValue",
        Measure::MeanValue => "meanValue",
        Measure::SDev => "sDev",
        Measure::PercValue => "percValue",
        Measure::PercRank => "percRank",
    }
}

/// Whether an amount compares so with one of these, in the unit asked for.
fn compares(amount: f64, own: Option<&str>, comparison: Comparison, any: &[f64], uom: Option<&str>) -> bool {
    let amount = match uom {
        None => Some(amount),
        Some(uom) => own.and_then(|own| units::convert(amount, own, uom)),
    };
    amount.is_some_and(|amount| {
        any.iter().any(|wanted| {
            let ordering = if units::nearly(amount, *wanted) {
                Some(Ordering::Equal)
            } else {
                amount.partial_cmp(wanted)
            };
            ordering.is_some_and(|ordering| holds(ordering, comparison))
        })
    })
}

fn holds(ordering: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
    }
}

/// The text of a plain value.
fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(true) => Some(Cow::Borrowed("true")),
        Value::Bool(false) => Some(Cow::Borrowed("false")),
        // A value with its type written out.
        Value::Object(fields) => plain(fields.get("@value")?),
        Value::Null | Value::Array(_) => None,
    }
}

fn passes(value: &Value, test: &Test) -> bool {
    if let (Value::Array(values), Test::Any(_) | Test::Compare(..)) = (value, test) {
        return values.iter().any(|value| passes(value, test));
    }
    match test {
        Test::Exists => true,
        Test::Any(any) => any.iter().any(|wanted| relates(value, Comparison::Equal, wanted)),
        Test::Compare(comparison, wanted) => relates(value, *comparison, wanted),
    }
}

fn relates(value: &Value, comparison: Comparison, wanted: &Scalar) -> bool {
    let Some(text) = plain(value) else { return false };
    let ordering = match wanted {
        Scalar::Number(wanted) => text.parse().ok().and_then(|number: f64| number.partial_cmp(wanted)),
        Scalar::Time(wanted) => text.parse().ok().map(|time: Time| time.unix().cmp(&wanted.unix())),
        Scalar::Text(wanted) => Some(text.as_ref().cmp(wanted.as_str())),
    };
    ordering.is_some_and(|ordering| holds(ordering, comparison))
}
