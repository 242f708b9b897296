//! Jobs that read and write HDF5 files.

use super::*;

#[test]
fn a_job_equals_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["x.h5", "y.h5"].map(|name| folder.path().join(name));
    let x = noise(301, 203);
    let sinks = [Hdf5::create(&from, "x").chunks([50, 64]).deflate(3), Hdf5::create(&from, "x").chunks([301, 203])];
    for sink in sinks {
        Job::copy(&x, sink).restart(true).run().unwrap();
        for (memory, workers) in [(1 << 30, 2), (24 << 20, 3), (7 << 20, 1)] {
            let sink = Hdf5::create(&to, "y").chunks([33, 40]);
            let job = Job::new(blur(), Hdf5::open(&from, "x").unwrap(), sink);
            job.memory(memory).workers(workers).restart(true).run().unwrap();
            let found = read_all::<f32>(&Hdf5::open(&to, "y").unwrap()).unwrap();
            assert_eq!(found, blur().apply(&x).unwrap().into_dyn());
        }
    }
    assert_eq!(names(folder.path()), ["x.h5", "x.h5.job", "y.h5", "y.h5.job"]);
}

/// Boxes of a contiguous dataset that are longer than a piece.
#[test]
fn long_boxes_without_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let x = Array3::from_shape_fn((3, 1500, 700), |(k, i, j)| (k * 7919 + i * 31 + j * 7) as u32);
    files().create(&path).unwrap().new_dataset_builder().with_data(&x).no_chunk().create("x").unwrap();
    let source = Hdf5::open(&path, "x").unwrap();
    assert_eq!(source.chunks(), None);
    let mut y = Array3::<u32>::zeros((2, 1499, 699));
    source.read(&[1..3, 1..1500, 1..700], &mut CellsMut::of(&mut y)).unwrap();
    assert_eq!(y, x.slice(s![1.., 1.., 1..]));
}

/// Several threads read one dataset, several datasets of one file, and write at once.
#[test]
fn threads_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let source = Hdf5::open(types(), "chunked/i2_big").unwrap();
    let expected = Array2::from_shape_fn((7, 10), |(i, j)| number(i, j) as i16).into_dyn();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (source, expected, folder) = (&source, &expected, folder.path());
            scope.spawn(move || {
                for turn in 0..20 {
                    assert_eq!(&read_all::<i16>(source).unwrap(), expected);
                    let own = Hdf5::open(types(), "i2_little").unwrap();
                    assert_eq!(&read_all::<i16>(&own).unwrap(), expected);
                    assert!(Hdf5::open(types(), "none").is_err());
                    let path = folder.join(format!("{thread}-{turn}.h5"));
                    write_all(&Hdf5::create(&path, "x").chunks([2, 3]).deflate(1), expected).unwrap();
                    assert_eq!(&read_all::<i16>(&Hdf5::open(&path, "x").unwrap()).unwrap(), expected);
                }
            });
        }
    });
}

#[test]
fn a_stopped_job_goes_on() {
    static BROKEN: AtomicBool = AtomicBool::new(true);
    fn checked(x: f32) -> f32 {
        assert!(x != 0.0 || !BROKEN.load(Ordering::Relaxed), "a bad cell");
        x
    }
    #[stencil(boundary = Nearest)]
    fn careful(x: Window2<f32>) -> f32 {
        checked(x[[0, 0]]) + x[[1, 0]]
    }
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["x.npy", "y.h5"].map(|name| folder.path().join(name));
    let mut x = noise(200, 100) + 1.0;
    x[[150, 3]] = 0.0;
    Job::copy(&x, Npy::create(&from)).run().unwrap();
    let job = || {
        let sink = Hdf5::create(&to, "y").chunks([32, 32]).deflate(1);
        Job::new(careful(), Npy::open(&from).unwrap(), sink).memory(70 << 10).workers(2)
    };
    let error = job().run().unwrap_err();
    assert!(error.to_string().contains("a bad cell"), "{error}");
    assert!(!to.exists() && folder.path().join("y.h5.cells.unfinished").exists());
    BROKEN.store(false, Ordering::Relaxed);
    // Killed while the file was made.
    fs::write(folder.path().join("y.h5.99-7.partial"), "half").unwrap();
    fs::write(folder.path().join("y.h5.notes.partial"), "another's").unwrap();
    let summary = job().run().unwrap();
    assert!(summary.skipped > 0 && summary.skipped < summary.chunks);
    let again = fs::read(&to).unwrap();
    let expected = careful().apply(&x).unwrap().into_dyn();
    assert_eq!(read_all::<f32>(&Hdf5::open(&to, "y").unwrap()).unwrap(), expected);
    assert_eq!(names(folder.path()), ["x.npy", "x.npy.job", "y.h5", "y.h5.job", "y.h5.notes.partial"]);
    // All is done: another run finds the finished file.
    let summary = job().run().unwrap();
    assert_eq!(summary.skipped, summary.chunks);
    // The same bytes as without a stop.
    job().restart(true).run().unwrap();
    assert!(fs::read(&to).unwrap() == again);
    // The file is gone, the journal is not.
    fs::remove_file(&to).unwrap();
    let error = job().run().unwrap_err().to_string();
    assert!(error.contains("`.restart(true)` begins anew"), "{error}");
}

/// Stopped between the last cell and the file: at each step of finishing.
#[test]
fn a_job_that_is_stopped_as_it_finishes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.h5");
    let x = noise(20, 30).into_dyn();
    let form = Form::new(&[20, 30], DataType::of::<f32>());
    let sink = Hdf5::create(&path, "y").chunks([8, 8]);
    write_form(&sink, &form, &x).unwrap();
    let whole = fs::read(&path).unwrap();
    let staged = folder.path().join("staged");
    let writer = Npy::create(&staged);
    let writer = writer.open(&form, Open::New).unwrap();
    writer.write(&[0..20, 0..30], &Cells::of(&x)).unwrap();
    writer.finish().unwrap();
    // The cells were named; the file was named, too, or not; or all was done.
    for (cells, file) in [(true, false), (true, true), (false, true)] {
        if cells {
            fs::copy(&staged, folder.path().join("y.h5.cells")).unwrap();
        }
        if !file {
            fs::remove_file(&path).unwrap();
        }
        let writer = sink.open(&form, Open::Resume).unwrap();
        writer.finish().unwrap();
        assert!(fs::read(&path).unwrap() == whole);
        assert_eq!(names(folder.path()), ["staged", "y.h5"]);
    }
    // To a finished file nothing is written, and another one is no file of this job.
    let writer = sink.open(&form, Open::Resume).unwrap();
    assert!(writer.write(&[0..20, 0..30], &Cells::of(&x)).unwrap_err().to_string().contains("is finished"));
    drop(writer);
    let other = Form::new(&[20, 31], DataType::of::<f32>());
    assert!(sink.open(&other, Open::Resume).is_err_and(|error| error.to_string().contains("begins anew")));
}

/// Two processes that finish at once.
#[test]
fn two_finish_at_once() {
    for _ in 0..30 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("y.h5");
        let x = noise(40, 30).into_dyn();
        let form = Form::new(&[40, 30], DataType::of::<f32>());
        let sink = || Hdf5::create(&path, "y").chunks([8, 8]);
        let sinks = [sink(), sink(), sink()];
        let first = sinks[0].open(&form, Open::New).unwrap();
        let writers = [first, sinks[1].open(&form, Open::Resume).unwrap(), sinks[2].open(&form, Open::Resume).unwrap()];
        writers[1].write(&[0..40, 0..30], &Cells::of(&x)).unwrap();
        std::thread::scope(|scope| writers.iter().for_each(|writer| drop(scope.spawn(|| writer.finish().unwrap()))));
        assert_eq!(read_all::<f32>(&Hdf5::open(&path, "y").unwrap()).unwrap(), x);
        assert_eq!(names(folder.path()), ["y.h5"]);
    }
}

#[test]
fn what_is_there_is_replaced_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.h5");
    fs::write(&path, b"precious").unwrap();
    let x = noise(10, 10);
    let job = || Job::copy(&x, Hdf5::create(&path, "y"));
    let error = job().run().unwrap_err().to_string();
    assert!(error.contains("y.h5: is there already; `.restart(true)` replaces it"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    let form = Form::new(&[10, 10], DataType::of::<f32>());
    let sink = Hdf5::create(&path, "y");
    let writer = sink.open(&form, Open::New).unwrap();
    // The earlier file stays until the new one is whole.
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    drop(writer);
    job().restart(true).run().unwrap();
    assert_eq!(read_all::<f32>(&Hdf5::open(&path, "y").unwrap()).unwrap(), x.clone().into_dyn());
    // A reader that has the earlier file open goes on with it.
    let earlier = Hdf5::open(&path, "y").unwrap();
    Job::copy(&(&x + 1.0), Hdf5::create(&path, "y")).restart(true).run().unwrap();
    assert_eq!(read_all::<f32>(&earlier).unwrap(), x.clone().into_dyn());
    assert_eq!(read_all::<f32>(&Hdf5::open(&path, "y").unwrap()).unwrap(), (&x + 1.0).into_dyn());
    // A job does not write over what it reads.
    let error = Job::new(blur(), earlier, Hdf5::create(&path, "z")).restart(true).run().unwrap_err();
    assert!(error.to_string().contains("y.h5"), "{error}");
    // Places where no file can be made, and what no file holds.
    let refused = |sink: Hdf5Sink, form: &Form, reason: &str| {
        let error = sink.open(form, Open::New).err().unwrap().to_string();
        assert!(error.contains(reason), "{error}");
    };
    use stencil_io::Hdf5Sink;
    refused(Hdf5::create(folder.path(), "y"), &form, "is a folder");
    refused(Hdf5::create(folder.path().join("missing/y.h5"), "y"), &form, "cannot be made");
    refused(Hdf5::create(&path, "y"), &Form::new(&[4], DataType::of::<[u8; 2]>()), "cannot hold elements of [u8; 2]");
    refused(Hdf5::create(&path, "y"), &Form::new(&[1; 33], DataType::of::<u8>()), "33 axes");
    refused(Hdf5::create(&path, "y").chunks([5]), &form, "chunks of [5] do not suit its shape [10, 10]");
    refused(Hdf5::create(&path, "y").chunks([5, 0]), &form, "chunks of [5, 0] do not suit");
    refused(Hdf5::create(&path, "y").deflate(10), &form, "level beyond 9");
    refused(Hdf5::create(&path, "y").dimension_names(["a"]), &form, "has 2 axes");
    let large = Form::new(&[1 << 20, 1 << 20], DataType::of::<u8>());
    refused(Hdf5::create(&path, "y").chunks([1 << 20, 1 << 13]), &large, "more than the 4 GiB");
    assert_eq!(names(folder.path()), ["y.h5", "y.h5.job"]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let form = Form::new(&[4], DataType::of::<u8>());
    let path = folder.path().join("locked/y.h5");
    fs::create_dir(folder.path().join("locked")).unwrap();
    fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write all the same.
    if fs::write(folder.path().join("locked/probe"), "").is_err() {
        let sink = Hdf5::create(&path, "y");
        let error = sink.open(&form, Open::New).err().unwrap().to_string();
        assert!(error.contains("cannot be made"), "{error}");
    }
    fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o755)).unwrap();
}
