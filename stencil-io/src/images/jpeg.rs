//! JPEG files.

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use stencil_runtime::chunks::ElementType;

use super::decode::{Look, Reader, changed};

/// Reads the header of a file.
pub(super) fn look(file: Reader) -> Result<Look, String> {
    Ok(decoder(file)?.1)
}

/// Decodes a file into bytes in row-major order.
pub(super) fn decode(file: Reader, wanted: &Look, bytes: &mut [u8]) -> Result<(), String> {
    let (mut decoder, found) = decoder(file)?;
    changed(found, wanted)?;
    decoder.decode_into(bytes).map_err(|error| format!("cannot be decoded: {error}"))
}

fn decoder(file: Reader) -> Result<(JpegDecoder<Reader>, Look), String> {
    // Strict: the rest of a file that is cut off is not grey.
    let options = DecoderOptions::new_safe().set_max_width(1 << 16).set_max_height(1 << 16).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(file, options);
    let unreadable = |error| format!("has a header that cannot be read: {error}");
    decoder.decode_headers().map_err(unreadable)?;
    let (Some(info), Some(colours)) = (decoder.info(), decoder.input_colorspace()) else {
        return Err("has no header".to_owned());
    };
    let (output, channels) = match colours {
        ColorSpace::Luma => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(output));
    let look = Look { rows: info.height.into(), columns: info.width.into(), channels, scalar: ElementType::U8 };
    Ok((decoder, look))
}
