//! Codecs from bytes to bytes, which make chunks smaller or protect them.
//!
//! Decoding never makes more bytes than a chunk can have: sizes that a file says of itself are checked first, and streams end
//! where the chunk is full.

use std::borrow::Cow;
use std::io::{self, Read};

use serde_json::{Map, Value, json};
use zarrs::array::codec::bytes_to_bytes::blosc::{
    BloscCompressionLevel, BloscCompressor, BloscShuffleMode, blosc_compress_bytes, blosc_decompress_bytes,
    blosc_validate,
};

/// A codec from bytes to bytes, as it is written: decoding needs less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Zstd {
        level: i32,
        checksum: bool,
    },
    Gzip {
        level: u32,
    },
    Zlib {
        level: u32,
    },
    Blosc(Blosc),
    /// A sum behind the bytes, or before them.
    Crc32c {
        before: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blosc {
    pub(super) cname: BloscCompressor,
    pub(super) clevel: u8,
    pub(super) shuffle: BloscShuffleMode,
    pub(super) typesize: usize,
    pub(super) blocksize: usize,
}

/// Contexts of compressors, which are kept from chunk to chunk.
#[derive(Default)]
pub(super) struct Contexts {
    decompressor: Option<zstd::bulk::Decompressor<'static>>,
    compressor: Option<(i32, bool, zstd::bulk::Compressor<'static>)>,
}

/// The most bytes that Blosc takes at once.
pub(super) const BLOSC_MOST: u64 = i32::MAX as u64 - 16;

impl Filter {
    /// The filter of a name and a configuration of version 3; `None` for another codec.
    pub(super) fn new(name: &str, configuration: &Map<String, Value>) -> Option<Result<Filter, String>> {
        let level = |least: i64, most: i64| match configuration.get("level").map(|level| level.as_i64()) {
            None => Ok(least.max(1)),
            Some(Some(level)) if (least..=most).contains(&level) => Ok(level),
            _ => Err(format!("the level of {name} is no number from {least} to {most}")),
        };
        Some(match name {
            "zstd" => level(-131_072, 22).map(|level| {
                let checksum = configuration.get("checksum").and_then(Value::as_bool).unwrap_or(false);
                Filter::Zstd { level: level as i32, checksum }
            }),
            "gzip" => level(0, 9).map(|level| Filter::Gzip { level: level as u32 }),
            "zlib" | "numcodecs.zlib" => {
                level(-1, 9).map(|level| Filter::Zlib { level: if level < 0 { 6 } else { level as u32 } })
            }
            "crc32c" | "numcodecs.crc32c" => {
                Ok(Filter::Crc32c { before: configuration.get("location").and_then(Value::as_str) == Some("start") })
            }
            "blosc" => blosc(configuration),
            _ => return None,
        })
    }

    /// The codec in the metadata of version 3.
    pub(super) fn v3(&self) -> Value {
        let (name, configuration) = match self {
            Filter::Zstd { level, checksum } => ("zstd", json!({"level": level, "checksum": checksum})),
            // Readers know no other name for this stream.
            Filter::Gzip { level } | Filter::Zlib { level } => ("gzip", json!({"level": level})),
            Filter::Crc32c { .. } => return json!({"name": "crc32c"}),
            Filter::Blosc(blosc) => {
                let Blosc { cname, clevel, shuffle, typesize, blocksize } = blosc;
                let configuration = json!({
                    "cname": cname, "clevel": clevel, "shuffle": shuffle, "typesize": typesize, "blocksize": blocksize,
                });
                ("blosc", configuration)
            }
        };
        json!({"name": name, "configuration": configuration})
    }

    /// The compressor in the metadata of version 2; `None` where it has no such codec.
    pub(super) fn v2(&self) -> Option<Value> {
        Some(match self {
            Filter::Zstd { level, .. } => json!({"id": "zstd", "level": level}),
            Filter::Gzip { level } => json!({"id": "gzip", "level": level}),
            Filter::Zlib { level } => json!({"id": "zlib", "level": level}),
            Filter::Crc32c { .. } => return None,
            Filter::Blosc(Blosc { cname, clevel, shuffle, blocksize, .. }) => json!({
                "id": "blosc", "cname": cname, "clevel": clevel, "shuffle": *shuffle as u32, "blocksize": blocksize,
            }),
        })
    }

    /// The same for elements of another size, as this version writes it.
    pub(super) fn written(&self, v2: bool, typesize: usize) -> Filter {
        match self {
            Filter::Zlib { level } if !v2 => Filter::Gzip { level: *level },
            Filter::Blosc(blosc) => Filter::Blosc(Blosc { typesize, ..blosc.clone() }),
            other => other.clone(),
        }
    }

    /// The most bytes that so many become.
    pub(super) fn most(&self, bytes: u64) -> u64 {
        match self {
            Filter::Crc32c { .. } => bytes.saturating_add(4),
            // More than any of them needs for bytes that cannot be compressed.
            Filter::Zstd { .. } | Filter::Gzip { .. } | Filter::Zlib { .. } | Filter::Blosc(_) => {
                bytes.saturating_add(bytes / 16).saturating_add(4096)
            }
        }
    }

    /// The bytes that encoding takes beyond its output, about.
    pub(super) fn encoder_bytes(&self, bytes: u64) -> u64 {
        const MIB: u64 = 1 << 20;
        match self {
            // Tables grow with the level, and for long inputs with their length.
            Filter::Zstd { level, .. } => match level {
                ..=2 => MIB + MIB / 2,
                3..=5 => 4 * MIB,
                6..=9 => 12 * MIB,
                10..=15 => 40 * MIB,
                16..=19 => 90 * MIB,
                _ => 800 * MIB,
            },
            Filter::Gzip { .. } | Filter::Zlib { .. } => MIB / 2,
            Filter::Blosc(_) => MIB * 8 + bytes / 16,
            Filter::Crc32c { .. } => 0,
        }
    }

    /// The bytes that decoding takes beyond its input and output.
    pub(super) fn decoder_bytes(&self, bytes: u64) -> u64 {
        match self {
            // It decodes to memory of its own.
            Filter::Blosc(_) => bytes + (8 << 20),
            Filter::Crc32c { .. } => 0,
            Filter::Zstd { .. } | Filter::Gzip { .. } | Filter::Zlib { .. } => 1 << 18,
        }
    }

    /// Decodes to exactly as many bytes as `into` has.
    fn decode_exact(&self, encoded: &[u8], into: &mut [u8], contexts: &mut Contexts) -> Result<(), String> {
        let expected = into.len();
        let other = |found: usize| format!("it decodes to {found} bytes, its chunk has {expected}");
        match self {
            Filter::Zstd { .. } => {
                let found = contexts.zstd()?.decompress_to_buffer(encoded, into);
                let found = found.map_err(|error| format!("zstd: {error}"))?;
                if found != expected {
                    return Err(other(found));
                }
            }
            Filter::Gzip { .. } => stream("gzip", flate2::read::MultiGzDecoder::new(encoded), into)?,
            Filter::Zlib { .. } => stream("zlib", flate2::read::ZlibDecoder::new(encoded), into)?,
            Filter::Blosc(_) => {
                let found = blosc_validate(encoded).ok_or("blosc: it is torn, or no Blosc buffer")?;
                if found != expected {
                    return Err(other(found));
                }
                if expected > 0 {
                    let bytes =
                        blosc_decompress_bytes(encoded, expected, 1).map_err(|error| format!("blosc: {error}"))?;
                    if bytes.len() != expected {
                        return Err(other(bytes.len()));
                    }
                    into.copy_from_slice(&bytes);
                }
            }
            Filter::Crc32c { before } => {
                let bytes = checked(encoded, *before)?;
                if bytes.len() != expected {
                    return Err(other(bytes.len()));
                }
                into.copy_from_slice(bytes);
            }
        }
        Ok(())
    }

    /// Decodes to at most so many bytes.
    fn decode<'a>(&self, encoded: Cow<'a, [u8]>, most: u64, contexts: &mut Contexts) -> Result<Cow<'a, [u8]>, String> {
        let too_many = || format!("it decodes to more than the {most} bytes that its chunk can have");
        let mut bytes = Vec::new();
        match self {
            Filter::Crc32c { before } => {
                let skipped = if *before { 4 } else { 0 };
                let len = checked(&encoded, *before)?.len();
                return Ok(match encoded {
                    Cow::Borrowed(encoded) => Cow::Borrowed(&encoded[skipped..skipped + len]),
                    Cow::Owned(encoded) => Cow::Owned(encoded[skipped..skipped + len].to_vec()),
                });
            }
            Filter::Zstd { .. } => {
                bytes.reserve_exact(most as usize);
                contexts
                    .zstd()?
                    .decompress_to_buffer(&encoded, &mut bytes)
                    .map_err(|error| format!("zstd: {error}"))?;
            }
            Filter::Gzip { .. } => {
                let read = flate2::read::MultiGzDecoder::new(&*encoded).take(most + 1).read_to_end(&mut bytes);
                read.map_err(|error| format!("gzip: {error}"))?;
            }
            Filter::Zlib { .. } => {
                let read = flate2::read::ZlibDecoder::new(&*encoded).take(most + 1).read_to_end(&mut bytes);
                read.map_err(|error| format!("zlib: {error}"))?;
            }
            Filter::Blosc(_) => {
                let found = blosc_validate(&encoded).ok_or("blosc: it is torn, or no Blosc buffer")?;
                if found as u64 > most {
                    return Err(too_many());
                }
                bytes = blosc_decompress_bytes(&encoded, found, 1).map_err(|error| format!("blosc: {error}"))?;
            }
        }
        if bytes.len() as u64 > most { Err(too_many()) } else { Ok(Cow::Owned(bytes)) }
    }

    /// Encodes to the end of `into`.
    fn encode(&self, bytes: &[u8], into: &mut Vec<u8>, contexts: &mut Contexts) -> io::Result<()> {
        match self {
            Filter::Zstd { level, checksum } => {
                // The compressor writes from the start of what it is given.
                let mut encoded = if into.is_empty() { std::mem::take(into) } else { Vec::new() };
                encoded.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
                contexts.zstd_at(*level, *checksum)?.compress_to_buffer(bytes, &mut encoded)?;
                if into.is_empty() { *into = encoded } else { into.extend_from_slice(&encoded) }
            }
            Filter::Gzip { level } => {
                flate2::read::GzEncoder::new(bytes, flate2::Compression::new(*level)).read_to_end(into)?;
            }
            Filter::Zlib { level } => {
                flate2::read::ZlibEncoder::new(bytes, flate2::Compression::new(*level)).read_to_end(into)?;
            }
            Filter::Blosc(Blosc { cname, clevel, shuffle, typesize, blocksize }) => {
                let level =
                    BloscCompressionLevel::try_from(*clevel).map_err(|_| io::Error::other("a level above 9"))?;
                let encoded = blosc_compress_bytes(bytes, level, *shuffle, *typesize, *cname, *blocksize, 1);
                into.extend_from_slice(&encoded.map_err(io::Error::other)?);
            }
            Filter::Crc32c { before } => {
                let sum = crc32c::crc32c(bytes).to_le_bytes();
                if *before {
                    into.extend_from_slice(&sum);
                }
                into.extend_from_slice(bytes);
                if !*before {
                    into.extend_from_slice(&sum);
                }
            }
        }
        Ok(())
    }
}

fn blosc(configuration: &Map<String, Value>) -> Result<Filter, String> {
    let field = |name: &str| configuration.get(name).cloned().unwrap_or_default();
    let wrong = |name: &'static str| move |error: serde_json::Error| format!("{name} of blosc: {error}");
    let clevel: u8 = serde_json::from_value(field("clevel")).map_err(wrong("clevel"))?;
    if clevel > 9 {
        return Err(format!("clevel of blosc is {clevel}, at most 9"));
    }
    Ok(Filter::Blosc(Blosc {
        cname: serde_json::from_value(field("cname")).map_err(wrong("cname"))?,
        clevel,
        shuffle: serde_json::from_value(field("shuffle")).unwrap_or(BloscShuffleMode::NoShuffle),
        typesize: serde_json::from_value(field("typesize")).unwrap_or(1),
        blocksize: serde_json::from_value(field("blocksize")).unwrap_or(0),
    }))
}

/// Fills `into` from a stream that ends there.
fn stream(name: &str, mut from: impl Read, into: &mut [u8]) -> Result<(), String> {
    from.read_exact(into).map_err(|error| format!("{name}: {error}"))?;
    match from.read(&mut [0]) {
        Ok(0) => Ok(()),
        Ok(_) => Err(format!("it decodes to more than {} bytes, those of its chunk", into.len())),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The bytes behind or before their sum.
fn checked(encoded: &[u8], before: bool) -> Result<&[u8], String> {
    let cut =
        if before { encoded.split_at_checked(4) } else { encoded.split_at_checked(encoded.len().wrapping_sub(4)) };
    let (first, second) = cut.ok_or("it has less than the 4 bytes of its checksum")?;
    let (sum, bytes) = if before { (first, second) } else { (second, first) };
    if crc32c::crc32c(bytes).to_le_bytes() == *sum { Ok(bytes) } else { Err("its checksum does not fit".to_owned()) }
}

impl Contexts {
    fn zstd(&mut self) -> Result<&mut zstd::bulk::Decompressor<'static>, String> {
        if self.decompressor.is_none() {
            self.decompressor = Some(zstd::bulk::Decompressor::new().map_err(|error| format!("zstd: {error}"))?);
        }
        Ok(self.decompressor.as_mut().expect("it was made"))
    }

    fn zstd_at(&mut self, level: i32, checksum: bool) -> io::Result<&mut zstd::bulk::Compressor<'static>> {
        if self.compressor.as_ref().is_none_or(|(own, sum, _)| (*own, *sum) != (level, checksum)) {
            let mut compressor = zstd::bulk::Compressor::new(level)?;
            compressor.include_checksum(checksum)?;
            self.compressor = Some((level, checksum, compressor));
        }
        Ok(&mut self.compressor.as_mut().expect("it was made").2)
    }
}

/// Decodes through filters, the last one first, to exactly as many bytes as `into` has.
pub(super) fn decode(
    filters: &[Filter],
    encoded: &[u8],
    into: &mut [u8],
    contexts: &mut Contexts,
) -> Result<(), String> {
    let Some((first, others)) = filters.split_first() else {
        if encoded.len() != into.len() {
            return Err(format!("it has {} bytes, its chunk {}", encoded.len(), into.len()));
        }
        into.copy_from_slice(encoded);
        return Ok(());
    };
    let mut bytes = Cow::Borrowed(encoded);
    for (at, filter) in others.iter().enumerate().rev() {
        bytes = filter.decode(bytes, most(&filters[..=at], into.len() as u64), contexts)?;
    }
    first.decode_exact(&bytes, into, contexts)
}

/// Encodes through filters; without any the bytes are what they are.
pub(super) fn encode<'a>(
    filters: &[Filter],
    bytes: &'a [u8],
    into: &'a mut Vec<u8>,
    contexts: &mut Contexts,
) -> io::Result<&'a [u8]> {
    let Some((first, others)) = filters.split_first() else { return Ok(bytes) };
    into.clear();
    first.encode(bytes, into, contexts)?;
    for filter in others {
        let before = std::mem::take(into);
        filter.encode(&before, into, contexts)?;
    }
    Ok(into)
}

/// The most bytes that so many become through filters.
pub(super) fn most(filters: &[Filter], bytes: u64) -> u64 {
    filters.iter().fold(bytes, |bytes, filter| filter.most(bytes))
}
