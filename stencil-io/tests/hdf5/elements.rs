//! Element types, orders of bytes, filters.

use super::*;

fn round_trip<T: Scalar + PartialEq + std::fmt::Debug + Default + Copy>(value: impl Fn(usize) -> T) {
    let folder = tempfile::tempdir().unwrap();
    let shapes = [&[7, 5, 3][..], &[1], &[11], &[0, 4], &[3, 0], &[1, 1, 6], &[2, 3, 4, 5]];
    for (number, shape) in shapes.iter().enumerate() {
        let count: usize = shape.iter().product();
        let x = ArrayD::from_shape_vec(IxDyn(shape), (0..count).map(&value).collect()).unwrap();
        for deflate in [None, Some(0), Some(9)] {
            let path = folder.path().join(format!("{number}-{deflate:?}.h5"));
            let chunks: Vec<usize> = [4, 2, 5, 3][..shape.len()].to_vec();
            let sink = Hdf5::create(&path, "/one/two/x/").chunks(chunks.clone());
            let sink = if let Some(level) = deflate { sink.deflate(level) } else { sink.uncompressed() };
            write_all(&sink, &x).unwrap();
            let source = Hdf5::open(&path, "one/two/x").unwrap();
            let cut: Vec<usize> = chunks.iter().zip(*shape).map(|(&chunk, &n)| chunk.min(n.max(1))).collect();
            assert_eq!((source.shape(), source.chunks()), (shape.to_vec(), Some(cut)));
            assert_eq!(read_all::<T>(&source).unwrap(), x);
        }
    }
    assert_eq!(names(folder.path()).len(), 3 * shapes.len());
}

#[test]
fn every_element_type() {
    round_trip(|n| n % 3 == 0);
    round_trip(|n| n as i8);
    round_trip(|n| (n as i16).wrapping_mul(-301));
    round_trip(|n| n as i32 * -70_001);
    round_trip(|n| n as i64 * -5_000_000_001);
    round_trip(|n| n as u8);
    round_trip(|n| (n as u16).wrapping_mul(301));
    round_trip(|n| n as u32 * 70_001);
    round_trip(|n| u64::MAX - n as u64 * 5_000_000_001);
    round_trip(|n| n as f32 / 3.0);
    round_trip(|n| n as f64 / -3.0);
    #[cfg(feature = "f16")]
    round_trip(|n| half::f16::from_f64(n as f64 / 3.0));
}

#[test]
fn numbers_of_the_machine_and_single_cells() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    write_all(&Hdf5::create(&path, "x"), &ndarray::arr1(&[1_usize, usize::MAX]).into_dyn()).unwrap();
    let source = Hdf5::open(&path, "x").unwrap();
    assert_eq!(read_all::<u64>(&source).unwrap().as_slice().unwrap(), [1, u64::MAX]);
    let path = folder.path().join("y.h5");
    write_all(&Hdf5::create(&path, "y"), &ndarray::arr0(2.5_f32).into_dyn()).unwrap();
    let source = Hdf5::open(&path, "y").unwrap();
    assert_eq!((source.shape(), source.chunks()), (vec![], None));
    assert_eq!(read_all::<f32>(&source).unwrap(), ndarray::arr0(2.5).into_dyn());
}

/// NaNs keep their bits, and infinities and zeros their signs.
#[test]
fn floats_bit_by_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let bits = [0x7fc0_1234_u32, 0xffc0_0001, 0x7f80_0000, 0xff80_0000, 0x8000_0000, 1, 0x7f80_0001];
    let x = Array1::from_iter(bits.map(f32::from_bits)).into_dyn();
    write_all(&Hdf5::create(&path, "x").chunks([3]).deflate(1), &x).unwrap();
    let found = read_all::<f32>(&Hdf5::open(&path, "x").unwrap()).unwrap();
    assert_eq!(found.mapv(f32::to_bits).as_slice().unwrap(), bits);
}

#[test]
fn types_and_orders_of_bytes() {
    fn check<T: Scalar + Copy + Default + PartialEq + std::fmt::Debug>(name: &str, of: impl Fn(usize) -> T) {
        let expected = Array2::from_shape_fn((7, 10), |(i, j)| of(number(i, j))).into_dyn();
        let mut read = 0;
        for suffix in ["", "_little", "_big"] {
            for prefix in ["", "chunked/"] {
                if let Ok(source) = Hdf5::open(types(), &format!("/{prefix}{name}{suffix}")) {
                    assert_eq!(source.chunks(), (!prefix.is_empty()).then(|| vec![3, 4]));
                    assert_eq!(read_all::<T>(&source).unwrap(), expected, "{prefix}{name}{suffix}");
                    read += 1;
                }
            }
        }
        let (orders, chunked) =
            (if size_of::<T>() > 1 { 2 } else { 1 }, if ["bool", "i2", "f8"].contains(&name) { 2 } else { 1 });
        assert_eq!(read, orders * chunked, "{name}");
    }
    check("bool", |n| n % 3 == 0);
    check("i1", |n| n as i8);
    check("i2", |n| n as i16);
    check("i4", |n| n as i32);
    check("i8", |n| n as i64);
    check("u1", |n| n as u8);
    check("u2", |n| n as u16);
    check("u4", |n| n as u32);
    check("u8", |n| n as u64);
    check("f4", |n| n as f32);
    check("f8", |n| n as f64);
    #[cfg(feature = "f16")]
    check("f2", |n| half::f16::from_f64(n as f64));
    #[cfg(not(feature = "f16"))]
    assert!(
        Hdf5::open(types(), "f2_big").unwrap_err().to_string().contains("elements of float16 need the feature `f16`")
    );
}

#[test]
fn filters() {
    let expected = Array2::from_shape_fn((7, 10), |(i, j)| number(i, j) as i32).into_dyn();
    for name in ["gzip", "lzf", "lzf_shuffle", "fletcher", "all", "offsets", "unlimited"] {
        let source = Hdf5::open(types(), &format!("filters/{name}")).unwrap();
        // Chunks may be longer than an array that can grow.
        assert_eq!(source.chunks(), Some(if name == "unlimited" { vec![64, 64] } else { vec![3, 4] }));
        assert_eq!(read_all::<i32>(&source).unwrap(), expected, "{name}");
    }
}

#[test]
fn what_else_files_hold() {
    let open = |name: &str| Hdf5::open(types(), &format!("others/{name}"));
    let refused = |name: &str, reason: &str| {
        let error = open(name).unwrap_err().to_string();
        assert!(error.contains(reason) && error.starts_with(types().to_str().unwrap()), "{error}");
    };
    assert_eq!(read_all::<i16>(&open("enum").unwrap()).unwrap().as_slice().unwrap(), [7, 1, 0, 7]);
    let partial = read_all::<f32>(&open("partial").unwrap()).unwrap();
    let expected = |(i, j)| if (2..4).contains(&i) && (2..4).contains(&j) { 3.0 } else { -1.0 };
    assert_eq!(partial, Array2::from_shape_fn((5, 6), expected).into_dyn());
    assert_eq!(read_all::<f64>(&open("scalar").unwrap()).unwrap(), ndarray::arr0(2.5).into_dyn());
    assert_eq!(read_all::<u16>(&open("none").unwrap()).unwrap().shape(), [0, 4]);
    assert_eq!(read_all::<i16>(&open("linked").unwrap()).unwrap()[[1, 2]], number(1, 2) as i16);
    refused("enum_big", "enum (int16), in bits that are not the usual ones");
    refused("text", "holds elements of HDF5's type unicode (var len)");
    refused("complex", "holds elements of HDF5's type");
    refused("long", "holds elements that kernels do not take");
    refused("null", "has no cells");
    refused("virtual", "is virtual");
    refused("external", "in files beside");
    refused("dangling", "has no dataset /others/dangling: it has /attributes, /bool, ");
    refused("group", "has no dataset /others/group");
    // Two bytes, but no half float.
    #[cfg(feature = "f16")]
    refused("brain", "float16, in bits that are not the usual ones");
}
