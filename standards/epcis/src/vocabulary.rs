//! The words of GS1's Core Business Vocabulary 2.0, as bare words (CBV 2.0, section 7). The JSON-LD context turns them
//! into URIs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::namespaces::Namespaces;

/// A text that is neither a word of the vocabulary nor, where that is allowed, a URI of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{word:?} is not a {vocabulary} of the Core Business Vocabulary")]
pub struct UnknownWord {
    vocabulary: &'static str,
    word: String,
}

/// A vocabulary of fixed words.
pub trait Vocabulary: Copy + FromStr<Err = UnknownWord> + 'static {
    /// What its words denote.
    const NAME: &'static str;

    /// What stands before a word in the URI that the JSON-LD context turns it into.
    const URI: &'static str;

    /// What stands before a word in a URN of the vocabulary's earlier editions.
    const URN: &'static str;

    /// The word as it stands in JSON.
    fn word(self) -> &'static str;
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident $label:literal $uri:literal $urn:literal { $($variant:ident $word:literal)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = concat!("`", $word, "`")] $variant,)* }

        impl $name {
            /// Every word, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word as it stands in JSON.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl Vocabulary for $name {
            const NAME: &'static str = $label;
            const URI: &'static str = concat!("https://ref.gs1.org/cbv/", $uri);
            const URN: &'static str = concat!("urn:epcglobal:cbv:", $urn);

            fn word(self) -> &'static str {
                self.as_str()
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownWord { vocabulary: $label, word: word.to_owned() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

vocabulary! {
    /// How the event relates to the life of what it is about (EPCIS 2.0, 7.3.3).
    Action "kind of action" "Action-" "action:" { Add "ADD" Observe "OBSERVE" Delete "DELETE" }
}

vocabulary! {
    /// What business step the event was part of (CBV 2.0, 7.1).
    BizStep "business step" "BizStep-" "bizstep:" {
        Accepting "accepting"
        Arriving "arriving"
        Assembling "assembling"
        Collecting "collecting"
        Commissioning "commissioning"
        Consigning "consigning"
        CreatingClassInstance "creating_class_instance"
        CycleCounting "cycle_counting"
        Decommissioning "decommissioning"
        Departing "departing"
        Destroying "destroying"
        Disassembling "disassembling"
        Dispensing "dispensing"
        Encoding "encoding"
        EnteringExiting "entering_exiting"
        Holding "holding"
        Inspecting "inspecting"
        Installing "installing"
        Killing "killing"
        Loading "loading"
        Other "other"
        Packing "packing"
        Picking "picking"
        Receiving "receiving"
        Removing "removing"
        Repackaging "repackaging"
        Repairing "repairing"
        Replacing "replacing"
        Reserving "reserving"
        RetailSelling "retail_selling"
        Shipping "shipping"
        StagingOutbound "staging_outbound"
        StockTaking "stock_taking"
        Stocking "stocking"
        Storing "storing"
        Transporting "transporting"
        Unloading "unloading"
        Unpacking "unpacking"
        VoidShipping "void_shipping"
        SensorReporting "sensor_reporting"
        Sampling "sampling"
    }
}

vocabulary! {
    /// The condition of the objects after the event (CBV 2.0, 7.2).
    Disposition "disposition" "Disp-" "disp:" {
        Active "active"
        ContainerClosed "container_closed"
        Damaged "damaged"
        Destroyed "destroyed"
        Dispensed "dispensed"
        Disposed "disposed"
        Encoded "encoded"
        Expired "expired"
        InProgress "in_progress"
        InTransit "in_transit"
        Inactive "inactive"
        NoPedigreeMatch "no_pedigree_match"
        NonSellableOther "non_sellable_other"
        PartiallyDispensed "partially_dispensed"
        Recalled "recalled"
        Reserved "reserved"
        RetailSold "retail_sold"
        Returned "returned"
        SellableAccessible "sellable_accessible"
        SellableNotAccessible "sellable_not_accessible"
        Stolen "stolen"
        Unknown "unknown"
        Available "available"
        CompletenessVerified "completeness_verified"
        CompletenessInferred "completeness_inferred"
        Conformant "conformant"
        ContainerOpen "container_open"
        MismatchInstance "mismatch_instance"
        MismatchClass "mismatch_class"
        MismatchQuantity "mismatch_quantity"
        NeedsReplacement "needs_replacement"
        NonConformant "non_conformant"
        Unavailable "unavailable"
    }
}

vocabulary! {
    /// What kind of document a business transaction is (CBV 2.0, 7.3).
    BizTransactionType "business transaction type" "BTT-" "btt:" {
        Bol "bol"
        Cert "cert"
        Desadv "desadv"
        Inv "inv"
        Pedigree "pedigree"
        Po "po"
        Poc "poc"
        Prodorder "prodorder"
        Recadv "recadv"
        Rma "rma"
        Testprd "testprd"
        Testres "testres"
        Upevt "upevt"
    }
}

vocabulary! {
    /// What changes from source to destination (CBV 2.0, 7.4).
    PartyType "source or destination type" "SDT-" "sdt:" {
        OwningParty "owning_party"
        PossessingParty "possessing_party"
        Location "location"
    }
}

vocabulary! {
    /// Why an event is declared to be in error (CBV 2.0, 7.5).
    ErrorReason "error reason" "ER-" "er:" {
        DidNotOccur "did_not_occur"
        IncorrectData "incorrect_data"
    }
}

/// A word of the vocabulary, or a URI of somebody else's where the standard leaves room for one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term<V> {
    /// A standard word.
    Standard(V),
    /// An absolute URI outside GS1's own name spaces.
    Other(String),
}

impl<V: Vocabulary> Term<V> {
    /// The word or URI as it stands in JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Standard(word) => word.word(),
            Self::Other(uri) => uri,
        }
    }
}

impl<V: Vocabulary> Term<V> {
    /// The word or URI as a URI, whichever way it was written; prefixes are expanded.
    #[must_use]
    pub fn uri(&self, namespaces: &Namespaces) -> String {
        match self {
            Self::Standard(word) => [V::URI, word.word()].concat(),
            Self::Other(uri) => match uri.strip_prefix(V::URN) {
                Some(word) => [V::URI, word].concat(),
                None => namespaces.expand(uri).unwrap_or_else(|| uri.clone()),
            },
        }
    }
}

impl<V> From<V> for Term<V> {
    fn from(word: V) -> Self {
        Self::Standard(word)
    }
}

impl<V: Vocabulary> FromStr for Term<V> {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match V::from_str(text) {
            Ok(word) => Ok(Self::Standard(word)),
            Err(_) if is_foreign_uri(text) => Ok(Self::Other(text.to_owned())),
            Err(error) => Err(error),
        }
    }
}

impl<V: Vocabulary> fmt::Display for Term<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<V: Vocabulary> Serialize for Term<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, V: Vocabulary> Deserialize<'de> for Term<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// GS1's own words are written bare, so a URI in its name spaces is a misspelling (schema: `vocab-other-uri`).
fn is_foreign_uri(text: &str) -> bool {
    let own = ["urn:epcglobal:cbv", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/"];
    is_uri(text) && !own.iter().any(|prefix| text.starts_with(prefix))
}

/// Whether a text is a URI of RFC 3986, or a prefixed name, which has the same form. Something follows the colon.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    if rest.is_empty() || !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(word) {
        return false;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match hierarchy.strip_prefix("//") {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            if !is_authority(authority) {
                return false;
            }
            path
        }
        None => hierarchy,
    };
    is_made_of(path, b":@/") && is_made_of(query, b":@/?") && is_made_of(fragment, b":@/?")
}

/// Whether a text is made of unreserved characters, sub-delimiters, `%XX` and these.
fn is_made_of(text: &str, more: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(c) = bytes.next() {
        let legal = match c {
            b'%' => {
                let mut hex = || bytes.next().is_some_and(|c| c.is_ascii_hexdigit());
                hex() && hex()
            }
            _ => c.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&c) || more.contains(&c),
        };
        if !legal {
            return false;
        }
    }
    true
}

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = match host.strip_prefix('[') {
        Some(literal) => {
            let Some((address, port)) = literal.split_once(']') else {
                return false;
            };
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            match port.strip_prefix(':') {
                Some(port) => ("", port),
                None if port.is_empty() => ("", ""),
                None => return false,
            }
        }
        None => host.rsplit_once(':').unwrap_or((host, "")),
    };
    is_made_of(user, b":") && is_made_of(host, b"") && port.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for &step in BizStep::ALL {
            assert_eq!(step.to_string().parse(), Ok(step));
        }
        for &disposition in Disposition::ALL {
            assert_eq!(disposition.to_string().parse(), Ok(disposition));
        }
        assert_eq!((BizStep::ALL.len(), Disposition::ALL.len()), (41, 33));
    }

    #[test]
    fn a_term_is_a_word_or_a_foreign_uri() {
        assert_eq!("shipping".parse(), Ok(Term::Standard(BizStep::Shipping)));
        let uri = "https://example.org/bizStep/drying";
        assert_eq!(uri.parse(), Ok(Term::<BizStep>::Other(uri.to_owned())));
        for bad in [
            "",
            "Shipping",
            "harvesting",
            "urn:epcglobal:cbv:bizstep:shipping",
            "https://ns.gs1.org/cbv/BizStep-shipping",
            "a b:c",
            "x:",
            ":x",
        ] {
            assert!(bad.parse::<Term<BizStep>>().is_err(), "{bad}");
        }
    }
}
