//! The query language of EPCIS 2.0 (section 8.2.7): parameters, and which events they ask for.
//!
//! A query comes as the parameters of a URL or as the JSON of a named query. Either way it becomes a list of
//! [`Predicate`]s that an event must all fulfil, an [`Order`] and a [`Limit`]. [`Query::matches`] is their meaning; a
//! repository that turns predicates into SQL must find the same events.

mod given;
mod matching;
mod parameters;
mod parse;
mod subject;
mod units;

use std::fmt;

use thiserror::Error;

use crate::epc::EpcPattern;
use crate::time::Time;
use crate::vocabulary::{Action, BizStep, BizTransactionType, Disposition, ErrorReason, PartyType, Term};

pub use matching::{MasterData, NoMasterData};
pub use parameters::PARAMETERS;
pub use units::convert;

/// A query as it was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// What an event must fulfil, all of it.
    pub predicates: Vec<Predicate>,
    /// In which order events are wanted; any order when absent.
    pub order: Option<Order>,
    /// How many events are wanted at all.
    pub limit: Option<Limit>,
    /// At most so many events in one answer.
    pub per_page: Option<u32>,
    /// Where an earlier answer ended.
    pub next_page_token: Option<String>,
}

/// How many events a query wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// `eventCountLimit`: the first so many, in the order of the query.
    First(u32),
    /// `maxEventCount`: more than so many are an error (`QueryTooLargeException`).
    AtMost(u32),
}

/// `orderBy` and `orderDirection`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The field to sort by.
    pub by: OrderBy,
    /// The largest first, which is what the standard does unless asked.
    pub descending: bool,
}

/// A field to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderBy {
    /// `eventTime`.
    EventTime,
    /// `recordTime`.
    RecordTime,
    /// A top-level extension field.
    Extension(Name),
}

/// The full name of an extension field: the URI of its namespace and the local name, joined.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(pub(crate) String);

impl Name {
    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A side of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// `GE_`: at this moment or later.
    From,
    /// `LT_`: before this moment.
    Before,
}

/// How a value relates to the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `EQ_`
    Equal,
    /// `GT_`
    Greater,
    /// `GE_`
    GreaterOrEqual,
    /// `LT_`
    Less,
    /// `LE_`
    LessOrEqual,
}

/// A moment that an event may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeField {
    /// `eventTime`
    EventTime,
    /// `recordTime`
    RecordTime,
    /// `errorDeclaration.declarationTime`
    ErrorDeclarationTime,
    /// `time` of a sensor's metadata or report
    SensorTime,
    /// `startTime` of a sensor's metadata
    SensorStartTime,
    /// `endTime` of a sensor's metadata
    SensorEndTime,
}

/// The lists that a `MATCH_` parameter looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EpcField {
    /// `epcList` and `childEPCs`
    Epc,
    /// `parentID`
    ParentId,
    /// `inputEPCList`
    InputEpc,
    /// `outputEPCList`
    OutputEpc,
    /// All of these.
    AnyEpc,
    /// `quantityList` and `childQuantityList`
    EpcClass,
    /// `inputQuantityList`
    InputEpcClass,
    /// `outputQuantityList`
    OutputEpcClass,
    /// All three.
    AnyEpcClass,
}

/// A place of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceField {
    /// `readPoint`
    ReadPoint,
    /// `bizLocation`
    BizLocation,
}

/// What happens to a persistent disposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// `set`
    Set,
    /// `unset`
    Unset,
}

/// A text of sensor metadata or a sensor report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SensorText {
    /// `type`, a measurement type
    Type,
    /// `deviceID`
    DeviceId,
    /// `deviceMetadata`
    DeviceMetadata,
    /// `rawData`
    RawData,
    /// `dataProcessingMethod`
    DataProcessingMethod,
    /// `microorganism`
    Microorganism,
    /// `chemicalSubstance`
    ChemicalSubstance,
    /// `bizRules`
    BizRules,
    /// `stringValue`
    StringValue,
    /// `hexBinaryValue`
    HexBinaryValue,
    /// `uriValue`
    UriValue,
}

/// A number of a sensor report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// `value`
    Value,
    /// `minValue`
    MinValue,
    /// `maxValue`
    MaxValue,
    /// `meanValue`
    MeanValue,
    /// `sDev`
    SDev,
    /// `percValue`
    PercValue,
    /// `percRank`, which has no unit
    PercRank,
}

/// The part of an event that an extension field stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The event itself.
    Event,
    /// `ILMD_`
    Ilmd,
    /// `ERROR_DECLARATION_`
    ErrorDeclaration,
    /// `SENSORELEMENT_`
    SensorElement,
    /// `SENSORMETADATA_`
    SensorMetadata,
    /// `SENSORREPORT_`
    SensorReport,
    /// `readPoint_`
    ReadPoint,
    /// `bizLocation_`
    BizLocation,
}

/// A value that an extension field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// A moment.
    Time(Time),
    /// Any other text.
    Text(String),
}

/// What is asked of an extension field.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It is there.
    Exists,
    /// It is one of these.
    Any(Vec<Scalar>),
    /// It compares so with a number or a moment.
    Compare(Comparison, Scalar),
}

/// One parameter: what an event must fulfil. A list means any of its values.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// `eventType`
    EventType(Vec<String>),
    /// `GE_eventTime`, `LT_recordTime` and the like
    Time {
        /// Which moment; of several, one is enough.
        field: TimeField,
        /// From it on, or before it.
        bound: Bound,
        /// The moment given.
        moment: Time,
    },
    /// `EQ_action`
    Action(Vec<Action>),
    /// `EQ_bizStep`
    BizStep(Vec<Term<BizStep>>),
    /// `EQ_disposition`
    Disposition(Vec<Term<Disposition>>),
    /// `EQ_persistentDisposition_set` and `_unset`
    PersistentDisposition {
        /// Set or taken away.
        change: Change,
        /// Which.
        any: Vec<Term<Disposition>>,
    },
    /// `EQ_readPoint`, `WD_readPoint`, `EQ_bizLocation`, `WD_bizLocation`
    Place {
        /// Which place.
        field: PlaceField,
        /// `WD_`: or a place within one of these, says master data.
        descendants: bool,
        /// The places asked for.
        any: Vec<String>,
    },
    /// `EQ_transformationID`
    TransformationId(Vec<String>),
    /// `MATCH_epc` and the like
    Match {
        /// Where to look.
        field: EpcField,
        /// For what.
        any: Vec<EpcPattern>,
    },
    /// `EQ_quantity`, `GE_quantity_KGM` and the like
    Quantity {
        /// How to compare.
        comparison: Comparison,
        /// With what; several only when equal.
        any: Vec<f64>,
        /// The unit of UN/ECE Recommendation 20 the numbers are in; quantities in other units are converted.
        uom: Option<String>,
    },
    /// `EQ_bizTransaction_po`
    BizTransaction {
        /// The type of transaction.
        kind: Term<BizTransactionType>,
        /// Which.
        any: Vec<String>,
    },
    /// `EQ_source_owning_party`
    Source {
        /// The type of source.
        kind: Term<PartyType>,
        /// Which.
        any: Vec<String>,
    },
    /// `EQ_destination_owning_party`
    Destination {
        /// The type of destination.
        kind: Term<PartyType>,
        /// Which.
        any: Vec<String>,
    },
    /// `EQ_eventID`
    EventId(Vec<String>),
    /// `EQ_certificationInfo`
    CertificationInfo(Vec<String>),
    /// `EXISTS_errorDeclaration`
    ErrorDeclared,
    /// `EQ_errorReason`
    ErrorReason(Vec<Term<ErrorReason>>),
    /// `EQ_correctiveEventID`
    CorrectiveEventId(Vec<String>),
    /// `EXISTS_sensorElementList`
    SensorElement,
    /// `EQ_type`, `EQ_deviceID` and the like
    SensorText {
        /// Which text.
        field: SensorText,
        /// What it is.
        any: Vec<String>,
    },
    /// `EQ_booleanValue`
    SensorBoolean(bool),
    /// `GE_value_CEL`, `LT_percRank` and the like
    SensorMeasure {
        /// Which number.
        field: Measure,
        /// How to compare.
        comparison: Comparison,
        /// With what; several only when equal.
        any: Vec<f64>,
        /// The unit the numbers are in; reports in other units are converted.
        uom: Option<String>,
    },
    /// `EQ_example:field`, `EXISTS_ILMD_…`, `GT_INNER_…` and the like
    Extension {
        /// Where the field stands.
        part: Part,
        /// `INNER_`: at any depth below the top of the part.
        inner: bool,
        /// Which field.
        name: Name,
        /// What is asked of it.
        test: Test,
    },
    /// `HASATTR_bizLocation`: what the field names has one of these attributes, says master data.
    HasAttribute {
        /// A field of the event that holds an identifier.
        field: String,
        /// Names of attributes.
        any: Vec<String>,
    },
    /// `EQATTR_bizLocation_…`: the attribute is one of these.
    Attribute {
        /// A field of the event that holds an identifier.
        field: String,
        /// The name of the attribute.
        name: String,
        /// What it is.
        any: Vec<String>,
    },
}

/// A parameter that cannot be answered: `QueryParameterException` of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{parameter}: {fault}")]
pub struct QueryError {
    /// The name of the parameter as it was given.
    pub parameter: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    #[error("there is no such parameter")]
    Unknown,
    #[error("it was given before")]
    Repeated,
    #[error("{0:?} is not a time with a zone (RFC 3339)")]
    Time(String),
    #[error("{0:?} is not a number")]
    Number(String),
    #[error("{0:?} is not a whole number from 1")]
    Count(String),
    #[error("{0:?} is not true or false")]
    Boolean(String),
    #[error("{0:?} is not a URI")]
    Uri(String),
    #[error("{0}")]
    Word(String),
    #[error("{0:?} is no EPC pattern")]
    Pattern(String),
    #[error("{0:?} is a prefix that nothing declares")]
    Prefix(String),
    #[error("a list of values is wanted")]
    List,
    #[error("a value is wanted")]
    Empty,
    #[error("{0} was given too, and only one of them may be")]
    Excludes(&'static str),
    #[error("it needs {0} beside it")]
    Needs(&'static str),
}
