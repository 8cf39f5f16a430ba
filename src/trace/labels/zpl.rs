//! Stickers in ZPL II, as pictures: no printer's own fonts have every Vietnamese letter, and a code drawn by us is the code
//! that was checked. Pure.

use std::fmt::Write as _;

use crate::media::bitmap::Bitmap;

/// One label for each picture, each printed `copies` times.
pub(super) fn file(pictures: &[Bitmap], copies: usize) -> String {
    let mut file = String::new();
    for picture in pictures {
        let (stride, bytes) = (picture.stride(), picture.bytes().len());
        // ^PW and ^LL: the label's size in dots. ^PON: not upside down, whatever was printed before.
        let _ = writeln!(
            file,
            "^XA^PW{}^LL{}^LH0,0^PON^FO0,0^GFA,{bytes},{bytes},{stride},{}^FS^PQ{copies}^XZ",
            picture.width(),
            picture.height(),
            packed(picture),
        );
    }
    file
}

/// The picture's bytes in hexadecimal with ZPL's repetitions (ZPL II Programming Guide, "Alternative Data Compression
/// Scheme"): `G`–`Y` and `g`–`z` before a digit say how often it stands, `,` fills a row with white, `!` with black, and `:`
/// repeats the row above.
fn packed(picture: &Bitmap) -> String {
    let mut packed = String::new();
    let mut above: Option<&[u8]> = None;
    for row in picture.bytes().chunks(picture.stride()) {
        if above == Some(row) {
            packed.push(':');
        } else {
            pack_row(row, &mut packed);
        }
        above = Some(row);
    }
    packed
}

fn pack_row(row: &[u8], packed: &mut String) {
    let digits: Vec<u8> = row.iter().flat_map(|byte| [byte >> 4, byte & 0xf]).collect();
    let mut begin = 0;
    while begin < digits.len() {
        let digit = digits[begin];
        let run = digits[begin..].iter().take_while(|other| **other == digit).count();
        let ends_row = begin + run == digits.len();
        match digit {
            0x0 if ends_row => packed.push(','),
            0xf if ends_row => packed.push('!'),
            _ => pack_run(digit, run, packed),
        }
        begin += run;
    }
}

fn pack_run(digit: u8, mut run: usize, packed: &mut String) {
    let letter = |first: u8, times: usize| char::from(first + u8::try_from(times - 1).unwrap_or(0));
    let digit = char::from_digit(u32::from(digit), 16)
        .unwrap_or('0')
        .to_ascii_uppercase();
    while run > 0 {
        let part = run.min(419);
        run -= part;
        if part >= 20 {
            packed.push(letter(b'g', part / 20));
        }
        if !part.is_multiple_of(20) && part > 1 {
            packed.push(letter(b'G', part % 20));
        }
        packed.push(digit);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a printer makes of a file: its labels and how often each is printed. Panics at what a printer would not take.
    pub fn print(file: &str) -> Vec<(Bitmap, usize)> {
        let labels = file.split("^XA").skip(1);
        labels
            .map(|label| {
                let number = |command: &str| -> usize {
                    let (_, rest) = label.split_once(command).expect("the command is there");
                    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                    rest[..end].parse().expect("a number")
                };
                let (_, graphic) = label.split_once("^GFA,").expect("a picture");
                let (graphic, rest) = graphic.split_once("^FS").expect("its end");
                assert!(rest.trim_end().ends_with("^XZ"), "{rest}");
                let mut fields = graphic.splitn(4, ',');
                let mut size = || {
                    fields
                        .next()
                        .and_then(|field| field.parse::<usize>().ok())
                        .expect("a size")
                };
                let (total, all, stride) = (size(), size(), size());
                assert_eq!(total, all);
                let (width, height) = (number("^PW"), number("^LL"));
                assert_eq!((stride, total), (width.div_ceil(8), stride * height));
                let digits = unpack(fields.next().expect("data"), stride * 2);
                assert_eq!(digits.len(), total * 2);
                let mut picture = Bitmap::white(width, height);
                for (place, digit) in digits.iter().enumerate() {
                    let (y, x) = (place / (stride * 2), place % (stride * 2) * 4);
                    for bit in 0..4 {
                        picture.set(x + bit, y, digit & (8 >> bit) != 0);
                    }
                }
                (picture, number("^PQ"))
            })
            .collect()
    }

    fn unpack(data: &str, width: usize) -> Vec<u8> {
        let mut digits: Vec<u8> = Vec::new();
        let mut times = 0;
        for c in data.chars() {
            let place = digits.len() % width;
            match c {
                ',' | '!' => digits.resize(digits.len() + width - place, if c == ',' { 0 } else { 0xf }),
                ':' => digits.extend_from_within(digits.len() - width..),
                'G'..='Y' => times += u32::from(c) - u32::from('G') + 1,
                'g'..='z' => times += (u32::from(c) - u32::from('g') + 1) * 20,
                digit => {
                    let digit = u8::try_from(digit.to_digit(16).expect("a digit")).expect("small");
                    for _ in 0..times.max(1) {
                        digits.push(digit);
                    }
                    times = 0;
                }
            }
        }
        digits
    }

    #[test]
    fn runs_of_every_length_come_back() {
        for length in 1..1000 {
            let mut picture = Bitmap::white(length + 9, 3);
            for x in 3..length {
                picture.set(x, 1, true);
            }
            assert_eq!(
                print(&file(std::slice::from_ref(&picture), 7)),
                [(picture, 7)],
                "{length}"
            );
        }
    }

    #[test]
    fn a_row_like_the_one_above_is_one_letter() {
        let mut picture = Bitmap::white(16, 4);
        for y in 0..4 {
            picture.set(0, y, true);
        }
        assert_eq!(packed(&picture), "8,:::");
        assert_eq!(packed(&Bitmap::white(400, 2)), ",:");
    }

    proptest::proptest! {
        #[test]
        fn any_picture_comes_back(width in 1..70_usize, rows in proptest::collection::vec(proptest::num::u8::ANY, 1..400)) {
            let stride = width.div_ceil(8);
            let mut picture = Bitmap::white(width, rows.len().div_ceil(stride));
            for (place, byte) in rows.iter().enumerate() {
                for bit in 0..8 {
                    picture.set(place % stride * 8 + bit, place / stride, byte & (0x80 >> bit) != 0);
                }
            }
            proptest::prop_assert_eq!(print(&file(std::slice::from_ref(&picture), 1)), [(picture, 1)]);
        }
    }
}
