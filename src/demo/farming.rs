//! A year on the land: plots, and the diary of each season, spraying always clear of the harvest.

use super::{
    crops::Crop,
    date::Date,
    model::{DemoDiary, DemoPlot, DemoSeller, DiaryKind, Input},
    names,
    rng::Stream,
};

/// How thoroughly a seller's land is worked and written down.
#[derive(Clone, Copy, Debug)]
pub struct Husbandry {
    /// Harvests of each crop, one batch of each product for each.
    pub seasons: i32,
    pub organic: bool,
    /// Every kind of entry in every season, nothing left out.
    pub complete: bool,
    /// A plot has been sprayed since the last harvest and is still inside its interval.
    pub sprayed_lately: bool,
}

/// One harvest of one crop over all of the seller's plots of it.
#[derive(Debug)]
pub struct Season {
    pub harvested_on: Date,
    /// Indexes into the seller's diary.
    pub diary: Vec<usize>,
    /// Thousandths of a kilogram brought in.
    pub fresh_thousandths: i64,
}

/// The seller's land under one crop.
#[derive(Debug)]
pub struct Field {
    pub plots: Vec<usize>,
    /// The newest first.
    pub seasons: Vec<Season>,
}

/// Appends plots and diary entries for `crop` to the seller and says what came of them.
pub fn cultivate(
    seller: &mut DemoSeller,
    stream: &mut Stream,
    crop: &'static Crop,
    husbandry: Husbandry,
    plots: usize,
    today: Date,
) -> Field {
    let mut field = Field {
        plots: Vec::new(),
        seasons: Vec::new(),
    };
    for nth in 0..plots {
        let area = stream.between(crop.area_m2.0 / 10, crop.area_m2.1 / 10) * 10;
        field.plots.push(seller.plots.len());
        seller.plots.push(DemoPlot {
            name: names::plot(stream, crop.field, nth),
            commune_code: seller.commune_code,
            area_m2: i64::from(area),
            crop: crop.name,
        });
    }
    let newest = -stream.between(crop.processing_days.max(1), crop.newest_within_days);
    for season in 0..husbandry.seasons {
        let jitter = if season == 0 { 0 } else { stream.between(-2, 2) };
        let harvested_on = today.plus_days(newest - season * crop.cycle_days + jitter);
        field.seasons.push(Season {
            harvested_on,
            diary: Vec::new(),
            fresh_thousandths: 0,
        });
    }
    for &plot in &field.plots {
        work_plot(seller, stream, crop, husbandry, plot, &mut field.seasons);
    }
    if husbandry.sprayed_lately {
        spray_lately(seller, stream, crop, husbandry, &field, today);
    }
    field
}

fn entry(kind: DiaryKind, on: Date, plot: usize, note: &'static str, input: Option<&'static Input>) -> DemoDiary {
    DemoDiary {
        kind,
        on,
        plot: Some(plot),
        note,
        input,
        harvested_thousandths: None,
    }
}

fn work_plot(
    seller: &mut DemoSeller,
    stream: &mut Stream,
    crop: &'static Crop,
    husbandry: Husbandry,
    plot: usize,
    seasons: &mut [Season],
) {
    let mut planted = None;
    // From the oldest season on, so that what is planted once is planted before everything else.
    for season in seasons.iter_mut().rev() {
        let on = |days_before: i32| season.harvested_on.plus_days(-days_before);
        let mut write = |entry: DemoDiary| {
            seller.diary.push(entry);
            seller.diary.len() - 1
        };
        let sown = match planted {
            Some(index) if crop.planted_once => index,
            _ => write(entry(
                DiaryKind::Sowing,
                on(crop.sown_before + stream.between(0, 9)),
                plot,
                crop.sowing,
                None,
            )),
        };
        planted = Some(sown);
        season.diary.push(sown);

        let since_last = crop.cycle_days.min(crop.sown_before);
        let (feeding, feeds) = crop.feeding;
        let feed = usable(stream, feeds, husbandry.organic);
        let day = on(since_last * 3 / 4 - stream.between(0, 3));
        season
            .diary
            .push(write(entry(DiaryKind::Fertiliser, day, plot, feeding, feed)));
        if husbandry.complete || stream.chance(80) {
            let day = on(since_last / 2 + stream.between(0, 3));
            season
                .diary
                .push(write(entry(DiaryKind::Weeding, day, plot, crop.weeding, None)));
        }
        if (husbandry.complete || stream.chance(60))
            && let Some(spray) = usable(stream, crop.sprays, husbandry.organic)
        {
            let day = on(spray.pre_harvest_days + stream.between(1, 6));
            season
                .diary
                .push(write(entry(DiaryKind::Spraying, day, plot, SPRAYING, Some(spray))));
        }
        let per_thousand_m2 = i64::from(stream.between(crop.fresh_yield.0, crop.fresh_yield.1));
        let fresh = seller.plots[plot].area_m2 * per_thousand_m2;
        season.fresh_thousandths += fresh;
        season.diary.push(write(DemoDiary {
            harvested_thousandths: Some(fresh),
            ..entry(DiaryKind::Harvest, season.harvested_on, plot, crop.harvesting, None)
        }));
    }
}

const SPRAYING: &str = "Phun lúc chiều mát, cắm biển báo ngày cách ly";

/// One of the inputs that may be used here.
fn usable(stream: &mut Stream, inputs: &'static [Input], organic: bool) -> Option<&'static Input> {
    let allowed: Vec<&'static Input> = inputs.iter().filter(|input| input.organic || !organic).collect();
    if allowed.is_empty() {
        None
    } else {
        Some(*stream.pick::<&Input>(&allowed))
    }
}

/// Sprays the first plot so recently that harvesting it today would be too early; skipped where nothing would linger or
/// where the last harvest is too fresh for a spraying after it.
fn spray_lately(
    seller: &mut DemoSeller,
    stream: &mut Stream,
    crop: &'static Crop,
    husbandry: Husbandry,
    field: &Field,
    today: Date,
) {
    let lingering: Vec<&'static Input> = crop
        .sprays
        .iter()
        .filter(|input| input.pre_harvest_days > 3 && (input.organic || !husbandry.organic))
        .collect();
    let on = today.plus_days(-2);
    if let (false, Some(&plot), Some(season)) = (lingering.is_empty(), field.plots.first(), field.seasons.first())
        && season.harvested_on < on
    {
        seller.diary.push(entry(
            DiaryKind::Spraying,
            on,
            plot,
            SPRAYING,
            Some(*stream.pick::<&Input>(&lingering)),
        ));
    }
}

/// Adds watering rounds, spread over the plots and back through the year, until the diary has `wanted` entries.
pub fn water_until(seller: &mut DemoSeller, wanted: usize, today: Date) {
    if seller.plots.is_empty() {
        return;
    }
    for round in 0.. {
        if seller.diary.len() >= wanted {
            return;
        }
        let plot = round % seller.plots.len();
        let weeks = i32::try_from(round / seller.plots.len()).expect("a diary is short");
        let on = today.plus_days(-2 - 7 * weeks);
        seller.diary.push(entry(
            DiaryKind::Watering,
            on,
            plot,
            "Tưới và đi thăm, chưa thấy sâu bệnh",
            None,
        ));
    }
}
