//! The grammar: from a URI to checked elements. Strict wherever the standard leaves a choice, because a resolver that
//! guesses sends people to the wrong thing.

use crate::ai::ApplicationIdentifier;
use crate::error::{Error, Fault};
use crate::link::{DigitalLink, Element};

/// What RFC 3986 lets stand in a URI besides letters and digits.
const URI_PUNCTUATION: &str = "-._~:/?#[]@!$&'()*+,;=%";

/// An element and where its code begins in the input.
struct Placed {
    element: Element,
    offset: usize,
}

/// A piece of the input and where it begins.
type Piece<'a> = (usize, &'a str);

pub(crate) fn parse_uri(uri: &str) -> Result<DigitalLink, Error> {
    check_characters(uri)?;
    // Scheme names in mixed case are legal, but GS1 allows these four spellings only.
    let authority_at = ["https://", "HTTPS://", "http://", "HTTP://"]
        .iter()
        .find(|scheme| uri.starts_with(**scheme))
        .map(|scheme| scheme.len())
        .ok_or_else(|| Error::new(Fault::Scheme, None, 0))?;
    let rest = &uri[authority_at..];
    let length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if !is_authority(&rest[..length]) {
        return Err(Error::new(Fault::Authority, None, authority_at));
    }
    parse_from(uri, authority_at + length, true)
}

pub(crate) fn parse_path(path_and_query: &str) -> Result<DigitalLink, Error> {
    check_characters(path_and_query)?;
    parse_from(path_and_query, 0, false)
}

fn check_characters(text: &str) -> Result<(), Error> {
    match text
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || URI_PUNCTUATION.contains(*c)))
    {
        Some((offset, found)) => Err(Error::new(Fault::UriCharacter(found), None, offset)),
        None => Ok(()),
    }
}

/// Host and optional port. A user name has no place in a Digital Link; how a host name is made is left to the DNS.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, ""),
        Some((address, port)) => match port.strip_prefix(':') {
            Some(port) => (address, port),
            None => return false,
        },
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let bracketed = text.starts_with('[');
    let allowed = |c: char| match c {
        ':' => bracketed,
        '.' => true,
        '-' => !bracketed,
        c if bracketed => c.is_ascii_hexdigit(),
        c => c.is_ascii_alphanumeric(),
    };
    !host.is_empty() && host.chars().all(allowed) && port.chars().all(|c| c.is_ascii_digit())
}

/// Reads path, query and fragment, which begin at `start`.
fn parse_from(text: &str, start: usize, stem_allowed: bool) -> Result<DigitalLink, Error> {
    let end = text[start..].find('#').map_or(text.len(), |at| start + at);
    let (path_end, query) = match text[start..end].find('?') {
        Some(at) => (start + at, Some((start + at + 1, &text[start + at + 1..end]))),
        None => (end, None),
    };
    let path = read_path((start, &text[start..path_end]), stem_allowed)?;
    let attributes = match query {
        Some(query) => read_query(query, &path)?,
        None => Vec::new(),
    };
    check_companions(&path, &attributes)?;
    let elements = |placed: Vec<Placed>| placed.into_iter().map(|placed| placed.element).collect();
    Ok(DigitalLink {
        path: elements(path),
        attributes: elements(attributes),
    })
}

fn read_path((start, path): Piece<'_>, stem_allowed: bool) -> Result<Vec<Placed>, Error> {
    let Some(path) = path.strip_prefix('/') else {
        return Err(Error::new(Fault::NoPrimaryKey, None, start));
    };
    let mut offset = start + 1;
    let segments: Vec<Piece<'_>> = path
        .split('/')
        .map(|segment| {
            let piece = (offset, segment);
            offset += segment.len() + 1;
            piece
        })
        .collect();
    let root = find_root(&segments)?;
    if root > 0 && !stem_allowed {
        return Err(Error::new(Fault::Stem, None, start));
    }
    let mut elements: Vec<Placed> = Vec::new();
    let (pairs, _) = segments[root..].as_chunks::<2>();
    for &[(offset, code), value] in pairs {
        let element = read_element((offset, code), value, false)?;
        elements.push(Placed { element, offset });
    }
    // Reported for the first qualifier that makes the sequence impossible.
    for (length, placed) in elements.iter().enumerate().skip(1) {
        if !is_path(&elements[0], elements[1..=length].iter().map(|p| p.element.ai())) {
            return Err(Error::new(
                Fault::QualifierOrder,
                Some(placed.element.ai()),
                placed.offset,
            ));
        }
    }
    Ok(elements)
}

/// The index of the rightmost primary key, looking at pairs of code and value from the end.
fn find_root(segments: &[Piece<'_>]) -> Result<usize, Error> {
    let mut end = segments.len();
    while end >= 2 {
        let (offset, code) = segments[end - 2];
        match ApplicationIdentifier::lookup(code) {
            Some(ai) if ai.is_primary_key() => return Ok(end - 2),
            Some(_) => end -= 2,
            None if is_number(code) && code.len() <= 4 => {
                return Err(Error::new(Fault::UnknownIdentifier, Some(code), offset));
            }
            None => break,
        }
    }
    Err(Error::new(
        Fault::NoPrimaryKey,
        None,
        segments.first().map_or(0, |(offset, _)| *offset),
    ))
}

fn read_query((start, query): Piece<'_>, path: &[Placed]) -> Result<Vec<Placed>, Error> {
    let mut attributes: Vec<Placed> = Vec::new();
    let mut next = start;
    for parameter in query.split('&') {
        let offset = next;
        next += parameter.len() + 1;
        // A parameter without a value and one whose name is not a number belong to the resolver, not to GS1.
        let Some((code, value)) = parameter.split_once('=').filter(|(name, _)| is_number(name)) else {
            continue;
        };
        let element = read_element((offset, code), (offset + code.len() + 1, value), true)?;
        let fault = if path.iter().chain(&attributes).any(|known| known.element.ai() == code) {
            Some(Fault::Duplicate)
        } else if !element.ai.is_data_attribute() {
            Some(Fault::NotAttribute)
        } else if fits_in_path(path, code) {
            Some(Fault::BelongsInPath)
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(Error::new(fault, Some(code), offset));
        }
        attributes.push(Placed { element, offset });
    }
    Ok(attributes)
}

fn read_element((offset, code): Piece<'_>, value: Piece<'_>, in_query: bool) -> Result<Element, Error> {
    let Some(ai) = ApplicationIdentifier::lookup(code) else {
        return Err(Error::new(Fault::UnknownIdentifier, Some(code), offset));
    };
    let value_at = value.0;
    let value = decode(value, in_query).map_err(|(fault, at)| Error::new(fault, Some(code), at))?;
    ai.check(&value)
        .map_err(|fault| Error::new(fault, Some(code), value_at))?;
    Ok(Element { ai, value })
}

/// Undoes percent-encoding. `+` is a space in a query and itself in a path. A byte beyond ASCII becomes the character
/// of its number: no AI allows it, so that the check that follows names it.
fn decode((start, text): Piece<'_>, in_query: bool) -> Result<String, (Fault, usize)> {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut width = c.len_utf8();
        decoded.push(match c {
            '%' => {
                width = 3;
                let pair = rest
                    .get(1..3)
                    .filter(|pair| pair.bytes().all(|c| c.is_ascii_hexdigit()));
                let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
                char::from(byte.ok_or((Fault::PercentEncoding, start + text.len() - rest.len()))?)
            }
            '+' if in_query => ' ',
            c => c,
        });
        rest = &rest[width..];
    }
    Ok(decoded)
}

/// Whether an attribute could stand in the path beside the qualifiers that are there: then it must.
fn fits_in_path(path: &[Placed], code: &str) -> bool {
    let qualifiers: Vec<&str> = path[1..].iter().map(|placed| placed.element.ai()).collect();
    (0..=qualifiers.len()).any(|at| {
        let (before, after) = qualifiers.split_at(at);
        is_path(
            &path[0],
            before.iter().copied().chain([code]).chain(after.iter().copied()),
        )
    })
}

fn is_path<'a>(key: &Placed, qualifiers: impl Iterator<Item = &'a str>) -> bool {
    key.element.ai.allows_qualifiers(&qualifiers.collect::<Vec<_>>())
}

fn check_companions(path: &[Placed], attributes: &[Placed]) -> Result<(), Error> {
    let codes: Vec<&str> = path
        .iter()
        .chain(attributes)
        .map(|placed| placed.element.ai())
        .collect();
    for placed in path.iter().chain(attributes) {
        if let Err((excluded, which)) = placed.element.ai.check_companions(&codes) {
            let fault = if excluded {
                Fault::Excluded(which)
            } else {
                Fault::Missing(which)
            };
            return Err(Error::new(fault, Some(placed.element.ai()), placed.offset));
        }
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}
