//! Work that is recorded and handed over at once: copies and dispatches, in order.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::checks::{Check, Outcome};
use super::program::Program;
use super::{Gpu, Purpose};
use crate::{Error, GpuError};

/// Commands after which work is handed over, so that the GPU does not idle and no driver thinks that it hangs.
const COMMANDS: usize = 1024;
/// Bytes of staging memory after which work is handed over.
pub(in crate::gpu) const STAGED: u64 = 64 << 20;
/// Calls with checks in one submission.
const STATUS_WORDS: usize = 1024;
/// The number that offsets of uniform blocks are multiples of, on any device.
const BLOCK: usize = 256;

/// A part of a buffer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Binding {
    pub(crate) buffer: wgpu::Buffer,
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
}

/// The bindings of a dispatch besides its parameters: edges, inputs, arrays, outputs.
pub(crate) struct Group {
    pub(crate) program: Arc<Program>,
    pub(crate) bindings: Vec<Binding>,
}

impl Group {
    /// The key that equal groups share.
    fn key(&self) -> (*const Program, &[Binding]) {
        (Arc::as_ptr(&self.program), &self.bindings)
    }
}

enum Command {
    Copy { from: Binding, to: wgpu::Buffer, at: u64 },
    Clear(Binding),
    Dispatch { pipeline: wgpu::ComputePipeline, group: Arc<Group>, block: u32, groups: [u32; 3] },
}

/// Recorded commands and what they need.
#[derive(Default)]
pub(crate) struct Batch {
    commands: Vec<Command>,
    /// Uniform blocks, one for several dispatches where it is the same.
    blocks: Vec<u8>,
    /// The last of them.
    block: Range<usize>,
    block_bytes: u64,
    words: usize,
    outcome: Arc<Outcome>,
    staging: Vec<wgpu::Buffer>,
    staged: u64,
    /// Buffers that the host is going to read, and who waits for them.
    fetched: Vec<(wgpu::Buffer, Sender<Result<(), wgpu::BufferAsyncError>>)>,
}

#[derive(Default)]
pub(crate) struct Recorder {
    batch: Batch,
    uniforms: Option<wgpu::Buffer>,
    status: Option<wgpu::Buffer>,
    last: Option<wgpu::SubmissionIndex>,
}

impl Batch {
    pub(crate) fn copy(&mut self, from: Binding, to: &wgpu::Buffer, at: u64) {
        self.commands.push(Command::Copy { from, to: to.clone(), at });
    }

    /// Sets bytes to zero.
    pub(crate) fn clear(&mut self, part: Binding) {
        self.commands.push(Command::Clear(part));
    }

    /// A word for the codes of a call.
    pub(crate) fn check(&mut self, kernel: &'static str, messages: &'static [&'static str]) -> Check {
        self.words += 1;
        Check { kernel, messages, outcome: self.outcome.clone(), word: self.words - 1 }
    }

    pub(crate) fn dispatch(
        &mut self,
        pipeline: &wgpu::ComputePipeline,
        group: &Arc<Group>,
        block: &[u8],
        groups: [u32; 3],
    ) {
        if self.blocks[self.block.clone()] != *block {
            let at = self.blocks.len();
            self.block = at..at + block.len();
            self.blocks.extend_from_slice(block);
            self.blocks.resize(self.blocks.len().next_multiple_of(BLOCK), 0);
            self.block_bytes = self.block_bytes.max(block.len() as u64);
        }
        let block = self.block.start as u32;
        self.commands.push(Command::Dispatch { pipeline: pipeline.clone(), group: group.clone(), block, groups });
    }

    fn is_full(&self) -> bool {
        self.commands.len() >= COMMANDS || self.staged >= STAGED || self.words >= STATUS_WORDS / 2
    }
}

impl Gpu {
    /// Records commands behind all that were recorded before.
    pub(crate) fn record<T>(&self, commands: impl FnOnce(&mut Batch) -> T) -> Result<T, Error> {
        let mut recorder = self.recorder();
        let value = commands(&mut recorder.batch);
        if recorder.batch.is_full() {
            let before = recorder.last.take();
            self.hand_over(&mut recorder)?;
            // One submission runs while the next one is recorded; more would only take memory.
            self.wait_for(before)?;
        }
        Ok(value)
    }

    /// Hands over what was recorded.
    pub(crate) fn submit(&self) -> Result<(), Error> {
        self.hand_over(&mut self.recorder())
    }

    /// Records a write of staging memory, which `fill` writes piece by piece at offsets.
    pub(crate) fn write(
        &self,
        to: &wgpu::Buffer,
        at: u64,
        bytes: u64,
        fill: impl FnOnce(&mut dyn FnMut(usize, &[u8])),
    ) -> Result<(), Error> {
        let staging = self.buffer(Purpose::Upload, bytes)?;
        let mapped = staging.get_mapped_range_mut(..);
        let mut mapped = mapped.map_err(|error| Error::Gpu(GpuError::Lost { reason: error.to_string() }))?;
        fill(&mut |offset, bytes| mapped.slice(offset..offset + bytes.len()).copy_from_slice(bytes));
        drop(mapped);
        staging.unmap();
        self.shared.counters.bytes_up.add(bytes);
        self.record(|batch| {
            let bytes = bytes.next_multiple_of(4);
            batch.copy(Binding { buffer: staging.clone(), offset: 0, bytes }, to, at);
            batch.staging.push(staging);
            batch.staged += bytes;
        })
    }

    /// Records a copy of a part of a buffer to where the host can read it.
    pub(crate) fn fetch(&self, from: Binding) -> Result<Fetched, Error> {
        let bytes = from.bytes;
        let buffer = self.buffer(Purpose::Download, bytes)?;
        let (sender, answer) = channel();
        let outcome = self.record(|batch| {
            batch.copy(from, &buffer, 0);
            batch.fetched.push((buffer.clone(), sender));
            batch.outcome.clone()
        })?;
        Ok(Fetched { gpu: self.clone(), buffer, bytes, outcome, answer })
    }

    /// Waits until a batch is done, which is handed over where it was not.
    pub(crate) fn settle(&self, outcome: &Outcome) -> Result<(), Error> {
        {
            // Another thread may hand it over: only once it let go of the recorder, waiting hears of all that was asked for.
            let mut recorder = self.recorder();
            if outcome.submission.get().is_none() {
                self.hand_over(&mut recorder)?;
            }
        }
        self.wait_for(outcome.submission.get().cloned())
    }

    fn wait_for(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<(), Error> {
        if submission.is_none() {
            return Ok(());
        }
        let poll = self.shared.device.poll(wgpu::PollType::Wait { submission_index: submission, timeout: None });
        poll.map(drop).map_err(|error| Error::Gpu(GpuError::Lost { reason: error.to_string() }))
    }

    fn hand_over(&self, recorder: &mut Recorder) -> Result<(), Error> {
        if recorder.batch.commands.is_empty() {
            return Ok(());
        }
        let mut batch = std::mem::take(&mut recorder.batch);
        let outcome = batch.outcome.clone();
        let (staging, fetched) = (std::mem::take(&mut batch.staging), std::mem::take(&mut batch.fetched));
        let result = self.run(recorder, batch);
        if let Err(error) = &result {
            outcome.settle(Err(error.to_string()));
        }
        staging.into_iter().for_each(|buffer| self.reclaim(buffer));
        for (buffer, sender) in fetched {
            // Nobody may wait for the answer any more.
            buffer.map_async(wgpu::MapMode::Read, .., move |result| drop(sender.send(result)));
        }
        result
    }

    /// Maps staging memory again once the GPU is done with it, and keeps it then.
    fn reclaim(&self, buffer: wgpu::Buffer) {
        let shared = Arc::downgrade(&self.shared);
        let kept = buffer.clone();
        buffer.map_async(wgpu::MapMode::Write, .., move |result| {
            if let (Ok(()), Some(shared)) = (result, shared.upgrade()) {
                shared.pool.put(Purpose::Upload, kept);
            }
        });
    }

    fn run(&self, recorder: &mut Recorder, batch: Batch) -> Result<(), Error> {
        // A binding has the size of the largest block, also at the last one.
        let size = batch.blocks.len() as u64 + batch.block_bytes;
        let uniforms = self.grown(&mut recorder.uniforms, size, wgpu::BufferUsages::UNIFORM)?;
        let status = self.grown(&mut recorder.status, 4 * STATUS_WORDS as u64, wgpu::BufferUsages::STORAGE)?;
        let codes = match batch.words {
            0 => None,
            words => Some(Binding {
                buffer: self.buffer(Purpose::Download, 4 * words as u64)?,
                offset: 0,
                bytes: 4 * words as u64,
            }),
        };
        let submission = self.scoped(size, |device| {
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            if !batch.blocks.is_empty() {
                self.shared.queue.write_buffer(&uniforms, 0, &batch.blocks);
            }
            if let Some(codes) = &codes {
                encoder.clear_buffer(&status, 0, Some(codes.bytes));
            }
            self.encode(&mut encoder, &batch, &uniforms, &status);
            if let Some(codes) = &codes {
                encoder.copy_buffer_to_buffer(&status, 0, &codes.buffer, 0, codes.bytes);
            }
            self.shared.queue.submit([encoder.finish()])
        })?;
        self.shared.counters.bytes_up.add(batch.blocks.len() as u64);
        self.shared.counters.submissions.add(1);
        drop(batch.outcome.submission.set(submission.clone()));
        recorder.last = Some(submission);
        match codes {
            None => batch.outcome.settle(Ok(Vec::new())),
            Some(codes) => self.read_codes(codes, batch.outcome),
        }
        Ok(())
    }

    fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        batch: &Batch,
        uniforms: &wgpu::Buffer,
        status: &wgpu::Buffer,
    ) {
        #[expect(clippy::mutable_key_type, reason = "a buffer is the key by which one it is, not by what it holds")]
        let mut bound = HashMap::new();
        let is_dispatch = |command: &Command| matches!(command, Command::Dispatch { .. });
        for chunk in batch.commands.chunk_by(|a, b| is_dispatch(a) == is_dispatch(b)) {
            let mut last = None;
            let mut pass =
                is_dispatch(&chunk[0]).then(|| encoder.begin_compute_pass(&Default::default()).forget_lifetime());
            for command in chunk {
                match command {
                    Command::Copy { from: Binding { buffer, offset, bytes }, to, at } => {
                        encoder.copy_buffer_to_buffer(buffer, *offset, to, *at, *bytes);
                    }
                    Command::Clear(Binding { buffer, offset, bytes }) => {
                        encoder.clear_buffer(buffer, *offset, Some(*bytes));
                    }
                    Command::Dispatch { pipeline, group, block, groups } => {
                        let pass = pass.as_mut().expect("a pass for dispatches");
                        pass.set_pipeline(pipeline);
                        let set = Some((Arc::as_ptr(group), *block));
                        if last != set {
                            let made = || self.bind(group, uniforms, batch.block_bytes, status);
                            pass.set_bind_group(0, &*bound.entry(group.key()).or_insert_with(made), &[*block]);
                            last = set;
                        }
                        pass.dispatch_workgroups(groups[0], groups[1], groups[2]);
                        self.shared.counters.dispatches.add(1);
                    }
                }
            }
        }
    }

    fn bind(&self, group: &Group, uniforms: &wgpu::Buffer, block: u64, status: &wgpu::Buffer) -> wgpu::BindGroup {
        let part = |buffer, offset, bytes| {
            let size = std::num::NonZero::new(bytes);
            wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset, size })
        };
        let mut entries = vec![wgpu::BindGroupEntry { binding: 0, resource: part(uniforms, 0, block) }];
        let status =
            group.program.has_status.then(|| Binding { buffer: status.clone(), offset: 0, bytes: status.size() });
        for (binding, Binding { buffer, offset, bytes }) in (1..).zip(group.bindings.iter().chain(&status)) {
            entries.push(wgpu::BindGroupEntry { binding, resource: part(buffer, *offset, *bytes) });
        }
        let layout = &group.program.bindings;
        self.shared.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }

    /// A buffer that lasts, made anew where it is too small.
    fn grown(
        &self,
        slot: &mut Option<wgpu::Buffer>,
        size: u64,
        usage: wgpu::BufferUsages,
    ) -> Result<wgpu::Buffer, Error> {
        match slot {
            Some(buffer) if buffer.size() >= size => Ok(buffer.clone()),
            _ => {
                let usage = usage | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
                let buffer = self.create(usage, size.next_power_of_two().max(1 << 12), false)?;
                Ok(slot.insert(buffer).clone())
            }
        }
    }

    fn read_codes(&self, codes: Binding, outcome: Arc<Outcome>) {
        let shared = Arc::downgrade(&self.shared);
        let Binding { buffer, bytes, .. } = codes;
        let kept = buffer.clone();
        buffer.map_async(wgpu::MapMode::Read, .., move |result| {
            let mapped = result.map_err(|error| error.to_string());
            let mapped = mapped.and_then(|()| kept.get_mapped_range(..bytes).map_err(|error| error.to_string()));
            outcome.settle(mapped.map(|view| bytemuck::pod_collect_to_vec(&view)));
            kept.unmap();
            if let Some(shared) = shared.upgrade() {
                shared.pool.put(Purpose::Download, kept);
            }
        });
    }
}

/// A part of a buffer on its way to the host.
pub(crate) struct Fetched {
    gpu: Gpu,
    buffer: wgpu::Buffer,
    bytes: u64,
    outcome: Arc<Outcome>,
    answer: Receiver<Result<(), wgpu::BufferAsyncError>>,
}

impl Fetched {
    /// Waits for it.
    pub(crate) fn read(self, take: impl FnOnce(&[u8])) -> Result<(), Error> {
        let lost = |error: &dyn std::fmt::Display| Error::Gpu(GpuError::Lost { reason: error.to_string() });
        self.gpu.settle(&self.outcome)?;
        // Another thread may be the one that hears of it, a moment later.
        self.answer.recv().map_err(|error| lost(&error))?.map_err(|error| lost(&error))?;
        take(&self.buffer.get_mapped_range(..self.bytes).map_err(|error| lost(&error))?);
        self.buffer.unmap();
        self.gpu.shared.counters.bytes_down.add(self.bytes);
        self.gpu.shared.pool.put(Purpose::Download, self.buffer);
        Ok(())
    }
}
