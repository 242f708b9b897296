//! Jobs that stopped and go on.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil::{Error, FailedBy, JobError};

use super::stored::{Files, Folder, Stored};

#[stencil(boundary = Wrap)]
fn mixed(x: Window2<u32>, factor: u32) -> u32 {
    x[[-1, 0]].wrapping_mul(factor).wrapping_add(x[[0, 2]]).wrapping_sub(x[[1, -1]])
}

static PANICS: AtomicBool = AtomicBool::new(false);

#[stencil(boundary = Nearest)]
fn fragile(x: Window2<u32>) -> u32 {
    let [i, j] = x.position();
    assert!(!(PANICS.load(Ordering::Relaxed) && i == 25 && j == 35), "cell 25, 35 is bad");
    x[[0, 1]]
}

const SHAPE: [usize; 2] = [60, 70];
const CHUNKS: [usize; 2] = [16, 20];

#[test]
fn a_chunk_that_panics_is_named_and_the_rest_is_done_once() {
    let folder = Folder::new();
    let source = Stored::new(SHAPE, Some([7, 70]));
    let expected = fragile().apply(&source.whole()).unwrap();
    let output = folder.0.join("out");
    PANICS.store(true, Ordering::Relaxed);
    let first = Files::new(&output, SHAPE, CHUNKS);
    let error = Job::new(fragile(), &source, &first).run().unwrap_err();
    let Error::Job(JobError::Chunks { failed, done, total, .. }) = &error else { panic!("{error}") };
    assert_eq!((failed.len(), *done, *total), (1, 15, 16));
    assert_eq!((failed[0].chunk, &failed[0].region[..]), (5, &[16..32, 20..40][..]));
    assert_eq!(failed[0].error, FailedBy::Panic("cell 25, 35 is bad".to_owned()));
    assert!(error.to_string().contains("chunk 5 [16..32, 20..40]: a panic: cell 25, 35 is bad"), "{error}");
    assert_eq!(first.written.lock().unwrap().len(), 15);

    PANICS.store(false, Ordering::Relaxed);
    let second = Files::new(&output, SHAPE, CHUNKS);
    let summary = Job::new(fragile(), &source, &second).run().unwrap();
    assert_eq!((summary.chunks, summary.skipped), (16, 15));
    assert_eq!(*second.written.lock().unwrap(), [vec![16..32, 20..40]]);
    assert_eq!(second.array(), expected);

    // Nothing is left to do.
    let third = Files::new(&output, SHAPE, CHUNKS);
    assert_eq!(Job::new(fragile(), &source, &third).run().unwrap().skipped, 16);
    assert!(third.written.lock().unwrap().is_empty());
}

#[test]
fn the_journal_of_another_job_is_refused() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new(SHAPE, None);
    let run = |source: &Stored, factor: u32, chunks: [usize; 2], boundary: Boundary<u32>| {
        let files = Files::new(&output, SHAPE, chunks);
        Job::new(mixed(factor).boundary(boundary), source, &files).run().map(|summary| summary.skipped)
    };
    assert_eq!(run(&source, 3, CHUNKS, Boundary::Wrap), Ok(0));
    assert_eq!(run(&source, 3, CHUNKS, Boundary::Wrap), Ok(16));
    let changed = Stored { version: "newer".to_owned(), ..Stored::new(SHAPE, None) };
    let refused = [
        (run(&source, 4, CHUNKS, Boundary::Wrap), "parameter factor: 3"),
        (run(&source, 3, [16, 70], Boundary::Wrap), "its chunks are [16, 20], those of this job [16, 70]"),
        (run(&source, 3, CHUNKS, Boundary::Nearest), "boundary x: Wrap Wrap"),
        (run(&source, 3, CHUNKS, Boundary::Constant(7)), "this job \"boundary x: Constant(U32 [07, 00, 00, 00])"),
        (run(&changed, 3, CHUNKS, Boundary::Wrap), "of u32 newer"),
    ];
    for (result, reason) in refused {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Job(JobError::Journal { .. })), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.to_string().contains("`.restart(true)`"), "{error}");
    }
    // Anew.
    let files = Files::new(&output, SHAPE, [16, 70]);
    let summary = Job::new(mixed(5), &source, &files).restart(true).run().unwrap();
    assert_eq!((summary.chunks, summary.skipped), (4, 0));
    assert_eq!(files.array(), mixed(5).apply(&source.whole()).unwrap());
}

/// A job of which nobody knows whether its inputs are as they were does not go on.
#[test]
fn other_arrays_of_the_same_shape_are_other_jobs() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let run =
        |x: &Array2<u32>| Job::new(mixed(1), x, Files::new(&output, SHAPE, CHUNKS)).run().map(|done| done.skipped);
    let (first, second) = (Array2::from_elem(SHAPE, 1), Array2::from_elem(SHAPE, 2));
    assert_eq!(run(&first), Ok(0));
    assert_eq!(run(&first), Ok(16));
    let error = run(&second).unwrap_err();
    assert!(matches!(error, Error::Job(JobError::Journal { .. })), "{error}");

    struct Unknown(Stored);
    impl ndstencil::chunks::Source for Unknown {
        fn name(&self) -> String {
            "unknown".to_owned()
        }
        fn shape(&self) -> Vec<usize> {
            self.0.shape()
        }
        fn data_type(&self) -> ndstencil::chunks::DataType {
            self.0.data_type()
        }
        fn read(
            &self,
            region: &[std::ops::Range<usize>],
            cells: &mut ndstencil::chunks::CellsMut<'_>,
        ) -> Result<(), ndstencil::IoError> {
            self.0.read(region, cells)
        }
    }
    let output = folder.0.join("other");
    let source = Unknown(Stored::new(SHAPE, None));
    let files = Files::new(&output, SHAPE, CHUNKS);
    Job::new(mixed(1), &source, &files).run().unwrap();
    assert!(!output.with_extension("job").exists());
    let error = Job::new(mixed(1), &source, &files).run().unwrap_err();
    assert!(error.to_string().contains("is there already"), "{error}");
    let error = Job::new(mixed(1), &source, &files).journal(folder.0.join("j")).run().unwrap_err();
    assert!(error.to_string().contains("nobody knows whether unknown, whose"), "{error}");
    let error = Job::new(mixed(1), &source, &files).shard(0, 2).run().unwrap_err();
    assert!(matches!(error, Error::Job(JobError::Unnoted { .. })), "{error}");
}

#[test]
fn outputs_without_a_journal_are_kept() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    fs::create_dir(&output).unwrap();
    let source = Stored::new(SHAPE, None);
    let files = Files::new(&output, SHAPE, CHUNKS);
    let error = Job::new(mixed(1), &source, &files).run().unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
    assert!(!output.with_extension("job").exists());
    Job::new(mixed(1), &source, &files).restart(true).run().unwrap();
}

/// A job that was stopped while it made its outputs goes on: what is there then is its own.
#[test]
fn outputs_that_were_about_to_be_opened() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new(SHAPE, None);
    let files = Files::new(&output, SHAPE, CHUNKS);
    let job = || Job::new(mixed(1), &source, &files).run();
    job().unwrap();
    let journal = output.with_extension("job");
    let text = fs::read_to_string(&journal).unwrap();
    let (head, _) = text.split_once("opened\n").unwrap();
    assert!(head.ends_with("\nopening\n\n"), "{head}");
    fs::write(&journal, head).unwrap();
    assert_eq!(job().unwrap().skipped, 0);
    // Before it: whatever is there is not the job's.
    fs::write(&journal, head.strip_suffix("opening\n\n").unwrap()).unwrap();
    assert!(job().unwrap_err().to_string().contains("is there already"));
    assert!(!journal.exists());

    /// An output that cannot be made.
    struct Never;
    impl ndstencil::chunks::Sink for Never {
        fn name(&self) -> String {
            "never".to_owned()
        }
        fn chunks(&self, _: &ndstencil::chunks::Form) -> Result<Option<Vec<usize>>, ndstencil::IoError> {
            Ok(None)
        }
        fn open(
            &self,
            _: &ndstencil::chunks::Form,
            _: ndstencil::chunks::Open,
        ) -> Result<Box<dyn ndstencil::chunks::Writer + '_>, ndstencil::IoError> {
            Err(ndstencil::IoError::new("never", "cannot be made"))
        }
    }
    let output = folder.0.join("both");
    let files = Files::new(&output, SHAPE, CHUNKS);
    for _ in 0..2 {
        // The first output is made, and is not in the way of the second run.
        let error = Job::new((mixed(1), mixed(2)), &source, (&files, Never)).run().unwrap_err();
        assert!(error.to_string().contains("cannot be made"), "{error}");
        assert!(output.exists());
    }
}

#[test]
fn shares_make_up_the_job() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new(SHAPE, Some([9, 31]));
    let run = |share: usize, shares: usize| {
        let files = Files::new(&output, SHAPE, CHUNKS);
        let summary = Job::new(mixed(9), &source, &files).shard(share, shares).run().unwrap();
        (summary.chunks, summary.skipped, files.written.into_inner().unwrap().len())
    };
    assert_eq!(run(2, 3), (6, 0, 6));
    assert_eq!(run(0, 3), (5, 0, 5));
    assert_eq!(run(0, 3), (5, 5, 0));
    // One process does the rest.
    assert_eq!(run(0, 1), (16, 11, 5));
    let files = Files::new(&output, SHAPE, CHUNKS);
    let array: Array2<u32> = files.array();
    assert_eq!(array, mixed(9).apply(&source.whole()).unwrap());
    let error = Job::new(mixed(9), &source, &files).shard(3, 3).run().unwrap_err();
    assert!(matches!(error, Error::Job(JobError::Shard { share: 3, shares: 3, .. })), "{error}");
    let error = Job::new(mixed(9), &source, &files).shard(0, 3).restart(true).run().unwrap_err();
    assert!(error.to_string().contains("cannot each begin it anew"), "{error}");
}

/// Functions print their addresses, which are others in each run: a job with one notes nothing.
#[test]
fn functions_as_parameters() {
    #[stencil]
    fn mapped(x: Window2<u32>, f: fn(u32) -> u32) -> u32 {
        f(x[[0, 0]])
    }
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new(SHAPE, None);
    let files = Files::new(&output, SHAPE, CHUNKS);
    Job::new(mapped(|x| x + 1), &source, &files).run().unwrap();
    assert!(!output.with_extension("job").exists());
    let error = Job::new(mapped(|x| x + 1), &source, &files).journal(folder.0.join("j")).run().unwrap_err();
    assert!(error.to_string().contains("the parameter `f`, a function,"), "{error}");
}

/// Notes cannot lie where the output does.
#[test]
fn a_journal_in_the_place_of_the_output() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new(SHAPE, None);
    let files = Files::new(&output, SHAPE, CHUNKS);
    for path in [output.clone(), output.join("notes")] {
        let error = Job::new(mixed(1), &source, &files).journal(path).run().unwrap_err().to_string();
        assert!(error.ends_with("two outputs of the job would be written there"), "{error}");
    }
    assert!(!output.exists());
}

/// A broken input that was mended: what is done is kept.
#[test]
fn mended_inputs() {
    let folder = Folder::new();
    let files = Files::new(&folder.0.join("out"), SHAPE, CHUNKS);
    let fails = |region: &[std::ops::Range<usize>], _: usize| {
        (region[0].start == 16).then(|| ndstencil::IoError::new("stored", "broken"))
    };
    let source = Stored { fails, ..Stored::new(SHAPE, Some([16, 70])) };
    let error = Job::new(mixed(1), &source, &files).retries(0).run().unwrap_err();
    let Error::Job(JobError::Chunks { done, .. }) = error else { panic!("{error}") };
    assert!(done > 0 && done < 16, "{done}");
    let mended = Stored { version: "mended".to_owned(), ..Stored::new(SHAPE, Some([16, 70])) };
    let error = Job::new(mixed(1), &mended, &files).run().unwrap_err().to_string();
    assert!(error.contains("`.inputs_mended(true)` goes on if broken files were mended"), "{error}");
    assert!(Job::new(mixed(2), &mended, &files).inputs_mended(true).run().is_err());
    assert_eq!(Job::new(mixed(1), &mended, &files).inputs_mended(true).run().unwrap().skipped, done);
    assert_eq!(files.array(), mixed(1).apply(&mended.whole()).unwrap());
}

/// What another job wrote there meanwhile is not taken for the job's own.
#[test]
fn another_job_with_another_journal() {
    let folder = Folder::new();
    let source = Stored::new(SHAPE, None);
    let (one, two) = (folder.0.join("one"), folder.0.join("two"));
    let job = || Job::new(mixed(1), &source, Files::new(&two, SHAPE, CHUNKS));
    job().run().unwrap();
    let both = || (Files::new(&one, SHAPE, CHUNKS), Files::new(&two, SHAPE, CHUNKS));
    Job::new((mixed(3), mixed(4)), &source, both()).restart(true).run().unwrap();
    assert_eq!(Files::new(&two, SHAPE, CHUNKS).array(), mixed(4).apply(&source.whole()).unwrap());
    assert!(job().run().unwrap_err().to_string().contains("is there already"));
    assert_eq!(job().restart(true).run().unwrap().skipped, 0);
    assert_eq!(Files::new(&two, SHAPE, CHUNKS).array(), mixed(1).apply(&source.whole()).unwrap());
    // The settings of an output are the job's, too.
    struct Set(Files, &'static str);
    impl ndstencil::chunks::Sink for Set {
        fn name(&self) -> String {
            self.0.name()
        }
        fn chunks(&self, form: &ndstencil::chunks::Form) -> Result<Option<Vec<usize>>, ndstencil::IoError> {
            self.0.chunks(form)
        }
        fn open(
            &self,
            form: &ndstencil::chunks::Form,
            open: ndstencil::chunks::Open,
        ) -> Result<Box<dyn ndstencil::chunks::Writer + '_>, ndstencil::IoError> {
            self.0.open(form, open)
        }
        fn path(&self) -> Option<std::path::PathBuf> {
            self.0.path()
        }
        fn settings(&self) -> String {
            self.1.to_owned()
        }
    }
    let three = folder.0.join("three");
    let set = |level| Job::new(mixed(1), &source, Set(Files::new(&three, SHAPE, CHUNKS), level)).run();
    set("level 1").unwrap();
    assert_eq!(set("level 1").unwrap().skipped, 16);
    let error = set("level 2").unwrap_err().to_string();
    assert!(error.contains("level 1") && error.contains("level 2"), "{error}");
}

/// Shares may be threads of one process, which begin at once.
#[test]
fn shares_on_threads() {
    for _ in 0..20 {
        let folder = Folder::new();
        let output = folder.0.join("out");
        let source = Stored::new(SHAPE, None);
        std::thread::scope(|scope| {
            for share in 0..4 {
                let (output, source) = (&output, &source);
                scope.spawn(move || {
                    let files = Files::new(output, SHAPE, CHUNKS);
                    Job::new(mixed(1), source, &files).workers(1).shard(share, 4).run().unwrap();
                });
            }
        });
        assert_eq!(Files::new(&output, SHAPE, CHUNKS).array(), mixed(1).apply(&source.whole()).unwrap());
    }
}

#[test]
fn two_processes_do_not_do_one_share() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new(SHAPE, None);
    Job::new(mixed(9), &source, Files::new(&output, SHAPE, CHUNKS)).run().unwrap();
    let journal = fs::OpenOptions::new().append(true).open(output.with_extension("job")).unwrap();
    journal.lock().unwrap();
    let error = Job::new(mixed(9), &source, Files::new(&output, SHAPE, CHUNKS)).run().unwrap_err();
    assert!(error.to_string().contains("another process runs this job"), "{error}");
}
