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
    pub(super) workers: usize,
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
    /// A cache for each source, of so many bytes together, and the order of the items.
    pub(super) fn best(&self, bytes: usize) -> (Order, Vec<Kept>) {
        let items: Vec<Vec<Touched>> =
            (0..self.sources.len()).map(|number| self.touched(number, &vec![1; self.counts.len()])).collect();
        // The first axis along which items share chunks: rows are cut along those behind it.
        let first = items.iter().enumerate().filter_map(|(number, items)| self.shared(number, items).next()).min();
        let rows = Order::rows(self.counts);
        let mut best = (rows.clone(), self.in_order(&rows, &items, bytes));
        let mut order = rows;
        // The fewest reads that there are.
        while best.1.iter().zip(self.sources).any(|(cache, source)| source.chunks.is_some() && cache.reads > 1.0) {
            let Some(shorter) = first.and_then(|first| order.halved(first + 1)) else { break };
            let caches = self.in_order(&shorter, &items, bytes);
            if self.cost(&caches) < self.cost(&best.1) {
                best = (shorter.clone(), caches);
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
    fn in_order(&self, order: &Order, items: &[Vec<Touched>], bytes: usize) -> Vec<Kept> {
        let mut left = bytes;
        let cache = |(number, items): (usize, &Vec<Touched>)| {
            let none = Kept { bytes: 0, reads: items.iter().map(|touched| touched.factor).product() };
            let some = self.sources[number].chunks.as_ref().and_then(|_| {
                let strips = self.touched(number, order.strip());
                self.shared(number, items)
                    .map(|space| self.across(number, space, items, &strips))
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
    fn across(&self, number: usize, space: usize, items: &[Touched], strips: &[Touched]) -> Kept {
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
        let under_way = items.iter().fold(self.workers, |chunks, items| chunks.saturating_mul(items.most));
        let bytes = self.sources[number].chunk_bytes.saturating_mul(chunks.saturating_add(under_way));
        Kept { bytes, reads }
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
