//! What the demo is made of. Indexes point into the same seller's own lists (and, for stalls, into the world's markets).

use super::date::Date;

/// The legal form of a seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SellerKind {
    /// hộ sản xuất
    Household,
    /// hợp tác xã, tổ hợp tác
    Cooperative,
    /// công ty, nhà hàng
    Company,
}

/// A seller with everything that is theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoSeller {
    /// Folded ASCII, words joined by `-`, unique in the world: a slug base.
    pub key: String,
    pub name: String,
    pub kind: SellerKind,
    pub commune_code: &'static str,
    /// True when no source names the commune and the seat of the former district stands in for it.
    pub commune_presumed: bool,
    /// Hamlet (xóm, thôn, tổ dân phố); empty when unknown.
    pub hamlet: String,
    /// The hamlet has no mobile signal: drafts are kept on the phone and sent later.
    pub no_signal: bool,
    pub about: String,
    /// True when the facts come from the press; false for an invented producer.
    pub real: bool,
    /// Ten digits, unique; numbers of the demo only, nobody's.
    pub phone: String,
    pub plots: Vec<DemoPlot>,
    /// In order of date.
    pub diary: Vec<DemoDiary>,
    pub products: Vec<DemoProduct>,
    pub batches: Vec<DemoBatch>,
    pub listings: Vec<DemoListing>,
}

/// What is made. Certificates belong to invented producers only.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoProduct {
    pub name: String,
    /// An id of `data/categories.csv`, always a leaf.
    pub category: &'static str,
    /// A code of `data/units.csv`.
    pub unit: &'static str,
    /// Net content of one unit as printed on the pack (`200 g`); empty when sold by weight.
    pub net: &'static str,
    pub price_dong: i64,
    /// Two or three sentences in Vietnamese.
    pub description: String,
    /// 3, 4 or 5; `None` when no source gives one: then there is no badge.
    pub star: Option<u8>,
    /// When the recognition was decided; only for products that were recognised.
    pub recognised: Option<Recognition>,
    /// The product's place in the OCOP programme, if it has one.
    pub ocop: Option<Ocop>,
    pub certificates: Vec<Certificate>,
}

impl DemoProduct {
    /// The first day the OCOP recognition no longer holds: 36 months from the decision (QĐ 26/2026, mirrored as dated
    /// configuration).
    #[must_use]
    pub fn expires(&self) -> Option<Date> {
        self.recognised.map(|recognition| recognition.on.plus_months(36))
    }

    /// Whether the star may still be shown on `today`.
    #[must_use]
    pub fn badge_on(&self, today: Date) -> Option<u8> {
        self.star.filter(|_| self.expires().is_some_and(|end| today < end))
    }
}

/// The day of a decision as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// The first day the precision allows: a badge shown too briefly misleads nobody.
    pub on: Date,
    pub precision: DatePrecision,
}

/// How much of a date the source gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePrecision {
    Day,
    Month,
    Year,
}

/// A product's place in the OCOP programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ocop {
    pub status: OcopStatus,
    /// One of the 26 product sets of `data/ocop_sets.csv`.
    pub set_no: u8,
    /// Points of the assessment in hundredths, when published.
    pub points_hundredths: Option<i32>,
    /// Where the facts come from; empty for an invented product.
    pub source: &'static str,
}

/// What the source says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcopStatus {
    /// công nhận
    Recognised,
    /// đăng ký
    Registered,
    /// đánh giá, phân hạng
    Assessed,
    /// đề nghị xét hạng
    Candidate,
}

/// A standard that an invented producer is certified to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateScheme {
    VietGap,
    /// TCVN 11041
    Organic,
}

/// A certificate of an invented producer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub scheme: CertificateScheme,
    pub number: String,
    /// An invented certifier, and named as one.
    pub issuer: &'static str,
    pub issued_on: Date,
    pub expires_on: Date,
}

/// A piece of land, a pond, a range or an apiary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPlot {
    pub name: String,
    pub commune_code: &'static str,
    pub area_m2: i64,
    pub crop: &'static str,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiaryKind {
    /// gieo, trồng, thả giống
    Sowing,
    /// bón phân, cho ăn
    Fertiliser,
    /// phun thuốc
    Spraying,
    /// làm cỏ, vệ sinh
    Weeding,
    /// tưới, thăm đồng
    Watering,
    /// thu hoạch
    Harvest,
    /// chế biến
    Processing,
    /// đóng gói
    Packing,
}

/// One entry of the farm diary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoDiary {
    pub kind: DiaryKind,
    pub on: Date,
    /// `None` for what happens in the workshop.
    pub plot: Option<usize>,
    pub note: &'static str,
    /// What was spread or sprayed.
    pub input: Option<&'static Input>,
    /// For a harvest: the fresh weight in thousandths of a kilogram (of a litre for honey).
    pub harvested_thousandths: Option<i64>,
}

/// A fertiliser, feed or plant-protection product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    pub name: &'static str,
    /// Days from spraying to the first allowed harvest (thời gian cách ly); 0 when there is none.
    pub pre_harvest_days: i32,
    /// Allowed in organic growing.
    pub organic: bool,
}

/// A quantity of one product made together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoBatch {
    pub product: usize,
    /// GS1 AI (10): at most 20 characters, unique for the product.
    pub lot: String,
    pub quantity_thousandths: i64,
    pub unit: &'static str,
    pub harvested_on: Date,
    pub packed_on: Date,
    pub expires_on: Date,
    pub plots: Vec<usize>,
    /// Indexes into the seller's diary, from sowing to packing.
    pub diary: Vec<usize>,
}

/// An offer of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoListing {
    pub product: usize,
    pub price_dong: i64,
    /// `None`: made or booked on demand.
    pub stock_thousandths: Option<i64>,
    /// Indexes of the batches it draws on; none of them has expired.
    pub batches: Vec<usize>,
}

/// A Chợ 4.0 market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoMarket {
    pub key: String,
    pub name: &'static str,
    pub commune_code: &'static str,
    /// True when the source gives only the district and the commune is presumed.
    pub commune_presumed: bool,
    pub first_wave: bool,
    /// Who named it in public; `None` when nobody did.
    pub source: Option<&'static str>,
}

/// A stall of a market and who keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoStall {
    /// Index into [`super::World::markets`].
    pub market: usize,
    /// Row letter and number, `A-12`; unique in its market.
    pub code: String,
    pub keeper: String,
    pub phone: String,
    /// What is sold there, in Vietnamese.
    pub goods: &'static str,
}
