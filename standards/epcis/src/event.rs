//! The five kinds of event, and what they have in common.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::part::{
    BizTransaction, Destination, ErrorDeclaration, Extensions, OneOrMany, PersistentDisposition, Place, Quantity,
    Source,
};
use crate::time::{Time, ZoneOffset};
use crate::vocabulary::{Action, BizStep, Disposition, Term};

/// When, where, why and under which conditions: what any event may say (EPCIS 2.0, 7.4.1 and 7.3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventCore {
    /// Only in an event that stands outside a document.
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    #[serde(rename = "eventID", skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    pub event_time: Time,
    pub event_time_zone_offset: ZoneOffset,
    /// When a repository recorded it; set by the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_declaration: Option<ErrorDeclaration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certification_info: Option<OneOrMany<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_step: Option<Term<BizStep>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<Term<Disposition>>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_point: Option<Place>,
    /// Where the objects are afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_location: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biz_transaction_list: Option<Vec<BizTransaction>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_list: Option<Vec<Source>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_list: Option<Vec<Destination>>,
    /// Sensor elements as they came (EPCIS 2.0, 7.3.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensor_element_list: Option<Vec<Value>>,
}

impl EventCore {
    /// Only the moment and the zone offset where it happened.
    #[must_use]
    pub fn at(event_time: Time, event_time_zone_offset: ZoneOffset) -> Self {
        Self {
            context: None,
            event_id: None,
            event_time,
            event_time_zone_offset,
            record_time: None,
            error_declaration: None,
            certification_info: None,
            biz_step: None,
            disposition: None,
            read_point: None,
            biz_location: None,
            biz_transaction_list: None,
            source_list: None,
            destination_list: None,
            sensor_element_list: None,
        }
    }
}

/// Something happened to objects: they were made, seen, or done away with (EPCIS 2.0, 7.4.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectEvent {
    #[serde(flatten)]
    pub core: EventCore,
    pub action: Action,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epc_list: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_list: Option<Vec<Quantity>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_disposition: Option<PersistentDisposition>,
    /// Data of the instance or lot, given at its making; keys carry a namespace prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ilmd: Option<Extensions>,
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// Objects were put together or taken apart physically (EPCIS 2.0, 7.4.3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AggregationEvent {
    #[serde(flatten)]
    pub core: EventCore,
    pub action: Action,
    #[serde(rename = "parentID", skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(rename = "childEPCs", skip_serializing_if = "Option::is_none")]
    pub child_epcs: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_quantity_list: Option<Vec<Quantity>>,
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// Objects became part of a business transaction; the core's list of transactions is not empty (EPCIS 2.0, 7.4.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionEvent {
    #[serde(flatten)]
    pub core: EventCore,
    pub action: Action,
    #[serde(rename = "parentID", skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epc_list: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_list: Option<Vec<Quantity>>,
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// Inputs were used up and outputs came out of them (EPCIS 2.0, 7.4.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransformationEvent {
    #[serde(flatten)]
    pub core: EventCore,
    #[serde(rename = "inputEPCList", skip_serializing_if = "Option::is_none")]
    pub input_epc_list: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_quantity_list: Option<Vec<Quantity>>,
    #[serde(rename = "outputEPCList", skip_serializing_if = "Option::is_none")]
    pub output_epc_list: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_quantity_list: Option<Vec<Quantity>>,
    /// Joins the events of one transformation that is recorded in pieces.
    #[serde(rename = "transformationID", skip_serializing_if = "Option::is_none")]
    pub transformation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_disposition: Option<PersistentDisposition>,
    /// Data of the outputs; keys carry a namespace prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ilmd: Option<Extensions>,
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// Objects were bound to another object or to a place for good (EPCIS 2.0, 7.4.6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociationEvent {
    #[serde(flatten)]
    pub core: EventCore,
    pub action: Action,
    #[serde(rename = "parentID")]
    pub parent_id: String,
    #[serde(rename = "childEPCs", skip_serializing_if = "Option::is_none")]
    pub child_epcs: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_quantity_list: Option<Vec<Quantity>>,
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// An event of a kind that somebody else has defined: its type is a URI or a prefixed name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtendedEvent {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(flatten)]
    pub core: EventCore,
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl ObjectEvent {
    /// About nothing yet.
    #[must_use]
    pub fn new(core: EventCore, action: Action) -> Self {
        Self {
            core,
            action,
            epc_list: None,
            quantity_list: None,
            persistent_disposition: None,
            ilmd: None,
            extensions: Extensions::new(),
        }
    }
}

impl AggregationEvent {
    /// About nothing yet.
    #[must_use]
    pub fn new(core: EventCore, action: Action) -> Self {
        Self {
            core,
            action,
            parent_id: None,
            child_epcs: None,
            child_quantity_list: None,
            extensions: Extensions::new(),
        }
    }
}

impl TransactionEvent {
    /// About nothing yet; `transactions` goes into the core.
    #[must_use]
    pub fn new(core: EventCore, action: Action, transactions: Vec<BizTransaction>) -> Self {
        Self {
            core: EventCore {
                biz_transaction_list: Some(transactions),
                ..core
            },
            action,
            parent_id: None,
            epc_list: None,
            quantity_list: None,
            extensions: Extensions::new(),
        }
    }
}

impl TransformationEvent {
    /// Without inputs and outputs yet.
    #[must_use]
    pub fn new(core: EventCore) -> Self {
        Self {
            core,
            input_epc_list: None,
            input_quantity_list: None,
            output_epc_list: None,
            output_quantity_list: None,
            transformation_id: None,
            persistent_disposition: None,
            ilmd: None,
            extensions: Extensions::new(),
        }
    }
}

impl AssociationEvent {
    /// Without children yet.
    #[must_use]
    pub fn new(core: EventCore, action: Action, parent_id: impl Into<String>) -> Self {
        Self {
            core,
            action,
            parent_id: parent_id.into(),
            child_epcs: None,
            child_quantity_list: None,
            extensions: Extensions::new(),
        }
    }
}

macro_rules! event {
    ($($kind:ident)*) => {
        /// An event of any kind.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "type")]
        pub enum Event {
            $(#[doc = concat!("See [`", stringify!($kind), "`].")] $kind($kind),)*
            /// Its type is outside the standard.
            #[serde(untagged)]
            Extended(ExtendedEvent),
        }

        $(impl From<$kind> for Event {
            fn from(event: $kind) -> Self {
                Self::$kind(event)
            }
        })*

        impl Event {
            /// The value of `type`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$kind(_) => stringify!($kind),)*
                    Self::Extended(event) => &event.kind,
                }
            }

            /// What every event has.
            #[must_use]
            pub fn core(&self) -> &EventCore {
                match self {
                    $(Self::$kind(event) => &event.core,)*
                    Self::Extended(event) => &event.core,
                }
            }

            /// What every event has, to be changed.
            pub fn core_mut(&mut self) -> &mut EventCore {
                match self {
                    $(Self::$kind(event) => &mut event.core,)*
                    Self::Extended(event) => &mut event.core,
                }
            }

            /// Fields the standard does not name.
            #[must_use]
            pub fn extensions(&self) -> &Extensions {
                match self {
                    $(Self::$kind(event) => &event.extensions,)*
                    Self::Extended(event) => &event.extensions,
                }
            }
        }

        /// By hand, so that what is wrong inside an event is told apart from an unknown type.
        impl<'de> Deserialize<'de> for Event {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;

                let mut fields = Extensions::deserialize(deserializer)?;
                let kind = match fields.get("type") {
                    Some(Value::String(kind)) => kind.clone(),
                    Some(_) => return Err(D::Error::custom("the type of an event is a string")),
                    None => return Err(D::Error::missing_field("type")),
                };
                let read = match kind.as_str() {
                    $(stringify!($kind) => {
                        fields.remove("type");
                        serde_json::from_value(Value::Object(fields)).map(Self::$kind)
                    })*
                    _ => serde_json::from_value(Value::Object(fields)).map(Self::Extended),
                };
                read.map_err(|error| D::Error::custom(format_args!("{kind}: {error}")))
            }
        }
    };
}

/// The types of event that the standard defines.
pub const KINDS: [&str; 5] = [
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
];

event! { ObjectEvent AggregationEvent TransactionEvent TransformationEvent AssociationEvent }
