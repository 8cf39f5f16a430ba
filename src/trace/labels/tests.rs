use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use super::{stock::FINEST, *};
use crate::media::{
    bitmap::Bitmap,
    print::{DOT, printable},
    qr::Qr,
};

const LINK: &str = "https://choque.thainguyen.example.vn/01/08938505974019/10/CHE-2211";
const SHORT_LINK: &str = "https://choque.thainguyen.example.vn/t/7KQ2M9XPA";

fn fact(name: &'static str, value: &str) -> Fact {
    Fact {
        name,
        value: value.to_owned(),
        always: true,
    }
}

fn tea(count: usize) -> LabelData {
    LabelData {
        title: "Chè tôm nõn Hảo Đạt".to_owned(),
        producer: "Hợp tác xã chè Hảo Đạt".to_owned(),
        place: "Xóm Nam Tiến, xã Tân Cương, tỉnh Thái Nguyên".to_owned(),
        facts: vec![
            fact("Lô", "CHE-2211"),
            fact("NSX", "21/11/2026"),
            fact("HSD", "21/11/2028"),
            Fact {
                always: false,
                ..fact("Định lượng", "200 g")
            },
            fact("Mã", "7KQ2M9XPA"),
        ],
        stickers: vec![Sticker::plain(LINK.to_owned()); count],
        short_link: Some(SHORT_LINK.to_owned()),
        margin: None,
    }
}

fn plain(links: &[String]) -> Vec<Sticker> {
    links.iter().cloned().map(Sticker::plain).collect()
}

/// Names as long as they get.
fn long_names(count: usize) -> LabelData {
    let title = "Chè búp khô đặc sản sao tay truyền thống vùng Khe Cốc, loại một tôm hai lá, hái buổi sớm mùa xuân, đóng túi hút chân không \
                   bảo quản lạnh, quà biếu tết cổ truyền";
    let producer = "Hợp tác xã sản xuất, chế biến và tiêu thụ chè an toàn Khe Cốc xã Tức Tranh, liên kết với các tổ hợp tác chè an toàn \
                    Minh Hợp, Thác Dài và Đồng Danh, huyện cũ";
    assert!(
        (150..=160).contains(&title.chars().count()),
        "{}",
        title.chars().count()
    );
    assert!(
        (150..=160).contains(&producer.chars().count()),
        "{}",
        producer.chars().count()
    );
    let mut data = tea(count);
    data.facts[0] = fact("Lô", "L20261122-0001-XUAN");
    LabelData {
        title: title.to_owned(),
        producer: producer.to_owned(),
        place: "Xóm Khe Cốc, xã Vô Tranh, tỉnh Thái Nguyên".to_owned(),
        ..data
    }
}

/// A name with all the marks that Vietnamese stacks.
fn stacked_marks(count: usize) -> LabelData {
    LabelData {
        title: "Chè đinh Tân Cương thượng hạng Hợp tác xã chè Hảo Đạt ẤẨẪẬỆỂỖỘỨỮỰ gỵặẫỹ".to_owned(),
        ..tea(count)
    }
}

/// Every sticker with a serial number, and a hidden code where asked for.
fn serials(count: usize, scratch: bool, of: LabelData) -> LabelData {
    let sticker = |number: usize| {
        let serial = serials::serial(
            i32::try_from(number).expect("small"),
            (u64::MAX / 7).wrapping_mul(number as u64),
        );
        Sticker {
            link: format!("{LINK}/21/{serial}"),
            own: vec![("Số", serial)],
            scratch: scratch
                .then(|| entity::ShortCode::from_bits((u64::MAX / 11).wrapping_mul(number as u64)).to_string()),
        }
    };
    LabelData {
        stickers: (1..=count).map(sticker).collect(),
        ..of
    }
}

/// Everything that is printed, `count` stickers of each.
fn kinds(count: usize) -> Vec<(&'static str, LabelData)> {
    let roll = LabelData {
        title: "Tem truy xuất nguồn gốc".to_owned(),
        producer: "Xã Tân Cương, tỉnh Thái Nguyên".to_owned(),
        place: String::new(),
        facts: Vec::new(),
        stickers: (1..=count)
            .map(|number| Sticker {
                link: format!(
                    "https://choque.thainguyen.example.vn/t/{}",
                    entity::ShortCode::from_bits(number as u64 * 7919)
                ),
                own: vec![
                    ("Số", format!("05503-{number:06}")),
                    ("Mã", entity::ShortCode::from_bits(number as u64 * 7919).to_string()),
                ],
                scratch: None,
            })
            .collect(),
        short_link: None,
        margin: None,
    };
    vec![
        ("plain", tea(count)),
        ("long names", long_names(count)),
        ("stacked marks", stacked_marks(count)),
        ("serials", serials(count, false, stacked_marks(0))),
        ("scratch", serials(count, true, stacked_marks(0))),
        ("scratch with long names", serials(count, true, long_names(0))),
        ("roll", roll),
    ]
}

fn sheet(template: Template, data: &LabelData) -> Result<Vec<u8>, LabelError> {
    file(template, Format::Pdf, data)
}

/// The stickers as a label printer lays them down, from ZPL and from ESC/POS, which must be the same.
fn printed(template: Template, data: &LabelData) -> Vec<Bitmap> {
    let zpl = String::from_utf8(file(template, Format::Zpl, data).expect("a file")).expect("ZPL is ASCII");
    assert!(zpl.is_ascii());
    let labels: Vec<Bitmap> = zpl::tests::print(&zpl)
        .into_iter()
        .flat_map(|(picture, copies)| vec![picture; copies])
        .collect();
    let strips = escpos::tests::print(&file(template, Format::EscPos, data).expect("a file"));
    assert_eq!(labels.len(), strips.len());
    for (label, strip) in labels.iter().zip(&strips) {
        assert_eq!(label.height(), strip.height());
        let same =
            (0..strip.height()).all(|y| (0..strip.width()).all(|x| label.is_black(x, y) == strip.is_black(x, y)));
        assert!(same, "ZPL and ESC/POS differ");
    }
    labels
}

fn gray(picture: &Bitmap) -> image::GrayImage {
    let small = |length: usize| u32::try_from(length).expect("small");
    image::GrayImage::from_fn(small(picture.width()), small(picture.height()), |x, y| {
        image::Luma([if picture.is_black(x as usize, y as usize) {
            0
        } else {
            255
        }])
    })
}

fn decode(picture: &image::GrayImage) -> Vec<String> {
    // Around a label is the roll's backing: white for the scanner.
    let (width, height) = picture.dimensions();
    let mut around = image::GrayImage::from_pixel(width + 40, height + 40, image::Luma([255]));
    image::imageops::overlay(&mut around, picture, 20, 20);
    rqrr::PreparedImage::prepare(around)
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

/// Runs a program, or says that it is not there; in CI it must be.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<Output> {
    match Command::new(program).args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program} is needed: {error}");
            eprintln!("SKIPPED: {program} is not here");
            None
        }
    }
}

/// What `zbarimg` reads from every page as a label printer of 203 dpi would print it, page by page.
fn scan(pdf: &[u8]) -> Option<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sheet.pdf"), pdf).expect("written");
    let drawn = run(
        "pdftoppm",
        &["-r", "203", "-gray", "-png", "sheet.pdf", "page"],
        folder.path(),
    )?;
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    let mut pages: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|file| file.expect("a file").file_name())
        .collect();
    pages.retain(|name| name.to_string_lossy().ends_with(".png"));
    pages.sort();
    let read = |name: &std::ffi::OsString| {
        let output = run(
            "zbarimg",
            &[
                "--quiet",
                "--raw",
                "-Sdisable",
                "-Sqrcode.enable",
                &name.to_string_lossy(),
            ],
            folder.path(),
        )?;
        Some(
            String::from_utf8_lossy(&output.stdout)
                .lines()
                .map(str::to_owned)
                .collect(),
        )
    };
    pages.iter().map(read).collect()
}

/// What `zbarimg` reads from each sticker of a full first page, held before it by itself.
fn scan_each(template: Template, pdf: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sheet.pdf"), pdf).expect("written");
    run(
        "pdftoppm",
        &["-r", "203", "-gray", "-png", "-singlefile", "sheet.pdf", "page"],
        folder.path(),
    )?;
    let page = image::open(folder.path().join("page.png")).expect("a page");
    let stock = template.stock();
    let dots = |length: f64| format!("{:.0}", length / DOT).parse::<u32>().expect("a length");
    let mut arguments = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]
        .map(str::to_owned)
        .to_vec();
    for place in 0..template.per_page() {
        let along =
            |margin: f64, count: usize, pitch: f64| dots(margin + f64::from(u8::try_from(count).expect("few")) * pitch);
        let x = along(stock.margin.0, place % stock.columns, stock.pitch.0);
        let y = along(stock.margin.1, place / stock.columns, stock.pitch.1);
        let name = format!("sticker-{place:03}.png");
        page.crop_imm(x, y, dots(stock.sticker.0), dots(stock.sticker.1))
            .save(folder.path().join(&name))
            .expect("written");
        arguments.push(name);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run("zbarimg", &arguments, folder.path())?;
    Some(
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

/// The words of the file, in reading order, without line ends.
fn words(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sheet.pdf"), pdf).expect("written");
    let output = run("pdftotext", &["-raw", "sheet.pdf", "-"], folder.path())?;
    Some(
        String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

#[test]
fn a_templates_name_is_read_and_others_are_refused() {
    for (template, name) in Template::ALL {
        assert_eq!(name.parse::<Template>().ok(), Some(template));
    }
    assert!(matches!("a4-12".parse::<Template>(), Err(LabelError::Template)));
}

#[test]
fn every_stock_fits_its_page_and_its_quiet_zone_fits_its_padding() {
    for (template, name) in Template::ALL {
        let stock = template.stock();
        let last = |count: usize, margin: f64, pitch: f64, length: f64| {
            margin + f64::from(u8::try_from(count - 1).expect("few")) * pitch + length
        };
        assert!(
            last(stock.columns, stock.margin.0, stock.pitch.0, stock.sticker.0) <= stock.page.0 + 1e-9,
            "{name}"
        );
        assert!(
            last(stock.rows, stock.margin.1, stock.pitch.1, stock.sticker.1) <= stock.page.1 + 1e-9,
            "{name}"
        );
        assert!(
            stock
                .modules
                .iter()
                .all(|module| module * DOT * 4.0 <= stock.padding + DOT && *module >= FINEST.ceil()),
            "{name}"
        );
        assert!(stock.modules.is_sorted_by(|a, b| a > b), "{name}");
    }
}

#[test]
fn all_stickers_of_every_template_are_read_at_203_dpi() {
    for (template, name) in Template::ALL {
        for data in [tea(template.per_page()), long_names(template.per_page())] {
            let file = sheet(template, &data).expect("a sheet");
            let Some(pages) = scan(&file) else { return };
            assert_eq!(pages.len(), 1, "{name}");
            assert_eq!(pages[0].len(), template.per_page(), "{name}: {:?}", data.title);
            assert!(pages[0].iter().all(|read| read == LINK), "{name}: {:?}", pages[0]);
        }
    }
}

#[test]
fn nothing_of_what_people_wrote_is_missing() {
    for (template, name) in Template::ALL {
        for (kind, data) in kinds(2) {
            let file = sheet(template, &data).expect("a sheet");
            let Some(text) = words(&file) else { return };
            let text: String = text.split_whitespace().collect();
            let roomy = template.stock().prompt > 0.0;
            let mut expected = vec![data.title.clone(), data.producer.clone()];
            let facts = data.facts.iter().filter(|fact| roomy || fact.always);
            expected.extend(facts.map(|fact| fact.value.clone()));
            if roomy {
                expected.push(data.place.clone());
            }
            for sticker in &data.stickers {
                expected.extend(sticker.own.iter().map(|(_, value)| value.clone()));
                expected.extend(sticker.scratch.clone());
            }
            for part in expected {
                let part: String = part.split_whitespace().collect();
                assert!(text.contains(&part), "{name}, {kind} lacks {part}: {text}");
            }
        }
    }
}

/// How many dots are white from each edge of a picture to the first ink: left, top, right, bottom.
fn white_edges(ink: impl Fn(u32, u32) -> bool, (width, height): (u32, u32)) -> [u32; 4] {
    let column = |x: u32| (0..height).any(|y| ink(x, y));
    let row = |y: u32| (0..width).any(|x| ink(x, y));
    [
        (0..width).find(|x| column(*x)).unwrap_or(width),
        (0..height).find(|y| row(*y)).unwrap_or(height),
        (0..width).find(|x| column(width - 1 - x)).unwrap_or(width),
        (0..height).find(|y| row(height - 1 - y)).unwrap_or(height),
    ]
}

/// Whether the code of `sticker` lies in `picture` where it should, each module the same whole number of dots.
fn has_whole_modules(template: Template, picture: &Bitmap, sticker: &Sticker) -> bool {
    let qr = Qr::of(&sticker.link).expect("a code");
    let begin = sheet::whole(template.stock().padding / DOT);
    let exact = |module: usize| {
        let side = qr.side() * module;
        (0..side)
            .all(|y| (0..side).all(|x| picture.is_black(begin + x, begin + y) == qr.is_dark(x / module, y / module)))
    };
    (3..=5).any(exact)
}

#[test]
fn every_sticker_is_read_and_whole_as_label_printers_print_it() {
    for (template, name) in Template::ALL {
        // Marks that rise above capitals take two dots of it.
        let padding = sheet::whole(template.stock().padding / DOT) - 3;
        for (kind, data) in kinds(2) {
            let pictures = printed(template, &data);
            assert_eq!(pictures.len(), 2, "{name}, {kind}");
            for (picture, sticker) in pictures.iter().zip(&data.stickers) {
                assert_eq!(decode(&gray(picture)), [sticker.link.as_str()], "{name}, {kind}");
                assert!(has_whole_modules(template, picture, sticker), "{name}, {kind}");
                let ink = |x: u32, y: u32| picture.is_black(x as usize, y as usize);
                let edges = white_edges(ink, gray(picture).dimensions());
                assert!(
                    edges.iter().all(|edge| *edge as usize >= padding),
                    "{name}, {kind}: ink {edges:?} dots from the edges, which want {padding}"
                );
            }
        }
    }
}

#[test]
fn every_sticker_of_every_kind_is_read_on_paper_sticker_by_sticker() {
    for (template, name) in Template::ALL {
        let hard = ["stacked marks", "scratch", "scratch with long names", "roll"];
        let kinds = kinds(template.per_page()).into_iter();
        for (kind, data) in kinds.filter(|(kind, _)| hard.contains(kind)) {
            let Some(read) = scan_each(template, &sheet(template, &data).expect("a sheet")) else {
                return;
            };
            let told: Vec<&str> = data.stickers.iter().map(|sticker| sticker.link.as_str()).collect();
            assert_eq!(read, told, "{name}, {kind}");
        }
    }
}

#[test]
fn a_thousand_stickers_are_one_file() {
    let data = serials(1000, false, tea(0));
    let file = sheet(Template::A4x24, &data).expect("a sheet");
    let Some(text) = words(&file) else { return };
    for sticker in &data.stickers {
        assert!(text.contains(&sticker.own[0].1), "{:?}", sticker.own);
    }
}

#[test]
fn the_margin_of_a_sheet_that_has_one_holds_its_line() {
    let data = LabelData {
        margin: Some("Khoá kiểm chứng: example.vn/log+1a2b3c4d+AQID".to_owned()),
        ..tea(65)
    };
    let Some(text) = words(&sheet(Template::A4x65, &data).expect("a sheet")) else {
        return;
    };
    assert!(text.contains("example.vn/log+1a2b3c4d+AQID"), "{text}");
    let Some(text) = words(&sheet(Template::Roll40x25, &data).expect("a sheet")) else {
        return;
    };
    assert!(!text.contains("example.vn/log"), "a roll has no margin: {text}");
}

#[test]
fn stickers_that_are_alike_are_sent_once_and_counted() {
    let zpl = String::from_utf8(file(Template::Roll50x30, Format::Zpl, &tea(500)).expect("a file")).expect("ASCII");
    assert_eq!(zpl.matches("^XA").count(), 1);
    assert!(zpl.contains("^PW400^LL240"), "203 dots to the inch");
    assert!(zpl.trim_end().ends_with("^PQ500^XZ"));
    assert!(zpl.len() < 20_000, "{} bytes", zpl.len());
}

#[test]
fn stickers_with_serials_differ_and_go_on_over_pages() {
    let links: Vec<String> = (1..=30).map(|serial| format!("{LINK}/21/{serial:05}")).collect();
    let data = LabelData {
        stickers: plain(&links),
        ..tea(0)
    };
    let Some(mut pages) = scan(&sheet(Template::A4x24, &data).expect("a sheet")) else {
        return;
    };
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [24, 6]);
    for page in &mut pages {
        page.sort();
    }
    assert_eq!(pages.concat(), links);
    let Some(pages) = scan(&sheet(Template::Roll50x30, &data).expect("a sheet")) else {
        return;
    };
    assert_eq!(pages.concat(), links, "a roll keeps the order");
}

#[test]
fn every_serial_is_read_sticker_by_sticker_down_to_the_finest_modules() {
    for (template, host, module) in [
        (Template::A4x24, "https://choque.example.vn", 5.0),
        (Template::A4x65, "https://choque.example.vn", 4.0),
        (Template::A4x65, "https://choque.thainguyen.example.vn", FINEST),
        (
            Template::Roll50x30,
            "https://truy-xuat-nguon-goc-nong-san-an-toan-va-ocop.choque.thainguyen.example.vn",
            FINEST,
        ),
    ] {
        let serial = |serial| format!("{host}/01/08938505974019/10/CHE-2211/21/{serial:05}");
        let links: Vec<String> = (1..=65).map(serial).collect();
        let side = Qr::of(&links[0]).expect("a code").side();
        assert_eq!(
            template.stock().modules_for(side)[0].to_bits(),
            module.to_bits(),
            "{template:?}, {side} modules"
        );
        let data = LabelData {
            stickers: plain(&links),
            ..tea(0)
        };
        let Some(read) = scan_each(template, &sheet(template, &data).expect("a sheet")) else {
            return;
        };
        assert_eq!(read, links[..template.per_page()], "{template:?}, {side} modules");
    }
}

#[test]
fn an_address_too_long_for_the_sticker_gives_way_to_the_short_one() {
    let long = format!(
        "https://truy-xuat-nguon-goc.nong-san-an-toan.thainguyen.example.vn/01/08938505974019/10/{}",
        "L".repeat(60)
    );
    let data = LabelData {
        stickers: plain(&vec![long.clone(); 65]),
        ..tea(0)
    };
    let Some(pages) = scan(&sheet(Template::A4x65, &data).expect("a sheet")) else {
        return;
    };
    assert_eq!(pages.concat(), vec![SHORT_LINK; 65]);
    let without = LabelData {
        short_link: None,
        ..data
    };
    assert!(matches!(sheet(Template::A4x65, &without), Err(LabelError::LinkTooLong)));
    // The short address names the batch alone, so it must not stand in for serial numbers.
    let serials = LabelData {
        stickers: (0..3)
            .map(|serial| Sticker::plain(format!("{long}/21/{serial}")))
            .collect(),
        ..tea(0)
    };
    assert!(matches!(sheet(Template::A4x65, &serials), Err(LabelError::LinkTooLong)));
}

#[test]
fn a_count_outside_one_to_a_thousand_is_refused() {
    for count in [0, 1001] {
        assert!(matches!(sheet(Template::A4x24, &tea(count)), Err(LabelError::Count(refused)) if refused == count));
    }
}

#[test]
fn what_people_wrote_is_text_and_never_markup() {
    let nasty = "#panic(\"x\") $1/0$ *bold* = <a> @ref \\ `raw` // gone ]";
    let data = LabelData {
        title: nasty.to_owned(),
        producer: "#".to_owned(),
        ..tea(1)
    };
    let Some(text) = words(&sheet(Template::A4x24, &data).expect("a sheet")) else {
        return;
    };
    assert!(
        text.contains(&nasty.split_whitespace().collect::<Vec<_>>().join(" ")),
        "{text}"
    );
}

#[test]
fn only_what_can_be_drawn_is_printed() {
    assert_eq!(printable("  Mật ong 🍯 rừng\n★★★★ "), "Mật ong rừng");
    // Decomposed letters are put together: the font draws those better.
    assert_eq!(printable("Che\u{300} ta\u{302}\u{301}m"), "Chè tấm");
    assert_eq!(
        printable(&"a".repeat(25)),
        format!("{0}\u{200b}{0}\u{200b}{0}\u{200b}a", "a".repeat(8))
    );
}

#[test]
fn a_word_without_an_end_stays_inside_its_sticker() {
    let data = LabelData {
        title: "W".repeat(160),
        producer: "M".repeat(160),
        ..tea(24)
    };
    for (template, name) in Template::ALL {
        let Some(pages) = scan(&sheet(template, &data).expect("a sheet")) else {
            return;
        };
        assert_eq!(pages.concat(), vec![LINK; 24], "{name}");
    }
}
