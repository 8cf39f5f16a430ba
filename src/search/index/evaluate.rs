//! Searching: which listings have the words, how well, which of them pass the filters, and how many there are of each
//! kind.
//!
//! A listing's score is a sum of small whole numbers that depend on nothing but the listing and the query, so that every
//! process, whatever its segments, has the same order, and a cursor made by one works in another.

use std::{cmp::Reverse, collections::BinaryHeap};

use tantivy::{
    DocSet, Score, Searcher, SegmentReader, TERMINATED, Term,
    query::{EnableScoring, PhraseQuery, Query},
    schema::IndexRecordOption,
};
use uuid::Uuid;

use super::{
    super::query::{Wanted, Way},
    attributes::{Attributes, CATEGORIES, COMMUNES, Measure, ORIGINS},
    schema::{CATEGORY, START, TEXTS, TITLE},
    snapshot::{Part, Snapshot},
};

/// What a word is worth in each of the fields: title, GTIN, brand, category, seller, place, unit, description.
const WORTH: [u16; TEXTS] = [120, 120, 105, 90, 80, 75, 65, 62];
/// Besides: the category says so too; two words stand side by side in the title; the title begins with the first word.
const CATEGORY_TOO: u16 = 8;
const SIDE_BY_SIDE: u16 = 12;
const AT_THE_START: u16 = 10;
/// Each word of a title that nobody asked for takes one away, up to so many.
const MOST_EXTRA: u64 = 10;
/// What is left to sell comes first among equals, then what has stars.
const IN_STOCK: i64 = 4;

/// The words of a query, found.
pub struct Words {
    parts: Vec<Found>,
    /// All words that are needed.
    pub all: u16,
    /// Most of the needed words that one listing has, the most telling ones where there are several such sets.
    pub best: u16,
}

/// Per document of a segment: which words it has, and its score.
struct Found {
    masks: Vec<u16>,
    scores: Vec<u16>,
}

/// Finds `wanted`, at most sixteen words, in the fields `within` (all if empty), whatever the filters.
pub fn matching(snapshot: &Snapshot, wanted: &[Wanted], within: &[usize]) -> tantivy::Result<Words> {
    let mut parts = Vec::with_capacity(snapshot.parts.len());
    let mut frequency = [0_u32; 16];
    for reader in snapshot.searcher.segment_readers() {
        let length = usize::try_from(reader.max_doc()).unwrap_or(0);
        let mut found = Found {
            masks: vec![0; length],
            scores: vec![0; length],
        };
        let mut word = WordScores {
            scores: vec![0; length],
            touched: Vec::new(),
        };
        for (at, wanted) in wanted.iter().enumerate().take(16) {
            for way in &wanted.ways {
                for field in (0..TEXTS).filter(|field| within.is_empty() || within.contains(field)) {
                    word.add(snapshot, reader, way, field)?;
                }
            }
            frequency[at] = frequency[at].saturating_add(u32::try_from(word.touched.len()).unwrap_or(u32::MAX));
            for doc in word.touched.drain(..) {
                let doc = usize::try_from(doc).unwrap_or(0);
                found.masks[doc] |= 1 << at;
                found.scores[doc] = found.scores[doc].saturating_add(std::mem::take(&mut word.scores[doc]));
            }
        }
        order(snapshot, reader, wanted, &mut found.scores)?;
        parts.push(found);
    }
    let needed = |at: usize| wanted.get(at).is_some_and(|wanted| !wanted.optional);
    let all = (0..16)
        .filter(|at| needed(*at))
        .fold(0, |mask, at| mask | (1_u16 << at));
    let best = best_mask(snapshot, &parts, all, &frequency);
    Ok(Words { parts, all, best })
}

/// The best score of one word so far.
struct WordScores {
    scores: Vec<u16>,
    /// Documents whose score is not 0.
    touched: Vec<u32>,
}

impl WordScores {
    fn add(&mut self, snapshot: &Snapshot, reader: &SegmentReader, way: &Way, field: usize) -> tantivy::Result<()> {
        let text = snapshot.fields.texts[field];
        let score = u16::from(way.quality) * WORTH[field] / 100;
        let category = field == CATEGORY && way.quality >= 80;
        if let [term] = way.terms.as_slice() {
            let index = reader.inverted_index(text)?;
            let Some(mut block) =
                index.read_block_postings(&Term::from_field_text(text, term), IndexRecordOption::Basic)?
            else {
                return Ok(());
            };
            while !block.docs().is_empty() {
                for doc in block.docs() {
                    self.set(*doc, score, category);
                }
                block.advance();
            }
            return Ok(());
        }
        let terms = way.terms.iter().map(|term| Term::from_field_text(text, term)).collect();
        each_phrase(&snapshot.searcher, reader, terms, |doc| self.set(doc, score, category))
    }

    fn set(&mut self, doc: u32, score: u16, category: bool) {
        let Some(known) = usize::try_from(doc).ok().and_then(|doc| self.scores.get_mut(doc)) else {
            return;
        };
        if *known == 0 {
            self.touched.push(doc);
            *known = score;
        } else if category && *known > WORTH[CATEGORY] {
            // The title has it already: that the category has it too makes it more likely what is meant.
            *known += CATEGORY_TOO;
        } else {
            *known = (*known).max(score);
        }
    }
}

/// Adds what the order of the words in a title is worth.
fn order(snapshot: &Snapshot, reader: &SegmentReader, wanted: &[Wanted], scores: &mut [u16]) -> tantivy::Result<()> {
    let title = snapshot.fields.texts[TITLE];
    let term = |text: &str| Term::from_field_text(title, text);
    let mains: Vec<Option<&str>> = wanted.iter().map(|wanted| wanted.main.as_deref()).collect();
    let mut add = |terms: Vec<Term>, worth: u16| {
        each_phrase(&snapshot.searcher, reader, terms, |doc| {
            if let Some(score) = usize::try_from(doc).ok().and_then(|doc| scores.get_mut(doc)) {
                *score = score.saturating_add(worth);
            }
        })
    };
    if let Some(Some(first)) = mains.first() {
        add(vec![term(START), term(first)], AT_THE_START)?;
    }
    for pair in mains.windows(2) {
        if let [Some(one), Some(other)] = pair {
            add(vec![term(one), term(other)], SIDE_BY_SIDE)?;
        }
    }
    Ok(())
}

/// Calls `found` with each document of the segment that has `terms` side by side.
fn each_phrase(
    searcher: &Searcher,
    reader: &SegmentReader,
    terms: Vec<Term>,
    mut found: impl FnMut(u32),
) -> tantivy::Result<()> {
    const BOOST: Score = 1.0;
    let weight = PhraseQuery::new(terms).weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut scorer = weight.scorer(reader, BOOST)?;
    let mut doc = scorer.doc();
    while doc != TERMINATED {
        found(doc);
        doc = scorer.advance();
    }
    Ok(())
}

/// Of the needed words: all, if one listing has them all; else as many as one listing has. Among sets of one size the
/// rarest words win, because they tell most.
fn best_mask(snapshot: &Snapshot, parts: &[Found], all: u16, frequency: &[u32; 16]) -> u16 {
    let mut seen = vec![false; 1 << 12];
    for (reader, found) in snapshot.searcher.segment_readers().iter().zip(parts) {
        for (doc, mask) in found.masks.iter().enumerate().filter(|(_, mask)| **mask & all != 0) {
            let mask = mask & all;
            if let Some(known) = seen.get_mut(usize::from(mask))
                && !*known
                && !reader.is_deleted(u32::try_from(doc).unwrap_or(u32::MAX))
            {
                if mask == all {
                    return all;
                }
                *known = true;
            }
        }
    }
    let telling = |mask: u16| -> u64 {
        let words = (0..16).filter(|at| mask & (1 << at) != 0);
        words.map(|at| 1_000_000 / u64::from(frequency[at].max(1))).sum()
    };
    let masks = seen
        .iter()
        .zip(0_u16..)
        .filter(|(seen, _)| **seen)
        .map(|(_, mask)| mask);
    masks
        .max_by_key(|mask| (mask.count_ones(), telling(*mask)))
        .unwrap_or(0)
}

/// What may pass. In each list of positions, `None` lets everything pass.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    pub categories: Option<Vec<bool>>,
    pub communes: Option<Vec<bool>>,
    pub stars: Option<Vec<bool>>,
    /// 0: a seller on another exchange.
    pub sellers: Option<Vec<bool>>,
    pub origins: Option<Vec<bool>>,
    /// Bits of the certificates of which one must hold.
    pub certificates: Option<u64>,
    pub in_stock: bool,
    pub least_price: Option<i64>,
    pub most_price: Option<i64>,
    pub measure: Option<Measure>,
    /// Whether each exchange, by position, vouches for all it has told.
    pub vouching: Vec<bool>,
    pub now: i64,
    /// The seller whose listings alone are wanted.
    pub seller: Option<Uuid>,
}

/// Filters that are counted by, each without itself. The numbers are bits.
mod dimension {
    pub const CATEGORY: u8 = 1;
    pub const COMMUNE: u8 = 2;
    pub const STAR: u8 = 4;
    pub const SELLER: u8 = 8;
    pub const ORIGIN: u8 = 16;
    pub const CERTIFICATE: u8 = 32;
    pub const IN_STOCK: u8 = 64;
    pub const PRICE: u8 = 128;
}

impl Gates {
    /// The dimensions whose filter the listing does not pass.
    fn closed(&self, attributes: Attributes, price: i64) -> u8 {
        let shut = |open: &Option<Vec<bool>>, at: usize, dimension: u8| match open {
            Some(open) if !open.get(at).copied().unwrap_or(false) => dimension,
            _ => 0,
        };
        let mut closed = shut(&self.categories, attributes.category(), dimension::CATEGORY)
            | shut(&self.communes, attributes.commune(), dimension::COMMUNE)
            | shut(&self.stars, attributes.star(), dimension::STAR)
            | shut(&self.sellers, attributes.seller(), dimension::SELLER)
            | shut(&self.origins, attributes.origin(), dimension::ORIGIN);
        if self
            .certificates
            .is_some_and(|wanted| attributes.certificates() & wanted == 0)
        {
            closed |= dimension::CERTIFICATE;
        }
        if self.in_stock && !attributes.in_stock() {
            closed |= dimension::IN_STOCK;
        }
        if self.least_price.is_some_and(|least| price < least) || self.most_price.is_some_and(|most| price > most) {
            closed |= dimension::PRICE;
        }
        closed
    }

    /// Whether somebody vouches for the listing.
    fn is_fresh(&self, origin: usize, fresh_until: i64) -> bool {
        origin == 0 || fresh_until > self.now || self.vouching.get(origin).copied().unwrap_or(false)
    }
}

/// How many there are at each position.
#[derive(Clone, Debug)]
pub struct Counts {
    pub categories: Vec<u64>,
    pub communes: Vec<u64>,
    pub stars: Vec<u64>,
    pub sellers: Vec<u64>,
    pub origins: Vec<u64>,
    pub certificates: Vec<u64>,
    pub in_stock: u64,
    pub bands: Vec<u64>,
}

impl Counts {
    /// Of nothing.
    pub fn new() -> Self {
        Self {
            categories: vec![0; CATEGORIES],
            communes: vec![0; COMMUNES],
            stars: vec![0; 8],
            sellers: vec![0; 4],
            origins: vec![0; ORIGINS],
            certificates: vec![0; 8],
            in_stock: 0,
            bands: vec![0; 16],
        }
    }

    /// Counts a listing that passes every filter but, at most, that of the dimensions `but`.
    fn add(&mut self, attributes: Attributes, but: u8) {
        let may = |dimension: u8| but == 0 || but == dimension;
        if may(dimension::CATEGORY) {
            self.categories[attributes.category()] += 1;
        }
        if may(dimension::COMMUNE) {
            self.communes[attributes.commune()] += 1;
        }
        if may(dimension::STAR) {
            self.stars[attributes.star()] += 1;
        }
        if may(dimension::SELLER) {
            self.sellers[attributes.seller()] += 1;
        }
        if may(dimension::ORIGIN) {
            self.origins[attributes.origin()] += 1;
        }
        if may(dimension::CERTIFICATE) {
            let held = attributes.certificates();
            if held != 0 {
                for (at, count) in self.certificates.iter_mut().enumerate() {
                    *count += (held >> at) & 1;
                }
            }
        }
        if may(dimension::IN_STOCK) {
            self.in_stock += u64::from(attributes.in_stock());
        }
        if may(dimension::PRICE) {
            self.bands[attributes.band()] += 1;
        }
    }
}

/// The order of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By score, then the newest.
    Best,
    Newest,
    Cheapest,
    Dearest,
}

/// Where a listing stands in an order: the smaller, the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub rank: i64,
    pub key: i64,
    /// The id, or in orders that go down its complement.
    turned: u128,
    /// The listing.
    pub id: Uuid,
}

impl Place {
    pub fn new(order: Order, rank: i64, key: i64, id: Uuid) -> Self {
        let turned = if order == Order::Cheapest {
            id.as_u128()
        } else {
            !id.as_u128()
        };
        Self { rank, key, turned, id }
    }

    fn of(order: Order, part: &Part, doc: usize, score: i64) -> Self {
        let (rank, key) = match order {
            Order::Best => (-score, -part.published[doc]),
            Order::Newest => (0, -part.published[doc]),
            Order::Cheapest => (0, part.prices[doc]),
            Order::Dearest => (0, -part.prices[doc]),
        };
        Self::new(order, rank, key, part.ids[doc])
    }
}

/// A page of what was found.
#[derive(Debug)]
pub struct Page {
    /// In order, one more than was asked for if there are more.
    pub places: Vec<Place>,
    /// How many pass in all.
    pub total: u64,
    pub counts: Option<Counts>,
}

/// The first `limit` listings after `after` that have the words `required` (a mask) and pass `gates`, and one more.
pub fn collect(
    snapshot: &Snapshot,
    words: Option<(&Words, u16)>,
    gates: &Gates,
    order: Order,
    after: Option<Place>,
    limit: usize,
    count: bool,
) -> tantivy::Result<Page> {
    let mut counts = count.then(Counts::new);
    let mut total = 0;
    let mut first: BinaryHeap<Place> = BinaryHeap::with_capacity(limit + 2);
    for (at, (reader, part)) in snapshot
        .searcher
        .segment_readers()
        .iter()
        .zip(&snapshot.parts)
        .enumerate()
    {
        let alive = reader.alive_bitset();
        let of_seller = match gates.seller {
            Some(seller) => Some(docs_of_seller(snapshot, reader, seller)?),
            None => None,
        };
        let found = words.map(|(words, required)| (&words.parts[at], required));
        for (doc, attributes) in part.attributes.iter().enumerate() {
            if let Some((found, required)) = found
                && found.masks[doc] & required != required
            {
                continue;
            }
            let number = u32::try_from(doc).unwrap_or(u32::MAX);
            if alive.is_some_and(|alive| alive.is_deleted(number))
                || !gates.is_fresh(attributes.origin(), part.fresh_until[doc])
                || of_seller
                    .as_ref()
                    .is_some_and(|docs| docs.binary_search(&number).is_err())
                || gates.measure.is_some_and(|measure| attributes.measure() != measure)
            {
                continue;
            }
            let closed = gates.closed(*attributes, part.prices[doc]);
            if !(closed == 0 || closed.is_power_of_two()) {
                continue;
            }
            if let Some(counts) = &mut counts {
                counts.add(*attributes, closed);
            }
            if closed != 0 {
                continue;
            }
            total += 1;
            let score = found.map_or(0, |(found, _)| score(found.scores[doc], *attributes));
            let place = Place::of(order, part, doc, score);
            if after.is_none_or(|after| place > after) {
                if first.len() <= limit {
                    first.push(place);
                } else if first.peek().is_some_and(|last| place < *last) {
                    first.pop();
                    first.push(place);
                }
            }
        }
    }
    Ok(Page {
        places: first.into_sorted_vec(),
        total,
        counts,
    })
}

/// The score of a listing that has the words: how well they fit, how little else its title says, whether it is there.
fn score(words: u16, attributes: Attributes) -> i64 {
    let extra = i64::try_from(attributes.title_words().min(MOST_EXTRA)).unwrap_or(0);
    let stars = i64::try_from(attributes.star().saturating_sub(2)).unwrap_or(0);
    let stock = if attributes.in_stock() { IN_STOCK } else { 0 };
    i64::from(words) * 2 - extra * 2 + stock + stars
}

fn docs_of_seller(snapshot: &Snapshot, reader: &SegmentReader, seller: Uuid) -> tantivy::Result<Vec<u32>> {
    let key = snapshot.fields.seller_key(seller);
    let index = reader.inverted_index(key.field())?;
    let mut docs = Vec::new();
    if let Some(mut postings) = index.read_postings(&key, IndexRecordOption::Basic)? {
        let mut doc = postings.doc();
        while doc != TERMINATED {
            docs.push(doc);
            doc = postings.advance();
        }
    }
    Ok(docs)
}

/// The values of a column of texts of the best listings, each once, the best first, with the id of one that has it.
pub fn best_texts(
    snapshot: &Snapshot,
    words: &Words,
    gates: &Gates,
    column: impl Fn(&Part) -> Option<&tantivy::columnar::StrColumn>,
    most: usize,
) -> Vec<String> {
    /// How many listings are looked at: those of one title or one seller come together.
    const LOOKED_AT: usize = 200;
    let mut best: BinaryHeap<Reverse<(i64, usize, usize)>> = BinaryHeap::new();
    for (at, (reader, part)) in snapshot
        .searcher
        .segment_readers()
        .iter()
        .zip(&snapshot.parts)
        .enumerate()
    {
        let found = &words.parts[at];
        for (doc, mask) in found.masks.iter().enumerate() {
            if mask & words.all != words.all
                || reader.is_deleted(u32::try_from(doc).unwrap_or(u32::MAX))
                || !gates.is_fresh(part.attributes[doc].origin(), part.fresh_until[doc])
            {
                continue;
            }
            best.push(Reverse((score(found.scores[doc], part.attributes[doc]), at, doc)));
            if best.len() > LOOKED_AT {
                best.pop();
            }
        }
    }
    let mut texts = Vec::new();
    for Reverse((_, at, doc)) in best.into_sorted_vec() {
        let Some(column) = column(&snapshot.parts[at]) else {
            continue;
        };
        let Some(ord) = column.term_ords(u32::try_from(doc).unwrap_or(0)).next() else {
            continue;
        };
        let mut text = String::new();
        if column.ord_to_str(ord, &mut text).unwrap_or(false) && !texts.contains(&text) {
            texts.push(text);
            if texts.len() == most {
                break;
            }
        }
    }
    texts
}
