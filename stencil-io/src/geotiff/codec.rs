//! Compression of pieces.

use std::io;

use libdeflater::{CompressionLvl, Compressor, DecompressionError, Decompressor};
use weezl::BitOrder;

use super::fault::Fault;

/// The compression of an output.
///
/// Cells are made easier to compress before, by the differences of neighbours (integers) or by sorting bytes (floats), except
/// with `None` and `PackBits`.
///
/// ```
/// use ndstencil::io::TiffCompression;
/// assert_eq!(TiffCompression::default(), TiffCompression::Deflate);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TiffCompression {
    /// No compression.
    None,
    /// Deflate, which every program reads.
    #[default]
    Deflate,
    /// LZW, which every program reads, too.
    Lzw,
    /// Runs of equal bytes.
    PackBits,
    /// Zstandard, which is quicker and denser than Deflate, and read by GDAL since 2.3.
    Zstd,
}

/// The compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    None,
    Lzw,
    Deflate,
    PackBits,
    Zstd,
}

impl From<TiffCompression> for Method {
    fn from(compression: TiffCompression) -> Method {
        match compression {
            TiffCompression::None => Method::None,
            TiffCompression::Lzw => Method::Lzw,
            TiffCompression::Deflate => Method::Deflate,
            TiffCompression::PackBits => Method::PackBits,
            TiffCompression::Zstd => Method::Zstd,
        }
    }
}

impl Method {
    /// That of a value of the tag.
    pub(super) fn of(number: u64) -> Result<Method, Fault> {
        let name = match number {
            1 => return Ok(Method::None),
            5 => return Ok(Method::Lzw),
            8 | 32946 => return Ok(Method::Deflate),
            32773 => return Ok(Method::PackBits),
            50000 => return Ok(Method::Zstd),
            2..=4 => "CCITT".to_owned(),
            6 | 7 => "JPEG".to_owned(),
            34712 => "JPEG 2000".to_owned(),
            34887 => "LERC".to_owned(),
            34925 => "LZMA".to_owned(),
            50001 => "WebP".to_owned(),
            50002 => "JPEG XL".to_owned(),
            _ => format!("method {number}"),
        };
        let supported = "none, Deflate, LZW, Zstandard and PackBits are";
        Err(Fault::new(format!("is compressed with {name}, which is not supported: {supported}")))
    }

    /// The value of the tag.
    pub(super) fn number(self) -> u16 {
        match self {
            Method::None => 1,
            Method::Lzw => 5,
            Method::Deflate => 8,
            Method::PackBits => 32773,
            Method::Zstd => 50000,
        }
    }

    /// True for methods with which rows are made easier to compress.
    pub(super) fn predicts(self) -> bool {
        matches!(self, Method::Lzw | Method::Deflate | Method::Zstd)
    }

    /// The most bytes that a number of compressed ones can stand for.
    pub(super) fn most(self, compressed: u64) -> u64 {
        let times = match self {
            Method::None => 1,
            // 128 of 2.
            Method::PackBits => 64,
            // A match of 258 of 2 bits.
            Method::Deflate => 1032,
            // The longest text of a table of 4096, of 9 bits.
            Method::Lzw => 4096,
            // A block of 128 KiB of 4, and a head.
            Method::Zstd => 32 << 10,
        };
        compressed.saturating_mul(times)
    }
}

/// The state of compressors, which is used again.
#[derive(Default)]
pub(super) struct Codec {
    inflate: Option<Decompressor>,
    deflate: Option<Compressor>,
    unzstd: Option<zstd::bulk::Decompressor<'static>>,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl std::fmt::Debug for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codec")
    }
}

impl Codec {
    /// The bytes that the state takes, about.
    pub(super) const BYTES: usize = 512 << 10;

    /// Fills `cells` from compressed bytes.
    pub(super) fn expand(&mut self, method: Method, from: &[u8], cells: &mut [u8]) -> Result<(), Fault> {
        let wanted = cells.len();
        let found = match method {
            Method::None => {
                let len = from.len().min(wanted);
                cells[..len].copy_from_slice(&from[..len]);
                len
            }
            Method::Deflate => {
                let state = self.inflate.get_or_insert_with(Decompressor::new);
                let invalid = |error: DecompressionError| torn(io::Error::new(io::ErrorKind::InvalidData, error));
                state.zlib_decompress(from, cells).map_err(invalid)?
            }
            Method::Lzw => expand_lzw(from, cells)?,
            Method::PackBits => expand_runs(from, cells),
            Method::Zstd => {
                let state = match &mut self.unzstd {
                    Some(state) => state,
                    none => none.insert(zstd::bulk::Decompressor::new().map_err(torn)?),
                };
                state.decompress_to_buffer(from, cells).map_err(torn)?
            }
        };
        if found < wanted {
            return Err(Fault::new(format!("is torn: it holds {found} of {wanted} bytes")));
        }
        Ok(())
    }

    /// Appends the compressed form of rows of `row` bytes to `to`.
    pub(super) fn compress(
        &mut self,
        method: Method,
        level: u32,
        row: usize,
        from: &[u8],
        to: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let failed = |error| Fault::of("cannot be compressed", error);
        match method {
            Method::None => to.extend_from_slice(from),
            Method::Deflate => {
                let level = CompressionLvl::new(level as i32).unwrap_or_default();
                let state = self.deflate.get_or_insert_with(|| Compressor::new(level));
                let start = to.len();
                to.resize(start + state.zlib_compress_bound(from.len()), 0);
                let len = state.zlib_compress(from, &mut to[start..]);
                to.truncate(start + len.map_err(|error| failed(io::Error::other(error)))?);
            }
            Method::Lzw => {
                let mut state = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8);
                state.into_vec(to).encode_all(from).status.map_err(|error| failed(io::Error::other(error)))?;
            }
            Method::PackBits => from.chunks(row.max(1)).for_each(|row| compress_runs(row, to)),
            Method::Zstd => {
                let state = match &mut self.zstd {
                    Some(state) => state,
                    none => none.insert(zstd::bulk::Compressor::new(level as i32).map_err(failed)?),
                };
                to.extend_from_slice(&state.compress(from).map_err(failed)?);
            }
        }
        Ok(())
    }
}

fn torn(error: io::Error) -> Fault {
    Fault::of("is torn", error)
}

fn expand_lzw(from: &[u8], cells: &mut [u8]) -> Result<usize, Fault> {
    let mut state = weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let (mut read, mut written) = (0, 0);
    while written < cells.len() {
        let done = state.decode_bytes(&from[read..], &mut cells[written..]);
        read += done.consumed_in;
        written += done.consumed_out;
        let status = done.status.map_err(|error| torn(io::Error::new(io::ErrorKind::InvalidData, error)))?;
        if !matches!(status, weezl::LzwStatus::Ok) || (done.consumed_in, done.consumed_out) == (0, 0) {
            break;
        }
    }
    Ok(written)
}

/// Expands runs of bytes; returns how many there are.
fn expand_runs(mut from: &[u8], cells: &mut [u8]) -> usize {
    let mut at = 0;
    while let [head, rest @ ..] = from
        && at < cells.len()
    {
        let left = cells.len() - at;
        from = match *head as i8 {
            -128 => rest,
            count @ 0.. => {
                let len = (count as usize + 1).min(rest.len());
                let used = len.min(left);
                cells[at..at + used].copy_from_slice(&rest[..used]);
                at += used;
                &rest[len..]
            }
            count => {
                let Some((&byte, rest)) = rest.split_first() else { break };
                let used = (1 - isize::from(count)) as usize;
                let used = used.min(left);
                cells[at..at + used].fill(byte);
                at += used;
                rest
            }
        };
    }
    at
}

fn compress_runs(mut row: &[u8], to: &mut Vec<u8>) {
    let run = |bytes: &[u8]| bytes.iter().take(128).take_while(|&&byte| byte == bytes[0]).count();
    while !row.is_empty() {
        let same = run(row);
        if same >= 2 {
            to.extend([(1 - same as isize) as u8, row[0]]);
            row = &row[same..];
            continue;
        }
        // As far as no run of three begins, which is shorter by itself.
        let most = row.len().min(128);
        let len = (1..most).find(|&at| run(&row[at..]) >= 3).unwrap_or(most);
        to.push((len - 1) as u8);
        to.extend_from_slice(&row[..len]);
        row = &row[len..];
    }
}
