//! The header of an NPY file: a Python dictionary with the element type, the order of the axes and the shape.

use std::io::Read;

use stencil_runtime::chunks::{DataType, ElementType};

const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header that is read: NumPy's own have some hundred bytes.
const LONGEST: usize = 1 << 20;

/// The header of a file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) scalar: ElementType,
    /// True when the bytes of elements lie in the other order than in the machine's memory.
    pub(super) swapped: bool,
    /// True when the first axis varies fastest.
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
    /// The bytes before the first element.
    pub(super) start: u64,
}

impl Header {
    /// Reads a header, and nothing behind it.
    pub(super) fn read(file: &mut impl Read) -> Result<Header, String> {
        let mut first = [0; 8];
        file.read_exact(&mut first).map_err(|_| "is no NPY file: it is too short".to_owned())?;
        if !first.starts_with(MAGIC) {
            return Err("is no NPY file".to_owned());
        }
        let width = match first[6] {
            1 => 2,
            2 | 3 => 4,
            version => return Err(format!("is an NPY file of version {version}, and 1, 2 and 3 can be read")),
        };
        let cut_off = |_| "is cut off within its header".to_owned();
        let mut length = [0; 4];
        file.read_exact(&mut length[..width]).map_err(cut_off)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(format!("has a header of {length} bytes, and at most {LONGEST} are read"));
        }
        let mut text = vec![0; length];
        file.read_exact(&mut text).map_err(cut_off)?;
        Header::parse(&text, (first.len() + width + length) as u64)
    }

    fn parse(text: &[u8], start: u64) -> Result<Header, String> {
        let mut text = Text { rest: text };
        let (mut descr, mut order, mut shape) = (None, None, None);
        let broken = || "has a header that cannot be read".to_owned();
        text.expect(b'{').ok_or_else(broken)?;
        while !text.take(b'}') {
            let key = text.string().ok_or_else(broken)?;
            text.expect(b':').ok_or_else(broken)?;
            match &*key {
                "descr" if text.peek() == Some(b'[') => {
                    return Err("holds records: an array of one kind of number can be read".to_owned());
                }
                "descr" => descr = Some(text.string().ok_or_else(broken)?),
                "fortran_order" => order = Some(text.boolean().ok_or_else(broken)?),
                "shape" => shape = Some(text.shape().ok_or_else(broken)?),
                other => return Err(format!("has a header with the key {other:?}, which is unknown")),
            }
            if !text.take(b',') && text.peek() != Some(b'}') {
                return Err(broken());
            }
        }
        let (Some(descr), Some(fortran), Some(shape)) = (descr, order, shape) else {
            return Err("has a header without one of `descr`, `fortran_order`, `shape`".to_owned());
        };
        let Some((scalar, swapped)) = element(&descr) else {
            return Err(format!("holds elements of NumPy's type {descr:?}, which kernels do not take"));
        };
        let header = Header { scalar, swapped, fortran, shape, start };
        // Bounds as if no axis were empty, so that strides are numbers, too.
        let most = header.shape.iter().try_fold(header.size(), |bytes, &n| bytes.checked_mul(n.max(1)));
        if most.is_none_or(|bytes| bytes > isize::MAX as usize / 2) {
            return Err(format!("claims the shape {:?}, which is more than memory can address", header.shape));
        }
        Ok(header)
    }

    /// The bytes of an element.
    pub(super) fn size(&self) -> usize {
        DataType::from(self.scalar).size()
    }

    /// The bytes of all elements.
    pub(super) fn bytes(&self) -> u64 {
        self.shape.iter().product::<usize>() as u64 * self.size() as u64
    }

    /// The header of a new file, and its bytes; `None` for elements that are no numbers.
    pub(super) fn new(data_type: DataType, shape: &[usize]) -> Option<(Header, Vec<u8>)> {
        let scalar = data_type.scalar()?;
        let order = match data_type.size() {
            1 => '|',
            _ if cfg!(target_endian = "little") => '<',
            _ => '>',
        };
        let kind = kind(scalar);
        let mut text = String::from("(");
        for n in shape {
            text += &format!("{n}, ");
        }
        // One axis keeps its comma, or Python would read a number.
        let text = if shape.len() == 1 { text.trim_end().to_owned() } else { text.trim_end_matches(", ").to_owned() };
        let text =
            format!("{{'descr': '{order}{kind}{}', 'fortran_order': False, 'shape': {text}), }}", data_type.size());
        // Magic, version and length take 10 bytes, a line break ends the header, and elements begin at a multiple of 64.
        let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend(u16::try_from(length).ok()?.to_le_bytes());
        bytes.extend(format!("{text:<0$}\n", length - 1).bytes());
        let start = bytes.len() as u64;
        Some((Header { scalar, swapped: false, fortran: false, shape: shape.to_vec(), start }, bytes))
    }
}

/// NumPy's letter of a kind of number.
fn kind(scalar: ElementType) -> char {
    use ElementType::{Bool, F16, F32, F64, I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize};
    match scalar {
        Bool => 'b',
        I8 | I16 | I32 | I64 | Isize => 'i',
        U8 | U16 | U32 | U64 | Usize => 'u',
        F16 | F32 | F64 => 'f',
    }
}

/// The number that NumPy's text stands for, and whether its bytes lie the other way.
fn element(descr: &str) -> Option<(ElementType, bool)> {
    use ElementType::{Bool, F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let (order, kind) = match descr.split_at_checked(1)? {
        (order @ ("<" | ">" | "=" | "|"), kind) => (order, kind),
        _ => ("=", descr),
    };
    let scalar = match kind {
        "b1" => Bool,
        "i1" => I8,
        "i2" => I16,
        "i4" => I32,
        "i8" => I64,
        "u1" => U8,
        "u2" => U16,
        "u4" => U32,
        "u8" => U64,
        "f2" => F16,
        "f4" => F32,
        "f8" => F64,
        _ => return None,
    };
    let other = if cfg!(target_endian = "little") { ">" } else { "<" };
    Some((scalar, order == other))
}

/// The rest of a header's text.
struct Text<'a> {
    rest: &'a [u8],
}

impl Text<'_> {
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// A text in quotes; none of a header's has an escape.
    fn string(&mut self) -> Option<String> {
        let quote = self.peek().filter(|byte| matches!(byte, b'\'' | b'"'))?;
        let end = self.rest[1..].iter().position(|&byte| byte == quote)?;
        let text = String::from_utf8(self.rest[1..=end].to_vec()).ok()?;
        self.rest = &self.rest[end + 2..];
        Some(text)
    }

    fn boolean(&mut self) -> Option<bool> {
        self.peek();
        let value = [(&b"True"[..], true), (b"False", false)].into_iter().find(|(word, _)| self.rest.starts_with(word));
        let (word, value) = value?;
        self.rest = &self.rest[word.len()..];
        Some(value)
    }

    fn shape(&mut self) -> Option<Vec<usize>> {
        self.expect(b'(')?;
        let mut shape = Vec::new();
        while !self.take(b')') {
            self.peek();
            let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (number, rest) = self.rest.split_at(digits);
            shape.push(std::str::from_utf8(number).ok()?.parse().ok()?);
            // Python 2 wrote long numbers so.
            self.rest = rest.strip_prefix(b"L").unwrap_or(rest);
            if !self.take(b',') && self.peek() != Some(b')') {
                return None;
            }
        }
        Some(shape)
    }
}
