//! What a search sees: the index as it was after one commit.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use entity::{Day, text::fold};
use tantivy::{
    DocSet, Searcher, SegmentReader, TERMINATED, columnar::StrColumn, index::SegmentId, schema::IndexRecordOption,
};
use uuid::Uuid;

use super::{
    super::vocabulary::Vocabulary,
    attributes::{Attributes, COMMUNES},
    schema::{Fields, TEXTS, column},
};
use crate::places::{self, Commune};

/// The columns of one segment, in memory: it is a few bytes per listing, and a search reads all of them.
#[derive(Debug)]
pub struct Part {
    pub attributes: Vec<Attributes>,
    pub prices: Vec<i64>,
    pub published: Vec<i64>,
    pub fresh_until: Vec<i64>,
    pub ids: Vec<Uuid>,
    pub titles: Option<StrColumn>,
    pub sellers: Option<StrColumn>,
    /// Whether there is anything from the commune at each position.
    communes: Vec<bool>,
}

impl Part {
    fn read(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let numbers = |name: &str| -> tantivy::Result<Vec<u64>> {
            let column = columns.u64(name)?;
            Ok((0..reader.max_doc())
                .map(|doc| column.first(doc).unwrap_or(0))
                .collect())
        };
        let signed = |name: &str| -> tantivy::Result<Vec<i64>> {
            let column = columns.i64(name)?;
            Ok((0..reader.max_doc())
                .map(|doc| column.first(doc).unwrap_or(0))
                .collect())
        };
        let ids = numbers(column::ID_HIGH)?
            .into_iter()
            .zip(numbers(column::ID_LOW)?)
            .map(|(high, low)| Uuid::from_u64_pair(high, low))
            .collect();
        let attributes: Vec<Attributes> = numbers(column::ATTRIBUTES)?.into_iter().map(Attributes).collect();
        let mut communes = vec![false; COMMUNES];
        for packed in &attributes {
            communes[packed.commune()] = true;
        }
        Ok(Self {
            attributes,
            communes,
            prices: signed(column::PRICE)?,
            published: signed(column::PUBLISHED)?,
            fresh_until: signed(column::FRESH_UNTIL)?,
            ids,
            titles: columns.str(column::TITLE)?,
            sellers: columns.str(column::SELLER)?,
        })
    }
}

/// The index after a commit. Cheap to share; nothing in it changes.
#[derive(Clone)]
pub struct Snapshot {
    pub fields: Arc<Fields>,
    pub searcher: Searcher,
    /// One for each segment of the searcher, in its order.
    pub parts: Vec<Arc<Part>>,
    pub vocabulary: Arc<Vocabulary>,
    /// The exchanges there are listings of; position 1 is the first.
    pub exchanges: Arc<Vec<String>>,
    /// How far the log had been read.
    pub cursor: i64,
    /// The day that certificates and last days were looked at for.
    pub day: Day,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("listings", &self.searcher.num_docs())
            .field("segments", &self.parts.len())
            .field("cursor", &self.cursor)
            .field("day", &self.day)
            .finish_non_exhaustive()
    }
}

/// What is kept from one snapshot to the next: most segments stay as they are.
#[derive(Debug, Default)]
pub struct Kept {
    parts: HashMap<SegmentId, Arc<Part>>,
    vocabulary: Arc<Vocabulary>,
}

impl Kept {
    /// The columns of each segment of `searcher`, and the vocabulary of all.
    pub fn take(&mut self, searcher: &Searcher, fields: &Fields) -> tantivy::Result<(Vec<Arc<Part>>, Arc<Vocabulary>)> {
        let mut parts = Vec::with_capacity(searcher.segment_readers().len());
        let mut new = Vec::new();
        for reader in searcher.segment_readers() {
            let part = if let Some(part) = self.parts.get(&reader.segment_id()) {
                Arc::clone(part)
            } else {
                new.push(reader);
                Arc::new(Part::read(reader)?)
            };
            parts.push(part);
        }
        let mut counts: HashMap<String, u32> = HashMap::new();
        let fresh = self.parts.is_empty();
        for reader in new {
            count_words(reader, fields, &mut counts)?;
        }
        // A word once known stays known until the process ends: that nobody has it any more does no harm.
        if fresh {
            self.vocabulary = Arc::new(Vocabulary::new(counts));
        } else if !self.vocabulary.covers(counts.keys().map(String::as_str)) {
            for (word, count) in self.vocabulary.iter() {
                counts
                    .entry(word.to_owned())
                    .and_modify(|new| *new = (*new).max(count))
                    .or_insert(count);
            }
            self.vocabulary = Arc::new(Vocabulary::new(counts));
        }
        let now = searcher.segment_readers().iter().map(SegmentReader::segment_id);
        self.parts = now.zip(parts.iter().cloned()).collect();
        Ok((parts, Arc::clone(&self.vocabulary)))
    }
}

fn count_words(reader: &SegmentReader, fields: &Fields, counts: &mut HashMap<String, u32>) -> tantivy::Result<()> {
    for field in fields.texts.iter().take(TEXTS) {
        let index = reader.inverted_index(*field)?;
        let mut terms = index.terms().stream()?;
        while let Some((term, info)) = terms.next() {
            if let Ok(term) = std::str::from_utf8(term) {
                match counts.get_mut(term) {
                    Some(count) => *count = count.saturating_add(info.doc_freq),
                    None => {
                        counts.insert(term.to_owned(), info.doc_freq);
                    }
                }
            }
        }
    }
    Ok(())
}

/// Names of communes, folded, in the order of their positions.
static COMMUNE_NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| places::communes().iter().map(|commune| fold(&commune.name)).collect());

impl Snapshot {
    /// Communes that something comes from and whose folded name begins with `plain`, at most `most`.
    pub fn communes_begin(&self, plain: &str, most: usize) -> Vec<&'static Commune> {
        let named = COMMUNE_NAMES.iter().zip(places::communes()).zip(1..);
        named
            .filter(|((name, _), _)| name.starts_with(plain))
            .filter(|(_, position)| {
                self.parts
                    .iter()
                    .any(|part| part.communes.get(*position) == Some(&true))
            })
            .map(|((_, commune), _)| commune)
            .take(most)
            .collect()
    }

    /// Where the listing `id` is.
    pub fn find(&self, id: Uuid) -> Option<(&Part, usize)> {
        let key = self.fields.listing_key(id);
        for (reader, part) in self.searcher.segment_readers().iter().zip(&self.parts) {
            let index = reader.inverted_index(key.field()).ok()?;
            let Ok(Some(mut postings)) = index.read_postings(&key, IndexRecordOption::Basic) else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if !reader.is_deleted(doc) {
                    return Some((part, usize::try_from(doc).ok()?));
                }
                doc = postings.advance();
            }
        }
        None
    }
}
