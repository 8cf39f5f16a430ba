//! What a document of the index looks like.

use tantivy::{
    TantivyDocument, Term,
    schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager},
};
use uuid::Uuid;

use super::{
    super::{
        document::Document,
        fold::{Word, words},
        vocabulary::EXACT,
    },
    attributes::Attributes,
};

/// Raised whenever documents are made differently: an index of another version is made anew.
pub const VERSION: u32 = 1;

/// What stands before the first word of a title.
pub const START: &str = "^";
/// Between the parts of a value that is shown.
pub const BETWEEN: char = '\u{1f}';

/// The fields in which words are looked for.
pub const TEXTS: usize = 8;

/// The fields of the index.
#[derive(Clone, Debug)]
pub struct Fields {
    pub schema: Schema,
    /// Title, GTIN, brand, category, seller, place, unit, description.
    pub texts: [Field; TEXTS],
    /// Ids of the listing and its seller.
    key: Field,
    title_shown: Field,
    seller_shown: Field,
    attributes: Field,
    price: Field,
    published: Field,
    fresh_until: Field,
    id_high: Field,
    id_low: Field,
}

/// Names of the columns that are read back.
pub mod column {
    pub const ATTRIBUTES: &str = "attributes";
    pub const PRICE: &str = "price";
    pub const PUBLISHED: &str = "published";
    pub const FRESH_UNTIL: &str = "fresh_until";
    pub const ID_HIGH: &str = "id_high";
    pub const ID_LOW: &str = "id_low";
    pub const TITLE: &str = "title_shown";
    pub const SELLER: &str = "seller_shown";
}

/// Of [`Fields::texts`].
pub const TITLE: usize = 0;
pub const CATEGORY: usize = 3;
pub const SELLER: usize = 4;

impl Fields {
    pub fn new() -> Self {
        let mut builder = Schema::builder();
        let text = |tokenizer: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            TextOptions::default().set_indexing_options(indexing)
        };
        let texts = [
            builder.add_text_field("title", text(TITLE_WORDS)),
            builder.add_text_field("gtin", text(WORDS)),
            builder.add_text_field("brand", text(WORDS)),
            builder.add_text_field("category", text(WORDS)),
            builder.add_text_field("seller", text(WORDS)),
            builder.add_text_field("place", text(WORDS)),
            builder.add_text_field("unit", text(WORDS)),
            builder.add_text_field("description", text(WORDS)),
        ];
        let shown = || TextOptions::default().set_fast("raw");
        Self {
            texts,
            key: builder.add_text_field("key", STRING),
            title_shown: builder.add_text_field(column::TITLE, shown()),
            seller_shown: builder.add_text_field(column::SELLER, shown()),
            attributes: builder.add_u64_field(column::ATTRIBUTES, FAST),
            price: builder.add_i64_field(column::PRICE, FAST),
            published: builder.add_i64_field(column::PUBLISHED, FAST),
            fresh_until: builder.add_i64_field(column::FRESH_UNTIL, FAST),
            id_high: builder.add_u64_field(column::ID_HIGH, FAST),
            id_low: builder.add_u64_field(column::ID_LOW, FAST),
            schema: builder.build(),
        }
    }

    /// The term that only the listing `id` has.
    pub fn listing_key(&self, id: Uuid) -> Term {
        Term::from_field_text(self.key, &format!("l{}", id.simple()))
    }

    /// The term that all listings of the seller `id` have.
    pub fn seller_key(&self, id: Uuid) -> Term {
        Term::from_field_text(self.key, &format!("s{}", id.simple()))
    }

    pub fn document(&self, from: &Document, origin: u64) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        let unit = from.unit.map(spellings).unwrap_or_default();
        let texts = [
            from.title.as_str(),
            &from.gtin,
            &from.brand,
            &from.categories,
            &from.seller_name,
            &from.place,
            &unit,
            &from.description,
        ];
        for (field, text) in self.texts.iter().zip(texts) {
            if !text.is_empty() {
                document.add_text(*field, text);
            }
        }
        document.add_text(self.key, format!("l{}", from.id.0.simple()));
        if let Some((seller, slug)) = &from.seller {
            document.add_text(self.key, format!("s{}", seller.0.simple()));
            document.add_text(self.seller_shown, format!("{slug}{BETWEEN}{}", from.seller_name));
        }
        document.add_text(self.title_shown, &from.title);
        let attributes = Attributes::of(from, origin, words(&from.title).len());
        document.add_u64(self.attributes, attributes.0);
        document.add_i64(self.price, from.price.0);
        document.add_i64(self.published, from.published_at.0);
        document.add_i64(self.fresh_until, from.fresh_until.0);
        let (high, low) = from.id.0.as_u64_pair();
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        document
    }
}

/// What a unit is called.
fn spellings(unit: entity::Unit) -> String {
    use entity::Unit;
    let more = match unit {
        Unit::Kilogram => "kg cân ký kí kilogam kilo",
        Unit::Gram => "g gam gram",
        Unit::Litre => "lít l",
        Unit::Tonne => "tấn",
        _ => "",
    };
    format!("{} {more}", unit.label())
}

const WORDS: &str = "words";
const TITLE_WORDS: &str = "words-of-title";

pub fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(WORDS, TextAnalyzer::from(Words { starts: false }));
    manager.register(TITLE_WORDS, TextAnalyzer::from(Words { starts: true }));
    manager
}

/// Each word twice in the same place: without marks, and with all of them.
#[derive(Clone)]
struct Words {
    starts: bool,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let words = words(text);
        let mut tokens = Vec::with_capacity(words.len() * 2 + 1);
        if self.starts {
            tokens.push(token(START.to_owned(), 0, &(0..0)));
        }
        for (word, position) in words.iter().zip(1..) {
            tokens.push(token(word.plain(), position, &word.at));
            tokens.push(token(exact(word), position, &word.at));
        }
        Tokens { tokens, next: 0 }
    }
}

fn exact(word: &Word) -> String {
    format!("{EXACT}{}", word.exact())
}

fn token(text: String, position: usize, at: &std::ops::Range<usize>) -> Token {
    Token {
        offset_from: at.start,
        offset_to: at.end,
        position,
        text,
        position_length: 1,
    }
}

struct Tokens {
    tokens: Vec<Token>,
    /// The token after the current one.
    next: usize,
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}
