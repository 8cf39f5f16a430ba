//! The named Chợ 4.0 markets and their stalls.

use super::{
    model::{DemoMarket, DemoStall},
    names::{fold, person},
    rng::Stream,
    tables,
};

/// A market's rows of stalls: what one row sells, and how many stalls in a hundred stand there.
const ROWS: &[(char, u32, &[&str])] = &[
    (
        'A',
        16,
        &[
            "thịt lợn",
            "thịt bò",
            "gà làm sạch",
            "giò chả",
            "thịt lợn và xương",
            "vịt, ngan",
        ],
    ),
    (
        'B',
        20,
        &[
            "rau xanh",
            "rau thơm và gia vị tươi",
            "củ quả",
            "đậu phụ và giá đỗ",
            "nấm và măng tươi",
            "dưa cà muối",
        ],
    ),
    (
        'C',
        13,
        &[
            "hoa quả theo mùa",
            "na, bưởi, ổi vườn nhà",
            "chuối và dứa",
            "cam quýt",
            "trái cây nhập tỉnh bạn",
        ],
    ),
    (
        'D',
        14,
        &[
            "chè khô",
            "chè và ấm chén",
            "miến, măng, nấm khô",
            "gạo và đỗ",
            "lạc, vừng, hàng khô",
        ],
    ),
    ('E', 8, &["cá nước ngọt", "cá biển ướp đá", "tôm, cua, ốc"]),
    ('F', 11, &["quần áo", "giày dép", "vải và chỉ", "khăn, mũ, tất"]),
    (
        'G',
        9,
        &[
            "bún, phở",
            "bánh cuốn",
            "xôi và chè",
            "bánh rán, bánh gối",
            "nước giải khát",
        ],
    ),
    (
        'H',
        9,
        &["đồ gia dụng", "tạp hoá", "đồ nhựa", "nông cụ và hạt giống", "hoa tươi"],
    ),
];

/// The markets of the demo; with `only_a_few`, the three that the small story needs.
pub fn markets(only_a_few: bool) -> Vec<DemoMarket> {
    tables::markets()
        .iter()
        .filter(|row| !only_a_few || ["Chợ Thái", "Chợ La Bằng", "Chợ Phúc Thuận"].contains(&row.market.as_str()))
        .map(|row| DemoMarket {
            key: fold(&row.market),
            name: &row.market,
            commune_code: &tables::commune(&row.commune_code).code,
            commune_presumed: row.commune_presumed == 1,
            first_wave: row.first_wave == 1,
            source: Some(row.source.as_str()).filter(|source| *source != "-"),
        })
        .collect()
}

/// Every market's stalls, at most `most` in each.
pub fn stalls(markets: &[DemoMarket], most: usize) -> Vec<DemoStall> {
    let mut stalls = Vec::new();
    for (market, named) in markets.iter().enumerate() {
        let row = tables::markets()
            .iter()
            .position(|row| row.market == named.name)
            .expect("the markets were made from this table");
        let mut in_row = [0_usize; ROWS.len()];
        for nth in 0..tables::markets()[row].demo_stalls.min(most) {
            let mut stream = Stream::of("stall", &[row, nth]);
            // The first stalls of a market take one of each row, so that a small market still sells everything.
            let letter = if nth < ROWS.len() {
                nth
            } else {
                weighted_row(&mut stream)
            };
            in_row[letter] += 1;
            let (code, _, goods) = ROWS[letter];
            stalls.push(DemoStall {
                market,
                code: format!("{code}-{:02}", in_row[letter]),
                keeper: person(&mut stream, true),
                phone: format!("0900{:06}", 20_000 + row * 1_000 + nth),
                goods: stream.pick::<&str>(goods),
            });
        }
    }
    stalls
}

fn weighted_row(stream: &mut Stream) -> usize {
    let mut left = stream.below(ROWS.iter().map(|(_, weight, _)| weight).sum());
    ROWS.iter()
        .position(|&(_, weight, _)| {
            let here = left < weight;
            left = left.saturating_sub(weight);
            here
        })
        .expect("a number below the sum of the weights falls into one of them")
}
