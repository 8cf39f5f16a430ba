//! How the fields of an event are written in XML.

/// The form of a field of the standard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A text.
    Text,
    /// A word of the vocabulary, by what its URNs and its URIs begin with.
    Word(&'static str, &'static str),
    /// A text that may stand several times.
    Texts,
    /// Elements of this name, each a text.
    List(&'static str),
    /// Elements of this name, each a text with a type of this vocabulary.
    Typed(&'static str, &'static str, &'static str),
    /// Quantity elements.
    Quantities,
    /// An identifier and extensions.
    Place,
    /// Words set and unset.
    Persistent,
    /// A declaration of an error.
    Declaration,
    /// Sensor elements.
    Sensors,
    /// Extensions only.
    Extensions,
}

const STEP: (&str, &str) = ("urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-");
pub(super) const DISPOSITION: (&str, &str) = ("urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-");
const REASON: (&str, &str) = ("urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-");
const TRANSACTION: (&str, &str) = ("urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-");
const PARTY: (&str, &str) = ("urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-");

/// The fields of events, in the order that the XML schema demands of each type.
pub(super) const FIELDS: [(&str, Form); 30] = [
    ("eventTime", Form::Text),
    ("recordTime", Form::Text),
    ("eventTimeZoneOffset", Form::Text),
    ("eventID", Form::Text),
    ("errorDeclaration", Form::Declaration),
    ("certificationInfo", Form::Texts),
    ("inputEPCList", Form::List("epc")),
    ("inputQuantityList", Form::Quantities),
    ("outputEPCList", Form::List("epc")),
    ("outputQuantityList", Form::Quantities),
    ("transformationID", Form::Text),
    ("parentID", Form::Text),
    ("epcList", Form::List("epc")),
    ("childEPCs", Form::List("epc")),
    ("action", Form::Text),
    ("bizStep", Form::Word(STEP.0, STEP.1)),
    ("disposition", Form::Word(DISPOSITION.0, DISPOSITION.1)),
    ("readPoint", Form::Place),
    ("bizLocation", Form::Place),
    (
        "bizTransactionList",
        Form::Typed("bizTransaction", TRANSACTION.0, TRANSACTION.1),
    ),
    ("quantityList", Form::Quantities),
    ("childQuantityList", Form::Quantities),
    ("sourceList", Form::Typed("source", PARTY.0, PARTY.1)),
    ("destinationList", Form::Typed("destination", PARTY.0, PARTY.1)),
    ("sensorElementList", Form::Sensors),
    ("persistentDisposition", Form::Persistent),
    ("ilmd", Form::Extensions),
    // Of an error declaration.
    ("declarationTime", Form::Text),
    ("reason", Form::Word(REASON.0, REASON.1)),
    ("correctiveEventIDs", Form::List("correctiveEventID")),
];

pub(super) fn form(name: &str) -> Option<Form> {
    FIELDS.iter().find(|(known, _)| *known == name).map(|&(_, form)| form)
}

/// The numbers of a sensor report.
pub(super) const NUMBERS: [&str; 7] = [
    "value",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
];

/// What stands before the bare words of a sensor report: in XML, and in their URIs.
pub(super) fn report_words(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "type" | "exception" => Some(("gs1:", "https://gs1.org/voc/")),
        "component" => Some(("cbv:Comp-", "https://ref.gs1.org/cbv/Comp-")),
        _ => None,
    }
}
