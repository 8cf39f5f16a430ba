//! Tag, length, value: two digits, two digits, and as many characters as the length says (EMVCo MPM 3.3).

use std::fmt::Write as _;

use crate::error::{Error, Fault};

/// One data object, or a template that holds others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) tag: &'a str,
    pub(crate) value: &'a str,
    /// Where the tag begins in the payload.
    pub(crate) offset: usize,
}

impl Field<'_> {
    /// Where the value begins in the payload.
    pub(crate) fn value_offset(&self) -> usize {
        self.offset + 4
    }
}

/// Appends a field whose value is at most 99 ASCII characters long.
pub(crate) fn write(text: &mut String, tag: &str, value: &str) {
    text.push_str(tag);
    // Writing to a String cannot fail.
    let _ = write!(text, "{:02}", value.len());
    text.push_str(value);
}

/// Cuts ASCII text that begins at byte `start` of the payload into fields; `within` names the template around it.
pub(crate) fn read<'a>(text: &'a str, start: usize, within: &str) -> Result<Vec<Field<'a>>, Error> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let offset = start + text.len() - rest.len();
        let Some((tag, after)) = rest.split_at_checked(2).filter(|(tag, _)| is_number(tag)) else {
            return Err(Error::new(Fault::Tag, within, offset));
        };
        let path = join(within, tag);
        let length = after.split_at_checked(2).filter(|(length, _)| is_number(length));
        let Some((length, after)) = length.and_then(|(length, after)| Some((length.parse().ok()?, after))) else {
            return Err(Error::new(Fault::Length, &path, offset + 2));
        };
        if length == 0 {
            return Err(Error::new(Fault::Length, &path, offset + 2));
        }
        let Some((value, after)) = after.split_at_checked(length) else {
            return Err(Error::new(Fault::Truncated, &path, offset + 4));
        };
        if fields.iter().any(|field| field.tag == tag) {
            return Err(Error::new(Fault::Duplicate, &path, offset));
        }
        fields.push(Field { tag, value, offset });
        rest = after;
    }
    Ok(fields)
}

/// The name of a tag inside a template.
pub(crate) fn join(within: &str, tag: &str) -> String {
    if within.is_empty() {
        tag.to_owned()
    } else {
        format!("{within}.{tag}")
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}
