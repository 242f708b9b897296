//! Files that changed, are torn, or claim what they do not hold.

use super::*;

#[test]
fn a_changed_file_has_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    fs::copy(types(), &path).unwrap();
    let source = Hdf5::open(&path, "i4_big").unwrap();
    let before = source.version().unwrap();
    assert_eq!(source.version().unwrap(), before);
    let mut bytes = fs::read(&path).unwrap();
    bytes.push(0);
    fs::write(&path, bytes).unwrap();
    assert_ne!(source.version().unwrap(), before);
    fs::remove_file(&path).unwrap();
    assert!(source.version().is_err());
}

/// A dataset that a link leads to in another file has that file's version.
#[test]
fn links_to_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let [x, y] = ["x.h5", "y.h5"].map(|name| folder.path().join(name));
    write_all(&Hdf5::create(&x, "x"), &noise(4, 5).into_dyn()).unwrap();
    files().create(&y).unwrap().link_external(x.to_str().unwrap(), "/x", "there").unwrap();
    let source = Hdf5::open(&y, "there").unwrap();
    assert_eq!(read_all::<f32>(&source).unwrap(), noise(4, 5).into_dyn());
    assert_eq!((source.paths(), source.version()), (vec![y, x.clone()], Hdf5::open(&x, "x").unwrap().version()));
}

/// Shapes beyond all memory, of which nothing is stored.
#[test]
fn absurd_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let file = files().create(&path).unwrap();
    let shape = [1_usize << 20, 1 << 20, 1 << 10];
    file.new_dataset::<f64>().shape(shape).chunk([16, 16, 16]).fill_value(7.0_f64).create("chunked").unwrap();
    file.new_dataset::<f64>().shape(shape).no_chunk().fill_value(7.0_f64).create("contiguous").unwrap();
    file.new_dataset::<f64>().shape([1_usize << 40, 1 << 20]).chunk([1, 1]).create("beyond").unwrap();
    file.new_dataset::<u8>().shape([1_usize << 31, 4]).chunk([1 << 30, 2]).create("wide").unwrap();
    file.close().unwrap();
    for name in ["chunked", "contiguous"] {
        let source = Hdf5::open(&path, name).unwrap();
        assert_eq!(source.shape(), shape);
        let mut cells = Array3::<f64>::zeros((16, 16, 16));
        let end = (1 << 20) - 16..1 << 20;
        source.read(&[end.clone(), end, 0..16], &mut CellsMut::of(&mut cells)).unwrap();
        assert!(cells.iter().all(|&x| x == 7.0));
        // A job of so many cells is refused, or would take years, but takes no memory.
        assert!(source.scratch_bytes() < 8 << 20);
    }
    assert!(Hdf5::open(&path, "beyond").unwrap_err().to_string().contains("more than memory can address"));
    // A chunk that is larger than a job's memory.
    let source = Hdf5::open(&path, "wide").unwrap();
    #[stencil]
    fn same(x: Window2<u8>) -> u8 {
        x[[0, 0]]
    }
    let job = Job::new(same(), source, Npy::create(folder.path().join("y.npy"))).memory(64 << 20);
    let error = job.run().unwrap_err().to_string();
    assert!(error.contains("memory"), "{error}");
}

/// The error of a file as a whole: of opening one of its datasets, or else of reading it.
fn read_error(path: &Path, name: &str) -> Option<String> {
    let read = Hdf5::open(path, name).and_then(|source| match name {
        "chunked/f8_big" => read_all::<f64>(&source).map(drop),
        _ => read_all::<i32>(&source).map(drop),
    });
    read.err().map(|error| error.to_string())
}

#[test]
fn torn_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let whole = fs::read(types()).unwrap();
    for length in (0..whole.len()).step_by(1 + whole.len() / 300).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        let error = read_error(&path, "filters/gzip").expect("a file that is cut off");
        assert!(error.starts_with(path.to_str().unwrap()), "{error}");
    }
    fs::write(&path, "no HDF5").unwrap();
    let error = read_error(&path, "x").unwrap();
    assert!(error.contains("x.h5: cannot be opened as HDF5: H5Fopen(): "), "{error}");
    // The name of the file, the box, and the library's words.
    let file = hdf5::File::open(types()).unwrap();
    let chunk = file.dataset("filters/all").unwrap().chunk_info(3).unwrap();
    assert_eq!(chunk.offset, [3, 0]);
    drop(file);
    let mut bytes = whole;
    bytes[chunk.addr as usize + 5] ^= 0x10;
    fs::write(&path, bytes).unwrap();
    let source = Hdf5::open(&path, "filters/all").unwrap();
    let mut cells = Array2::<i32>::zeros((3, 4));
    source.read(&[0..3, 4..8], &mut CellsMut::of(&mut cells)).unwrap();
    let error = source.read(&[3..6, 0..4], &mut CellsMut::of(&mut cells)).unwrap_err();
    assert_eq!(error.region(), Some(&[3..6, 0..4][..]));
    let begin = format!("{}, /filters/all [3..6, 0..4]: cannot be read: H5Dread(): ", path.display());
    assert!(error.to_string().starts_with(&begin) && error.to_string().contains("filter"), "{error}");
    let (error, y) =
        (|result: Result<_, ndstencil::Error>| result.unwrap_err().to_string(), folder.path().join("y.npy"));
    let error = error(Job::copy(source, Npy::create(y)).run());
    assert!(error.contains("[3..6, 0..4]"), "{error}");
}

/// A byte of compressed cells that differs is an error, and gives no other cells.
#[test]
fn broken_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    for name in ["filters/all", "chunked/f8_big"] {
        let file = hdf5::File::open(types()).unwrap();
        let dataset = file.dataset(name).unwrap();
        let chunks: Vec<_> = (0..9).map(|number| dataset.chunk_info(number).unwrap()).collect();
        drop((dataset, file));
        let bytes = fs::read(types()).unwrap();
        for (number, chunk) in chunks.iter().enumerate() {
            for at in (chunk.addr..chunk.addr + chunk.size).skip(number).step_by(5) {
                let at = at as usize;
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << (at % 8);
                fs::write(&path, &bytes).unwrap();
                let Some(error) = read_error(&path, name) else {
                    // A bit that nothing depends on.
                    let cells = match name {
                        "filters/all" => read_all::<i32>(&Hdf5::open(&path, name).unwrap()).unwrap().mapv(f64::from),
                        _ => read_all::<f64>(&Hdf5::open(&path, name).unwrap()).unwrap(),
                    };
                    assert_eq!(cells, Array2::from_shape_fn((7, 10), |(i, j)| self::number(i, j) as f64).into_dyn());
                    continue;
                };
                assert!(error.contains("cannot be read: H5Dread(): "), "{error}");
            }
        }
    }
}

#[test]
fn other_cells_than_a_box_has() {
    let source = Hdf5::open(types(), "i4_big").unwrap();
    let wrong = |region: &[Range<usize>], cells: &mut CellsMut<'_>| {
        let error = source.read(region, cells).unwrap_err().to_string();
        assert!(error.contains("other cells are asked for"), "{error}");
    };
    wrong(&[0..7, 0..11], &mut CellsMut::of(&mut Array2::<i32>::zeros((7, 11))));
    wrong(&[0..7, 0..9], &mut CellsMut::of(&mut Array2::<i32>::zeros((7, 10))));
    wrong(&[0..7, 0..10], &mut CellsMut::of(&mut Array2::<u32>::zeros((7, 10))));
    wrong(&[0..7], &mut CellsMut::of(&mut Array1::<i32>::zeros(7)));
}
