//! HDF5 files, and NetCDF-4 files, which are the same.
//!
//! [`Hdf5::open`] is a source and [`Hdf5::create`] a sink, each of one dataset:
//!
//! ```
//! use ndarray::Array2;
//! use ndstencil::io::Hdf5;
//! use ndstencil::prelude::*;
//! #[stencil(boundary = Nearest)]
//! fn smooth(x: Window2<f32>) -> f32 { (x[[-1, 0]] + x[[0, -1]] + x[[0, 0]] + x[[0, 1]] + x[[1, 0]]) / 5.0 }
//!
//! # let folder = std::env::temp_dir().join(format!("ndstencil-doc-hdf5-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = |name: &str| folder.join(name);
//! # let x = Array2::from_shape_fn((100, 200), |(i, j)| (i * j % 97) as f32);
//! # let sink = Hdf5::create(path("x.nc"), "t").chunks([64, 64]).deflate(4).attribute("units", "K");
//! # Job::copy(&x, sink.dimension_names(["y", "x"])).run()?;
//! let source = Hdf5::open(path("x.nc"), "/t")?;
//! Job::new(smooth(), source, Hdf5::create(path("smooth.nc"), "t").chunks([50, 50])).memory(16 << 20).run()?;
//!
//! let mut y = Array2::<f32>::zeros((100, 200));
//! Job::copy(Hdf5::open(path("smooth.nc"), "t")?, &mut y).run()?;
//! assert_eq!(y, smooth().apply(&x)?);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The library
//! Files are read and written by the HDF5 library in C: with the feature `hdf5` that of the system, 1.10.7 or later (Debian's
//! `libhdf5-dev`), and with `hdf5-static` one that is built and linked into the program, which takes a C compiler and CMake
//! 3.26 or later.
//!
//! The library does one thing at a time in a process: workers wait for each other while they read, decompression included, and
//! overlap as they compute and write. Where that is too slow, Zarr and GeoTIFF decompress with all cores. Its errors are part
//! of those of a job, and nothing is printed.
//!
//! A file that is cut off, and compressed cells that are damaged, are errors that name the file and the box. A file that was
//! made to do harm is another matter: the library trusts what files say of themselves in places, and may then end the program,
//! or never return. Files of people whom you do not trust are not for this format.
//!
//! # Reading
//! Elements are `bool`, integers and floats of either order of bytes (`float16` with the feature `f16`); an enumeration is its
//! integers, where they are in the machine's order. Datasets are contiguous or chunked, by what filters the library has:
//! deflate, shuffle, Fletcher's sum, LZF, and those that it finds as plugins. Its cache of chunks is off: a job has its own.
//! Shapes may be beyond what the file holds, as those of a dataset that was written in part: then cells are its fill value.
//!
//! The values that a file stores are read, and [`nodata_as_nan`](Hdf5::nodata_as_nan) and [`unpacked`](Hdf5::unpacked) follow the
//! attributes that say what is meant. Numbers and texts among the attributes, and the names of axes (dimension scales and
//! labels), are carried over to sinks that know them. Links to datasets of other files are followed; datasets whose cells are
//! spread over other files, virtual and external ones, are refused.
//!
//! # Writing
//! A file is new, and has the one dataset, in groups where its name says so: to add one to a file there is, write another file
//! and copy it there with HDF5's `h5copy`. A process that is killed while it writes HDF5 leaves a broken file, and two of them
//! cannot write one: so cells wait in a plain file beside, `ndvi.nc.cells.unfinished`, from which the file is made at the end,
//! chunk by chunk, under another name until it is whole. Both together take the room of two then. From the file of cells a job
//! goes on after it was stopped, and several processes share it. Chunks are compressed at the end, by one thread.

mod attributes;
mod elements;
mod missing;
mod names;
mod sink;
mod source;

pub use sink::Hdf5Sink;
pub use source::Hdf5;

/// Files without a cache of chunks: it would be beside that of a job, and beyond its memory.
fn options() -> ::hdf5::FileBuilder {
    let mut options = ::hdf5::File::with_options();
    options.with_fapl(|access| access.chunk_cache(1, 0, 0.0));
    options
}
