//! The decoded chunks that a job keeps, and the order of its items that makes most of them.
//!
//! A chunk that items one step apart along an axis read is read once if the cache holds all that the items between them read:
//! of the axes behind that one, the chunks of a whole row of items. A row is that of a strip, see [`order`](super::order): the
//! shorter it is, the less must be kept, and the more seams there are along which chunks are read again. The plan takes the
//! order that reads least within the memory.

use super::order::Order;
use super::plan::{SourcePlan, sampled, span_of};
use crate::parts::Parts;

/// The items of a job, and the sources that they read.
pub(super) struct Caches<'a> {
    pub(super) parts: &'a dyn Parts,
    pub(super) sources: &'a [SourcePlan],
    /// The shape of the items.
    pub(super) block: &'a [usize],
    /// The number of items along each axis.
    pub(super) counts: &'a [usize],
    /// The bytes that are written.
    pub(super) written: f64,
}

/// The chunks of a source that are kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) bytes: usize,
    /// The reads of each chunk, about; of each cell, where the source has no chunks.
    pub(super) reads: f64,
}

/// The chunks along an axis of a source that the boxes of a grid read.
#[derive(Clone, Copy)]
struct Touched {
    /// The most that one box reads.
    most: usize,
    /// The reads of each, if no box keeps any for another.
    factor: f64,
}

impl Caches<'_> {
    /// The number of workers, the order of the items, and what is kept of each source: those with which all is done soonest, if each
    /// worker reads and writes as quickly as it does alone.
    pub(super) fn best(&self, memory: usize, most: usize, worker_bytes: usize) -> (usize, Order, Vec<Kept>) {
        let items: Vec<Vec<Touched>> =
            (0..self.sources.len()).map(|number| self.touched(number, &vec![1; self.counts.len()])).collect();
        let (mut least, mut best) = (f64::INFINITY, None);
        for workers in (1..=most).rev() {
            let (order, kept) = self.best_order(&items, workers, memory - workers * worker_bytes);
            let time = (self.cost(&kept) + self.written) / workers as f64;
            let read_again = self.reads_again(&kept);
            if best.is_none() || time < least {
                (least, best) = (time, Some((workers, order, kept)));
            }
            // Fewer would not read less.
            if !read_again {
                break;
            }
        }
        best.expect("there is a worker")
    }

    /// True where some chunks are read more often than once.
    fn reads_again(&self, kept: &[Kept]) -> bool {
        kept.iter().zip(self.sources).any(|(kept, source)| source.chunks.is_some() && kept.reads > 1.0)
    }

    /// The order of the items that reads least, and what is kept of each source, of so many bytes together.
    fn best_order(&self, items: &[Vec<Touched>], workers: usize, bytes: usize) -> (Order, Vec<Kept>) {
        // The first axis along which items share chunks: rows are cut along those behind it.
        let first = items.iter().enumerate().filter_map(|(number, items)| self.shared(number, items).next()).min();
        let rows = Order::rows(self.counts);
        let mut best = (rows.clone(), self.in_order(&rows, items, workers, bytes));
        let mut order = rows;
        while self.reads_again(&best.1) {
            let Some(shorter) = first.and_then(|first| order.halved(first + 1)) else { break };
            let kept = self.in_order(&shorter, items, workers, bytes);
            if self.cost(&kept) < self.cost(&best.1) {
                best = (shorter.clone(), kept);
            }
            order = shorter;
        }
        best
    }

    /// The bytes that are read.
    fn cost(&self, caches: &[Kept]) -> f64 {
        let inputs = &self.parts.layout().inputs;
        let bytes = |((cache, source), input): ((&Kept, &SourcePlan), &crate::parts::OperandLayout)| {
            input.shape.iter().fold(cache.reads * source.data_type.size() as f64, |bytes, &n| bytes * n as f64)
        };
        caches.iter().zip(self.sources).zip(inputs).map(bytes).sum()
    }

    /// The largest caches that fit, one source after the other.
    fn in_order(&self, order: &Order, items: &[Vec<Touched>], workers: usize, bytes: usize) -> Vec<Kept> {
        let mut left = bytes;
        let cache = |(number, items): (usize, &Vec<Touched>)| {
            let none = Kept { bytes: 0, reads: items.iter().map(|touched| touched.factor).product() };
            let some = self.sources[number].chunks.as_ref().and_then(|_| {
                let strips = self.touched(number, order.strip());
                self.shared(number, items)
                    .map(|space| self.across(number, space, workers, [items, &strips]))
                    .find(|cache| cache.bytes <= left)
            });
            let cache = some.unwrap_or(none);
            left -= cache.bytes;
            cache
        };
        items.iter().enumerate().map(cache).collect()
    }

    /// The axes of the space along which items share chunks of a source, those that it lacks included.
    fn shared<'a>(&'a self, number: usize, items: &'a [Touched]) -> impl Iterator<Item = usize> + 'a {
        let operand = &self.parts.layout().inputs[number];
        let along = move |space: usize| (0..operand.shape.len()).find(|&axis| operand.space(axis) == Some(space));
        (0..self.counts.len())
            .filter(move |&space| self.counts[space] > 1 && along(space).is_none_or(|axis| items[axis].factor > 1.0))
    }

    /// The cache with which chunks are read once that items share along an axis of the space, or along those behind it.
    fn across(&self, number: usize, space: usize, workers: usize, [items, strips]: [&[Touched]; 2]) -> Kept {
        let operand = &self.parts.layout().inputs[number];
        // Between two uses of a chunk the axes behind go through a strip; those before stand still, and share nothing.
        let along = |axis: usize| match operand.space(axis) {
            Some(other) if other < space => (items[axis].most, items[axis].factor),
            Some(other) if other == space => (items[axis].most, strips[axis].factor),
            Some(_) | None => (strips[axis].most, strips[axis].factor),
        };
        let (chunks, reads) = (0..operand.shape.len())
            .map(along)
            .fold((1_usize, 1.0), |(chunks, reads), (most, factor)| (chunks.saturating_mul(most), reads * factor));
        // Those of the items under way are used out of turn.
        let under_way = items.iter().fold(workers, |chunks, items| chunks.saturating_mul(items.most));
        // The source has no more than these.
        let chunk = self.sources[number].chunks.as_ref().expect("it has chunks");
        let all = operand.shape.iter().zip(chunk).fold(1_usize, |all, (n, len)| all.saturating_mul(n.div_ceil(*len)));
        let kept = chunks.saturating_add(under_way).min(all);
        Kept { bytes: self.sources[number].chunk_bytes.saturating_mul(kept), reads }
    }

    /// The chunks along each axis of a source that boxes of so many items read: cells, where it has no chunks.
    fn touched(&self, number: usize, items: &[usize]) -> Vec<Touched> {
        let operand = &self.parts.layout().inputs[number];
        let boxes: Vec<usize> = self.block.iter().zip(items).map(|(&len, &items)| len.saturating_mul(items)).collect();
        let touched = |axis: usize| {
            let len = self.sources[number].chunks.as_ref().map_or(1, |chunks| chunks[axis]);
            let chunks = operand.shape[axis].div_ceil(len).max(1);
            let Some(space) = operand.space(axis).filter(|&space| items[space] < self.counts[space]) else {
                return Touched { most: chunks, factor: 1.0 };
            };
            let (mut most, mut all, mut looked) = (1, 0, 0);
            let count = self.counts[space].div_ceil(items[space]);
            for index in sampled(count) {
                let span = span_of(self.parts, (number, axis), space, &boxes, index);
                let touched: usize =
                    span.ranges().iter().map(|range| (range.end - 1) / len - range.start / len + 1).sum();
                most = most.max(touched.min(chunks));
                all += touched;
                looked += 1;
            }
            let average = all as f64 / looked.max(1) as f64;
            Touched { most, factor: (average * count as f64 / chunks as f64).max(1.0) }
        };
        (0..operand.shape.len()).map(touched).collect()
    }
}
