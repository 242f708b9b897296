//! The texts that GDAL keeps in a tag of its own, as XML.

use std::collections::BTreeMap;

use crate::metadata::{BandNames, Texts};

/// The descriptions of bands, and the texts of the file as a whole. What GDAL notes of single bands beside, such as statistics
/// and scales, is about the values that are stored, and not about results.
pub(super) fn read(xml: &str, bands: usize) -> (BandNames, Texts) {
    let (mut names, mut texts) = (vec![None; bands], BTreeMap::new());
    for item in xml.split("<Item").skip(1) {
        let Some((head, rest)) = item.split_once('>') else { continue };
        let value = if head.ends_with('/') { "" } else { rest.split("</Item").next().unwrap_or("") };
        // GDAL escapes values twice.
        let value = unescape(&unescape(value));
        let [name, sample, role, domain] = ["name", "sample", "role", "domain"].map(|key| attribute(head, key));
        let sample = sample.and_then(|sample| sample.parse::<usize>().ok());
        match (name, sample, role.as_deref(), domain) {
            (_, Some(sample), Some("description"), _) if sample < bands => names[sample] = Some(value),
            (Some(name), None, None, None) => {
                texts.insert(name, value);
            }
            _ => {}
        }
    }
    (BandNames(names), Texts(texts))
}

/// The tag; `None` where there is nothing to say.
pub(super) fn write(names: &[Option<String>], texts: &Texts) -> Option<String> {
    let mut xml = String::new();
    for (name, value) in &texts.0 {
        xml += &format!("  <Item name=\"{}\">{}</Item>\n", escape(name), escape(&escape(value)));
    }
    for (sample, name) in names.iter().enumerate() {
        if let Some(name) = name {
            let name = escape(&escape(name));
            xml += &format!("  <Item name=\"DESCRIPTION\" sample=\"{sample}\" role=\"description\">{name}</Item>\n");
        }
    }
    (!xml.is_empty()).then(|| format!("<GDALMetadata>\n{xml}</GDALMetadata>\n"))
}

fn attribute(head: &str, key: &str) -> Option<String> {
    let (_, rest) = head.split_once(&format!(" {key}=\""))?;
    Some(unescape(rest.split('"').next()?))
}

const ESCAPES: [(&str, &str); 5] = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];

fn unescape(text: &str) -> String {
    ESCAPES.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

fn escape(text: &str) -> String {
    // Zeros end the tag.
    let text = text.replace('\0', "");
    ESCAPES.iter().rev().fold(text, |text, (escaped, plain)| text.replace(plain, escaped))
}
