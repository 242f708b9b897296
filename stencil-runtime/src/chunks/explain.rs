//! The plan of a job as fields, as text, and as a page with a picture.

use std::fmt;

use super::plan::Plan;
use super::sink::Sink;
use super::source::Source;
use super::text;
use crate::data_type::DataType;

/// The plan of a job: [`Job::explain`](super::Job::explain).
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct JobExplanation {
    /// The name of the kernel.
    pub kernel: String,
    /// The chunks of work.
    pub chunks: usize,
    /// The number of chunks along each axis of the work: leading axes, then those of a stencil's core.
    pub grid: Vec<usize>,
    /// The cells of a chunk along each of these axes.
    pub chunk: Vec<usize>,
    /// The chunks of a strip along each of these axes: a strip is done before the next one, row by row. All chunks are one strip
    /// where decoded chunks of a whole row fit the memory.
    pub strip: Vec<usize>,
    /// The chunks that are under way at once.
    pub workers: usize,
    /// The bytes that each worker takes.
    pub worker_memory: usize,
    /// The bytes that the job takes at most: workers and caches.
    pub peak_memory: usize,
    /// The arrays that are read.
    pub sources: Vec<ExplainedSource>,
    /// The arrays that are written.
    pub sinks: Vec<ExplainedSink>,
}

/// A source in a [`JobExplanation`].
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct ExplainedSource {
    /// Its name.
    pub name: String,
    /// The shape of the array.
    pub shape: Vec<usize>,
    /// The type of its elements.
    pub data_type: DataType,
    /// The shape of its chunks, where it has some.
    pub chunks: Option<Vec<usize>>,
    /// The bytes of decoded chunks that are kept to be read again.
    pub cache: usize,
    /// The reads of each cell, about: more than 1 where it is decoded again.
    pub reads_per_cell: f64,
}

/// A sink in a [`JobExplanation`].
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct ExplainedSink {
    /// Its name.
    pub name: String,
    /// The shape of the array.
    pub shape: Vec<usize>,
    /// The type of its elements.
    pub data_type: DataType,
    /// The shape of its chunks, where it has some.
    pub chunks: Option<Vec<usize>>,
}

impl JobExplanation {
    pub(crate) fn new(
        kernel: &str,
        plan: &Plan<'_>,
        sources: &[Box<dyn Source + '_>],
        sinks: &[Box<dyn Sink + '_>],
    ) -> JobExplanation {
        let of_source = |number: usize| ExplainedSource {
            name: sources[number].name(),
            shape: sources[number].shape(),
            data_type: sources[number].data_type(),
            chunks: plan.sources[number].chunks.clone(),
            cache: plan.sources[number].cache,
            reads_per_cell: plan.sources[number].reads,
        };
        let of_sink = |number: usize| ExplainedSink {
            name: sinks[number].name(),
            shape: plan.forms[number].shape.clone(),
            data_type: plan.forms[number].data_type,
            chunks: plan.chunks[number].clone(),
        };
        JobExplanation {
            kernel: kernel.to_owned(),
            chunks: plan.items,
            grid: plan.counts.clone(),
            chunk: plan.block.clone(),
            strip: plan.order.strip().to_vec(),
            workers: plan.workers,
            worker_memory: plan.worker_bytes,
            peak_memory: plan.peak(),
            sources: (0..sources.len()).map(of_source).collect(),
            sinks: (0..sinks.len()).map(of_sink).collect(),
        }
    }

    /// The explanation as one page of HTML, which needs nothing else, with the grid of chunks drawn along the last two axes.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn same(x: Window1<u8>) -> u8 { x[0] }
    /// let mut y = Array1::<u8>::zeros(10);
    /// let page = Job::new(same(), &Array1::<u8>::zeros(10), &mut y).explain()?.to_html();
    /// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("same"));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn to_html(&self) -> String {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{kernel}</title>\n\
             <style>body{{font:15px sans-serif;margin:2em;max-width:60em}}pre{{line-height:1.4}}\
             rect{{fill:#e8f0fa;stroke:#4a78b5}}</style></head>\n\
             <body><h1>{kernel}</h1>\n<pre>{text}</pre>\n{picture}\n</body></html>\n",
            kernel = escaped(&self.kernel),
            text = escaped(&self.to_string()),
            picture = self.picture(),
        )
    }

    /// The chunks along the last two axes.
    fn picture(&self) -> String {
        /// The most chunks that are drawn along an axis.
        const DRAWN: usize = 40;
        /// The width and height of the whole.
        const SIZE: f64 = 600.0;
        let axis = |from_last: usize| match self.grid.len().checked_sub(from_last + 1) {
            Some(axis) => (self.grid[axis], self.chunk[axis]),
            None => (1, 1),
        };
        let ((rows, height), (columns, width)) = (axis(1), axis(0));
        let (drawn_rows, drawn_columns) = (rows.min(DRAWN), columns.min(DRAWN));
        let (high, wide) = ((drawn_rows * height) as f64, (drawn_columns * width) as f64);
        let scale = SIZE / high.max(wide).max(1.0);
        let (h, w) = ((height as f64 * scale).max(1.0), (width as f64 * scale).max(1.0));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0}\" height=\"{:.0}\" role=\"img\" aria-label=\"{rows} by {columns} chunks\">",
            drawn_columns as f64 * w + 2.0,
            drawn_rows as f64 * h + 2.0
        );
        for row in 0..drawn_rows {
            for column in 0..drawn_columns {
                let (x, y) = (column as f64 * w + 1.0, row as f64 * h + 1.0);
                svg.push_str(&format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\"/>"));
            }
        }
        svg.push_str("</svg>");
        let more = drawn_rows < rows || drawn_columns < columns;
        let caption = format!(
            "<p>{rows} × {columns} chunks of {height} × {width} along the last two axes of the work{}</p>",
            if more { format!(", of which {drawn_rows} × {drawn_columns} are drawn") } else { String::new() }
        );
        svg + &caption
    }
}

impl fmt::Display for JobExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.chunks == 1 { "" } else { "s" };
        writeln!(f, "{} in {} chunk{plural}, {:?} of {:?} cells", self.kernel, self.chunks, self.grid, self.chunk)?;
        if self.strip != self.grid && self.chunks > 0 {
            writeln!(f, "  order   strips of {:?} chunks, one after the other", self.strip)?;
        }
        for source in &self.sources {
            write!(f, "  reads   {} {:?} of {}", source.name, source.shape, source.data_type)?;
            match &source.chunks {
                Some(chunks) => write!(
                    f,
                    " in chunks of {chunks:?}, each {:.2} times; {} of decoded chunks are kept",
                    source.reads_per_cell,
                    text::bytes(source.cache)
                )?,
                None => write!(f, ", each cell {:.2} times", source.reads_per_cell)?,
            }
            writeln!(f)?;
        }
        for sink in &self.sinks {
            write!(f, "  writes  {} {:?} of {}", sink.name, sink.shape, sink.data_type)?;
            match &sink.chunks {
                Some(chunks) => writeln!(f, " in chunks of {chunks:?}")?,
                None => writeln!(f)?,
            }
        }
        write!(
            f,
            "  memory  {} at most: {} of {} at once",
            text::bytes(self.peak_memory),
            if self.workers == 1 { "1 chunk".to_owned() } else { format!("{} chunks", self.workers) },
            text::bytes(self.worker_memory)
        )
    }
}
