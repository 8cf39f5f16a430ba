//! How each kind of produce is grown, made and packed: the working knowledge behind the diaries.
//!
//! Pre-harvest intervals are typical label values, good enough for a demonstration and for nothing else.

use super::model::Input;

/// What an apiary is said to hold; its harvests are litres.
pub const BEES: &str = "Đàn ong";

/// One way of producing something. Weights are fresh kilograms (litres for honey).
#[derive(Debug)]
pub struct Crop {
    pub id: &'static str,
    /// What the plot is said to grow.
    pub name: &'static str,
    /// How a plot's name begins; empty when nothing is grown and everything happens in a workshop.
    pub field: &'static str,
    pub area_m2: (i32, i32),
    /// Days from one harvest to the next.
    pub cycle_days: i32,
    pub sowing: &'static str,
    /// Days from sowing to the first harvest of the season (or ever, for what is planted once).
    pub sown_before: i32,
    pub planted_once: bool,
    pub feeding: (&'static str, &'static [Input]),
    pub sprays: &'static [Input],
    pub weeding: &'static str,
    pub harvesting: &'static str,
    pub processing: &'static [&'static str],
    pub processing_days: i32,
    pub packing: &'static str,
    pub shelf_days: i32,
    /// The latest harvest is at most this long ago, so that what is on sale is fresh.
    pub newest_within_days: i32,
    /// Fresh kilograms per 1,000 m² and harvest; for a workshop, finished kilograms per batch.
    pub fresh_yield: (i32, i32),
    /// Fresh kilograms that make ten finished ones.
    pub fresh_for_ten: i64,
}

impl Crop {
    /// Whether it needs land and therefore a plot.
    pub fn is_grown(&self) -> bool {
        !self.field.is_empty()
    }
}

const fn input(name: &'static str, pre_harvest_days: i32, organic: bool) -> Input {
    Input {
        name,
        pre_harvest_days,
        organic,
    }
}

const MANURE: Input = input("Phân chuồng ủ hoai", 0, true);
const VERMICOMPOST: Input = input("Phân trùn quế", 0, true);
const MICROBIAL: Input = input("Phân hữu cơ vi sinh", 0, true);
const NPK: Input = input("NPK 16-16-8", 0, false);
const UREA: Input = input("Đạm urê", 0, false);
const TEA_FEED: &[Input] = &[MANURE, MICROBIAL, VERMICOMPOST, NPK];
const FIELD_FEED: &[Input] = &[MANURE, MICROBIAL, NPK, UREA];
const TEA_SPRAYS: &[Input] = &[
    input("Azadirachtin 0.3EC (dầu neem)", 3, true),
    input("Matrine 0.36SL", 5, true),
    input("Dầu khoáng 99EC", 7, true),
    input("Abamectin 1.8EC", 7, false),
    input("Emamectin benzoate 5WG", 10, false),
];
const FRUIT_SPRAYS: &[Input] = &[
    input("Chế phẩm nấm đối kháng Trichoderma", 1, true),
    input("Dầu khoáng 99EC", 7, true),
    input("Mancozeb 80WP", 14, false),
    input("Abamectin 1.8EC", 10, false),
];
const FIELD_SPRAYS: &[Input] = &[
    input("Bacillus thuringiensis", 3, true),
    input("Azadirachtin 0.3EC (dầu neem)", 3, true),
    input("Emamectin benzoate 5WG", 7, false),
];
const RICE_SPRAYS: &[Input] = &[
    input("Chế phẩm nấm xanh Metarhizium", 3, true),
    input("Validamycin 5SL", 14, false),
    input("Tricyclazole 75WP", 21, false),
];
const LIME: Input = input("Vôi bột khử trùng", 0, true);

/// What most crops share, so that each row below says only what is its own.
const BASE: Crop = Crop {
    id: "",
    name: "",
    field: "",
    area_m2: (500, 3_000),
    cycle_days: 60,
    sowing: "",
    sown_before: 60,
    planted_once: false,
    feeding: ("Bón thúc theo tán, lấp đất", FIELD_FEED),
    sprays: &[],
    weeding: "Làm cỏ bằng tay, phủ gốc bằng rơm",
    harvesting: "Thu hoạch buổi sáng, nhặt bỏ phần hỏng",
    processing: &["Phân loại, làm sạch"],
    processing_days: 0,
    packing: "Cân, đóng gói, dán tem có số lô",
    shelf_days: 7,
    newest_within_days: 2,
    fresh_yield: (300, 900),
    fresh_for_ten: 11,
};

const CROPS: &[Crop] = &[
    Crop {
        id: "tea",
        name: "Chè",
        field: "Nương chè",
        area_m2: (1_000, 6_000),
        cycle_days: 38,
        sowing: "Trồng chè cành, mật độ hai vạn cây một hecta",
        sown_before: 2_600,
        planted_once: true,
        feeding: ("Bón sau lứa hái, rạch hàng lấp đất", TEA_FEED),
        sprays: TEA_SPRAYS,
        weeding: "Phát cỏ giữa hàng, không dùng thuốc trừ cỏ",
        harvesting: "Hái tay một tôm hai lá lúc sáng sớm",
        processing: &["Làm héo, diệt men bằng tôn quay", "Vò, sao khô và đánh mốc"],
        processing_days: 1,
        packing: "Sàng phân loại, hút chân không, dán tem có số lô",
        shelf_days: 540,
        newest_within_days: 30,
        fresh_yield: (90, 170),
        fresh_for_ten: 50,
    },
    Crop {
        id: "rice",
        name: "Lúa",
        field: "Ruộng",
        area_m2: (1_000, 5_000),
        cycle_days: 180,
        sowing: "Ngâm ủ giống, gieo mạ rồi cấy tay",
        sown_before: 125,
        feeding: ("Bón thúc đẻ nhánh", FIELD_FEED),
        sprays: RICE_SPRAYS,
        weeding: "Làm cỏ sục bùn, giữ nước nông",
        harvesting: "Gặt khi chín 85–90 %, tuốt ngay tại ruộng",
        processing: &["Phơi hai nắng, quạt sạch", "Xát, sàng tấm"],
        processing_days: 4,
        shelf_days: 270,
        newest_within_days: 60,
        fresh_yield: (430, 560),
        fresh_for_ten: 16,
        ..BASE
    },
    Crop {
        id: "bean",
        name: "Đậu, lạc",
        field: "Bãi",
        cycle_days: 180,
        sowing: "Gieo hạt theo hàng, phủ đất mỏng",
        sown_before: 100,
        sprays: FIELD_SPRAYS,
        harvesting: "Nhổ, bứt quả, phơi tại bãi",
        processing: &["Phơi khô, tách vỏ, nhặt hạt lép"],
        processing_days: 3,
        shelf_days: 240,
        newest_within_days: 60,
        fresh_yield: (170, 260),
        fresh_for_ten: 15,
        ..BASE
    },
    Crop {
        id: "canna",
        name: "Dong riềng",
        field: "Nương dong",
        area_m2: (2_000, 8_000),
        cycle_days: 330,
        sowing: "Trồng củ giống theo hốc",
        sown_before: 290,
        weeding: "Xới vun gốc, làm cỏ đợt hai",
        harvesting: "Đào củ, rũ đất, chở về xưởng",
        processing: &["Nghiền, lọc lấy tinh bột", "Tráng bánh, cắt sợi, phơi trên phên"],
        processing_days: 6,
        shelf_days: 365,
        newest_within_days: 90,
        fresh_yield: (4_500, 6_500),
        fresh_for_ten: 80,
        ..BASE
    },
    Crop {
        id: "fruit",
        name: "Cây ăn quả",
        field: "Vườn quả",
        area_m2: (1_000, 7_000),
        cycle_days: 350,
        sowing: "Trồng cây ghép, hố ủ phân trước một tháng",
        sown_before: 1_900,
        planted_once: true,
        feeding: ("Bón nuôi quả quanh tán", FIELD_FEED),
        sprays: FRUIT_SPRAYS,
        weeding: "Cắt cỏ giữ ẩm, tỉa cành vượt",
        harvesting: "Cắt quả đủ độ chín, giữ cuống",
        processing: &["Lau, phân cỡ, xếp sọt có lót"],
        shelf_days: 21,
        newest_within_days: 5,
        fresh_yield: (700, 1_400),
        ..BASE
    },
    Crop {
        id: "vegetable",
        name: "Rau, củ",
        field: "Vườn rau",
        area_m2: (200, 1_500),
        cycle_days: 45,
        sowing: "Gieo hạt trên luống đã ủ phân",
        sown_before: 30,
        sprays: FIELD_SPRAYS,
        fresh_yield: (500, 1_500),
        ..BASE
    },
    Crop {
        id: "mushroom",
        name: "Nấm",
        field: "Nhà nấm",
        area_m2: (80, 400),
        cycle_days: 40,
        sowing: "Cấy giống vào bịch mùn cưa đã hấp",
        sown_before: 25,
        feeding: ("Phun sương giữ ẩm, đảo bịch", &[]),
        weeding: "Vệ sinh lán, nhặt bịch nhiễm mốc",
        harvesting: "Hái khi mũ nấm vừa mở",
        shelf_days: 30,
        fresh_yield: (1_200, 2_400),
        ..BASE
    },
    Crop {
        id: "bamboo",
        name: "Tre lấy măng",
        field: "Đồi măng",
        area_m2: (2_000, 9_000),
        cycle_days: 60,
        sowing: "Trồng hom tre, mỗi hố một gốc",
        sown_before: 1_500,
        planted_once: true,
        feeding: ("Bón gốc đầu mùa mưa", &[MANURE, MICROBIAL]),
        weeding: "Chặt cây già, dọn gốc",
        harvesting: "Đào măng lúc sáng sớm",
        processing: &["Bóc bẹ, luộc bỏ nước đắng"],
        processing_days: 1,
        shelf_days: 30,
        newest_within_days: 8,
        fresh_yield: (250, 500),
        fresh_for_ten: 18,
        ..BASE
    },
    Crop {
        id: "herb",
        name: "Cây dược liệu",
        field: "Vườn thuốc",
        cycle_days: 150,
        sowing: "Giâm hom, che lưới đen một tháng",
        sown_before: 420,
        planted_once: true,
        feeding: ("Bón gốc, tủ rơm", &[MANURE, MICROBIAL, VERMICOMPOST]),
        harvesting: "Cắt ngày nắng ráo, bỏ lá già",
        processing: &["Rửa, thái lát", "Sấy lạnh đến độ ẩm dưới 12 %"],
        processing_days: 3,
        shelf_days: 540,
        newest_within_days: 60,
        fresh_yield: (300, 600),
        fresh_for_ten: 45,
        ..BASE
    },
    Crop {
        id: "flower",
        name: "Hoa, cây cảnh",
        field: "Vườn hoa",
        cycle_days: 90,
        sowing: "Trồng cây giống nuôi cấy mô",
        sown_before: 72,
        sprays: FRUIT_SPRAYS,
        harvesting: "Cắt hoa, chọn cây lúc sáng sớm",
        packing: "Bó gốc, bọc giấy, dán tem",
        shelf_days: 10,
        fresh_yield: (200, 600),
        ..BASE
    },
    Crop {
        id: "livestock",
        name: "Chăn nuôi",
        field: "Bãi thả",
        area_m2: (600, 6_000),
        cycle_days: 110,
        sowing: "Vào đàn, úm giống, ghi sổ nguồn gốc",
        sown_before: 94,
        feeding: ("Cho ăn ngô nghiền, cám gạo và rau", &[]),
        sprays: &[LIME],
        weeding: "Dọn chuồng, thay chất độn",
        harvesting: "Xuất chuồng, cán bộ thú y kiểm tra",
        processing: &["Giết mổ tại điểm tập trung, làm sạch"],
        packing: "Hút chân không, xếp thùng lạnh, dán tem",
        shelf_days: 10,
        fresh_yield: (150, 450),
        fresh_for_ten: 14,
        ..BASE
    },
    Crop {
        id: "fish",
        name: "Nuôi cá",
        field: "Ao",
        area_m2: (300, 4_000),
        cycle_days: 200,
        sowing: "Thả giống, tắm nước muối trước khi thả",
        sown_before: 180,
        feeding: ("Cho ăn hai bữa, vớt thức ăn thừa", &[]),
        sprays: &[LIME],
        weeding: "Thay nước, dọn bờ ao",
        harvesting: "Kéo lưới, chọn cá đủ cỡ",
        processing: &["Phân cỡ, giữ sống trong bể sục khí"],
        shelf_days: 4,
        newest_within_days: 1,
        fresh_yield: (500, 1_500),
        ..BASE
    },
    Crop {
        id: "bees",
        name: BEES,
        field: "Điểm đặt ong",
        area_m2: (200, 1_200),
        cycle_days: 45,
        sowing: "Đặt đàn, bổ sung cầu mới",
        sown_before: 400,
        planted_once: true,
        feeding: ("Kiểm tra đàn, không cho ăn đường trước khi quay", &[]),
        weeding: "Dọn quanh thùng, diệt kiến",
        harvesting: "Quay mật khi cầu đã vít nắp",
        processing: &["Lọc thô, để lắng"],
        processing_days: 3,
        packing: "Đóng chai thuỷ tinh, dán tem",
        shelf_days: 720,
        newest_within_days: 40,
        fresh_yield: (120, 300),
        fresh_for_ten: 10,
        ..BASE
    },
    Crop {
        id: "processing",
        processing: &[
            "Nhận nguyên liệu, kiểm tra và rửa",
            "Chế biến theo mẻ, ghi nhiệt độ và giờ",
            "Để nguội, kiểm tra mẻ",
        ],
        processing_days: 2,
        shelf_days: 90,
        newest_within_days: 20,
        fresh_yield: (60, 300),
        ..BASE
    },
    Crop {
        id: "craft",
        processing: &[
            "Chọn và xử lý nguyên liệu",
            "Làm tay từng chiếc",
            "Hoàn thiện, kiểm tra",
        ],
        processing_days: 10,
        packing: "Bọc giấy, đóng thùng, dán tem",
        shelf_days: 3_650,
        newest_within_days: 60,
        fresh_yield: (10, 60),
        ..BASE
    },
];

/// The crop with this id; `None` for services, which are not made in batches.
pub fn crop(id: &str) -> Option<&'static Crop> {
    CROPS.iter().find(|crop| crop.id == id)
}

#[cfg(test)]
mod tests {
    use super::CROPS;

    #[test]
    fn every_crop_can_be_on_sale_fresh() {
        for crop in CROPS {
            assert!(crop.processing_days <= crop.newest_within_days, "{}", crop.id);
            assert!(
                crop.newest_within_days < crop.processing_days + crop.shelf_days,
                "{}",
                crop.id
            );
            assert!(crop.fresh_for_ten >= 10, "{}: more leaves than came in", crop.id);
        }
    }

    #[test]
    fn a_spray_always_fits_between_two_harvests() {
        for crop in CROPS.iter().filter(|crop| crop.is_grown()) {
            for spray in crop.sprays {
                assert!(
                    spray.pre_harvest_days + 12 < crop.cycle_days.min(crop.sown_before),
                    "{}",
                    crop.id
                );
            }
        }
    }

    #[test]
    fn a_field_is_empty_before_it_is_sown_again() {
        for crop in CROPS.iter().filter(|crop| crop.is_grown() && !crop.planted_once) {
            assert!(crop.sown_before + 9 < crop.cycle_days - 4, "{}", crop.id);
        }
    }

    #[test]
    fn what_is_sprayed_can_be_grown_organically() {
        for crop in CROPS {
            assert!(
                crop.sprays.is_empty() || crop.sprays.iter().any(|spray| spray.organic),
                "{}",
                crop.id
            );
        }
    }
}
