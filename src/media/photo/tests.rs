use image::{
    Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

use super::*;

/// Something like a tea hill: slow colour with fine noise on it, which is what lossy codecs are for.
fn hill(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = u8::try_from((x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)).wrapping_mul(2_654_435_761) >> 28)
            .unwrap_or(0);
        let along = u8::try_from(x * 120 / width).unwrap_or(0);
        let down = u8::try_from(y * 120 / height).unwrap_or(0);
        Rgb([60 + down + noise, 90 + along + noise, 30 + noise])
    })
}

fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    picture
        .write_with_encoder(JpegEncoder::new_with_quality(&mut file, 90))
        .expect("a JPEG");
    file
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut file)).expect("a PNG");
    file
}

/// Puts an EXIF segment (CIPA DC-008) with an orientation, and something private, behind the start of a JPEG.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    // ImageDescription: 20 bytes of text at offset 38 of the TIFF header.
    exif.extend([0x01, 0x0e, 0, 2, 0, 0, 0, 20, 0, 0, 0, 38]);
    exif.extend([0, 0, 0, 0]);
    exif.extend(b"SECRET-PLACE-OF-TEA\0");
    let length = u16::try_from(exif.len() + 2).expect("short");
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &exif, &jpeg[2..]].concat()
}

fn decoded(size: &Size) -> DynamicImage {
    let picture = image::load_from_memory_with_format(&size.webp, ImageFormat::WebP).expect("a WebP");
    assert_eq!((picture.width(), picture.height()), (size.width, size.height));
    picture
}

fn is_lossy(webp: &[u8]) -> bool {
    webp.windows(4).any(|chunk| chunk == b"VP8 ") && !webp.windows(4).any(|chunk| chunk == b"VP8L")
}

#[test]
fn a_photograph_comes_in_every_width_it_has() {
    let kept = develop(&jpeg(&hill(2000, 1500).into())).expect("a photograph");
    assert_eq!((kept.width, kept.height), (2000, 1500));
    let sizes: Vec<_> = kept.sizes.iter().map(|size| (size.width, size.height)).collect();
    assert_eq!(sizes, [(320, 240), (640, 480), (960, 720), (1280, 960), (1600, 1200)]);
    for size in &kept.sizes {
        decoded(size);
        assert!(is_lossy(&size.webp));
    }
}

#[test]
fn nothing_is_made_larger_than_it_came() {
    for (width, kept) in [
        (1, vec![1]),
        (319, vec![319]),
        (320, vec![320]),
        (1000, vec![320, 640, 960]),
        (1279, vec![320, 640, 960]),
    ] {
        assert_eq!(widths(width), kept);
    }
    let kept = develop(&png(&hill(1, 1).into())).expect("a picture");
    assert_eq!((kept.sizes.len(), kept.sizes[0].width, kept.sizes[0].height), (1, 1, 1));
    decoded(&kept.sizes[0]);
}

#[test]
fn a_flat_strip_keeps_at_least_one_row() {
    let kept = develop(&png(&hill(8000, 3).into())).expect("a picture");
    assert_eq!(
        kept.sizes.iter().map(|size| size.height).collect::<Vec<_>>(),
        [1, 1, 1, 1, 1]
    );
    let kept = develop(&png(&hill(3, 8000).into())).expect("a picture");
    assert_eq!((kept.sizes[0].width, kept.sizes[0].height), (3, 8000));
}

#[test]
fn a_picture_is_turned_as_its_exif_says_and_the_exif_is_gone() {
    // Red at the left, blue at the right. Orientation 6: what is stored left is shown on top.
    let stored = RgbImage::from_fn(800, 400, |x, _| {
        if x < 400 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    });
    let plain = jpeg(&stored.into());
    for (orientation, upright, at_red, at_blue) in [
        (1, (800, 400), (80, 80), (240, 80)),
        (3, (800, 400), (240, 80), (80, 80)),
        (6, (400, 800), (160, 160), (160, 480)),
        (8, (400, 800), (160, 480), (160, 160)),
        (5, (400, 800), (160, 160), (160, 480)),
        (7, (400, 800), (160, 480), (160, 160)),
    ] {
        let sent = with_exif(&plain, orientation);
        assert!(sent.windows(12).any(|part| part == b"SECRET-PLACE"));
        let kept = develop(&sent).expect("a photograph");
        assert_eq!((kept.width, kept.height), upright, "orientation {orientation}");
        let picture = decoded(&kept.sizes[0]).into_rgb8();
        let (red, blue) = (
            picture.get_pixel(at_red.0, at_red.1),
            picture.get_pixel(at_blue.0, at_blue.1),
        );
        assert!(red[0] > 180 && red[2] < 80, "orientation {orientation}: {red:?}");
        assert!(blue[2] > 180 && blue[0] < 80, "orientation {orientation}: {blue:?}");
        for size in &kept.sizes {
            assert!(!size.webp.windows(6).any(|part| part == b"SECRET"));
            assert!(
                !size
                    .webp
                    .windows(4)
                    .any(|part| part == b"EXIF" || part == b"XMP " || part == b"ICCP")
            );
        }
    }
}

#[test]
fn what_is_kept_is_far_smaller_than_a_lossless_picture() {
    let picture = DynamicImage::from(hill(1280, 960));
    let kept = develop(&jpeg(&picture)).expect("a photograph");
    let widest = kept.sizes.last().expect("a size");
    let lossless = png(&picture).len();
    assert!(
        widest.webp.len() * 5 < lossless,
        "{} bytes against {lossless}",
        widest.webp.len()
    );
    let back = decoded(widest).into_rgb8();
    let far = back
        .pixels()
        .zip(picture.to_rgb8().pixels())
        .map(|(a, b)| u64::from(a[1].abs_diff(b[1])))
        .sum::<u64>()
        / (1280 * 960);
    assert!(far < 8, "{far} levels off on average");
}

#[test]
fn grey_sixteen_bit_and_transparent_pictures_are_pictures() {
    let grey = DynamicImage::from(hill(400, 300)).into_luma8();
    let grey = develop(&jpeg(&grey.into())).expect("grey");
    assert_eq!(decoded(&grey.sizes[0]).color().channel_count(), 3);

    let deep = DynamicImage::from(hill(400, 300)).into_rgb16();
    assert_eq!(develop(&png(&deep.into())).expect("16 bits").sizes[0].width, 320);
    let deep_grey = DynamicImage::from(hill(400, 300)).into_luma_alpha16();
    assert_eq!(
        develop(&png(&deep_grey.into())).expect("16 bits with alpha").sizes[0].width,
        320
    );

    let glass = RgbaImage::from_fn(400, 300, |x, _| Rgba([200, 100, 50, if x < 200 { 0 } else { 255 }]));
    let glass = decoded(&develop(&png(&glass.into())).expect("transparent").sizes[0]).into_rgba8();
    assert_eq!((glass.get_pixel(40, 100)[3], glass.get_pixel(280, 100)[3]), (0, 255));
}

/// A JPEG of 8 × 8 pixels in four inks, as printers' programs make it: Adobe segment, four components, one grey block.
fn cmyk_jpeg() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xee, 0, 14];
    file.extend(b"Adobe\0\x64\0\0\0\0\0");
    file.extend([0xff, 0xdb, 0, 67, 0]);
    file.extend([1; 64]);
    file.extend([0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4]);
    file.extend((1..=4).flat_map(|id| [id, 0x11, 0]));
    // One code of one bit in each table: "no difference" for DC, "end of block" for AC.
    for table in [0x00, 0x10] {
        file.extend([0xff, 0xc4, 0, 20, table, 1]);
        file.extend([0; 15]);
        file.push(0);
    }
    file.extend([0xff, 0xda, 0, 14, 4]);
    file.extend((1..=4).flat_map(|id| [id, 0x00]));
    file.extend([0, 63, 0]);
    // Four components, each DC then AC: eight zero bits.
    file.extend([0x00, 0xff, 0xd9]);
    file
}

#[test]
fn a_picture_in_printing_inks_is_a_picture() {
    let kept = develop(&cmyk_jpeg()).expect("four inks");
    assert_eq!((kept.width, kept.height), (8, 8));
    let pixel = *decoded(&kept.sizes[0]).into_rgb8().get_pixel(4, 4);
    assert!(
        pixel.0.iter().all(|level| (32..=96).contains(level)),
        "half of each ink is dark grey, not {pixel:?}"
    );
}

#[test]
fn what_only_says_that_it_is_a_picture_is_refused() {
    assert_eq!(develop(b""), Err(Refusal::NotAPicture));
    assert_eq!(develop(b"xin chao, toi la mot buc anh.jpg"), Err(Refusal::NotAPicture));
    assert_eq!(
        develop(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
        Err(Refusal::NotAPicture)
    );
    assert_eq!(develop(b"GIF89a\x01\0\x01\0\0\0\0;"), Err(Refusal::OtherFormat));
    assert_eq!(
        develop(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        Err(Refusal::OtherFormat)
    );
    assert_eq!(develop(b"\xff\xd8\xff\xe0 and then nothing"), Err(Refusal::Damaged));
    assert_eq!(develop(b"\x89PNG\r\n\x1a\nabc"), Err(Refusal::Damaged));
    assert_eq!(develop(b"RIFF\x10\0\0\0WEBPVP8 "), Err(Refusal::Damaged));
}

#[test]
fn a_picture_that_breaks_off_is_refused_wherever_it_breaks_off() {
    let picture = DynamicImage::from(hill(400, 300));
    let webp = develop(&png(&picture)).expect("a picture").sizes.remove(0).webp;
    for whole in [with_exif(&jpeg(&picture), 1), png(&picture), webp] {
        assert!(develop(&whole).is_ok());
        for part in [3, 5, 8, 9] {
            let kept = whole.len() * part / 10;
            assert_eq!(
                develop(&whole[..kept]),
                Err(Refusal::Damaged),
                "{kept} of {} bytes",
                whole.len()
            );
        }
    }
}

#[test]
fn the_end_of_a_thumbnail_is_not_the_end_of_the_photograph() {
    let whole = jpeg(&hill(64, 64).into());
    let length = u16::try_from(whole.len() + 2).expect("short");
    let nested = [
        &whole[..2],
        &[0xff, 0xe2],
        &length.to_be_bytes(),
        &whole,
        &whole[2..whole.len() - 40],
    ]
    .concat();
    assert_eq!(develop(&nested), Err(Refusal::Damaged));
    // What phones append behind the end (a short film, a depth map) does no harm.
    assert!(develop(&[&whole[..], b"MotionPhoto_Data"].concat()).is_ok());
}

/// A PNG (W3C PNG, 11.2.2) whose header promises `width` × `height` and whose data is next to nothing.
fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    for chunk in [header, b"IDAT\x78\x9c\x03\0\0\0\0\x01".to_vec(), b"IEND".to_vec()] {
        file.extend(u32::try_from(chunk.len() - 4).expect("short").to_be_bytes());
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn a_header_that_promises_too_many_pixels_is_refused_before_they_are_decoded() {
    for (width, height) in [(50_000, 50_000), (16_384, 1), (1, 16_384), (10_000, 4_001)] {
        assert_eq!(
            develop(&png_bomb(width, height)),
            Err(Refusal::TooManyPixels { width, height })
        );
    }
    // Within the limits, so the missing data is what is wrong.
    assert_eq!(develop(&png_bomb(5_000, 8_000)), Err(Refusal::Damaged));
    // JPEG: the height and width in the frame header.
    let mut tall = jpeg(&hill(16, 16).into());
    let frame = tall
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .expect("a frame header");
    tall[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(
        develop(&tall),
        Err(Refusal::TooManyPixels {
            width: 65_535,
            height: 65_535
        })
    );
}

#[test]
fn too_many_bytes_are_refused_unread() {
    assert_eq!(
        develop(&vec![0xff; MOST_BYTES + 1]),
        Err(Refusal::TooLarge { most: MOST_BYTES })
    );
    assert_eq!(develop(&vec![0xff; MOST_BYTES]), Err(Refusal::NotAPicture));
}

#[test]
fn moving_pictures_are_refused() {
    // An animation control chunk (W3C PNG, 11.3.4.3) before the data makes a PNG an animation.
    let still = png(&hill(20, 20).into());
    let mut control = b"acTL".to_vec();
    control.extend([0, 0, 0, 1, 0, 0, 0, 0]);
    let chunk = [&8_u32.to_be_bytes()[..], &control, &crc32(&control).to_be_bytes()].concat();
    let moving = [&still[..33], &chunk, &still[33..]].concat();
    assert!(develop(&still).is_ok());
    assert_eq!(develop(&moving), Err(Refusal::Animation));
}

#[test]
fn random_damage_never_panics() {
    let mut state = 1_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    let picture = DynamicImage::from(hill(60, 40));
    let webp = develop(&png(&picture)).expect("a picture").sizes.remove(0).webp;
    for whole in [with_exif(&jpeg(&picture), 6), png(&picture), webp, cmyk_jpeg()] {
        for _ in 0..150 {
            let mut hurt = whole.clone();
            for _ in 0..=random() % 4 {
                let at = random() % hurt.len();
                hurt[at] = u8::try_from(random() % 256).unwrap_or(0);
            }
            if let Ok(kept) = develop(&hurt) {
                assert!(!kept.sizes.is_empty());
            }
        }
    }
}
