//! Reads of windows, arrays and views, and the functions that check their indices.

use super::printer::Printer;
use super::values::scalar;
use crate::wgsl::lower::program::Extent;
use crate::wgsl::lower::tree::{Expr, Resource};
use crate::wgsl::ops;
use crate::wgsl::scalar::Scalar;

impl Printer<'_> {
    /// One cell.
    pub(crate) fn read(&mut self, resource: Resource, indices: &[Expr]) -> String {
        let extent = self.program.extent_or_scalar(resource);
        let Some(extent) = extent else { return format!("{}(at)", self.reader(resource)) };
        if matches!(resource, Resource::Window(_)) {
            let inside = self.is_inside(extent, indices);
            let offsets = self.offsets(indices);
            let name = if inside { self.reader(resource) } else { self.checked_window(extent) };
            return format!("{name}(at, {})", offsets.join(", "));
        }
        let inside = indices.iter().enumerate().all(|(axis, index)| self.is_below(extent, axis, index));
        let texts = self.operands(indices);
        let name = if inside { self.reader(resource) } else { self.checked_reader(extent) };
        self.located(&name, resource, &texts)
    }

    /// The call of a reader.
    fn located(&self, name: &str, resource: Resource, indices: &[String]) -> String {
        match resource {
            Resource::Array(_) => format!("{name}({})", indices.join(", ")),
            _ => format!("{name}(at, {})", indices.join(", ")),
        }
    }

    /// Offsets of a window; those that are known are plain numbers.
    pub(crate) fn offsets(&mut self, offsets: &[Expr]) -> Vec<String> {
        let texts = self.operands(offsets);
        let entry = |(offset, text): (&Expr, String)| match self.int_of(offset) {
            Some(value) => value.to_string(),
            None => text,
        };
        offsets.iter().zip(texts).map(entry).collect()
    }

    /// The module's function that reads a cell.
    fn reader(&self, resource: Resource) -> String {
        match resource {
            Resource::Window(number) => self.placed(&number.to_string()),
            Resource::Array(number) => format!("array_{number}"),
            Resource::Input(number) => format!("core_{number}"),
            Resource::Output(number) => format!("get_{number}"),
        }
    }

    /// Returns true when offsets of a window surely lie in its box; every box has the point itself.
    fn is_inside(&self, extent: &Extent, offsets: &[Expr]) -> bool {
        offsets.iter().enumerate().all(|(axis, offset)| {
            let [before, after] = extent.halo.as_ref().map_or([0, 0], |halo| halo[axis]);
            let range = self.range_of(offset);
            range.is_some_and(|range| -(before as i128) <= range.least && range.most <= after as i128)
        })
    }

    /// Returns true when an index is surely smaller than the extent.
    fn is_below(&self, extent: &Extent, axis: usize, index: &Expr) -> bool {
        let Some(range) = self.range_of(index) else { return false };
        let known = extent.length.is_some_and(|length| range.most < length as i128);
        range.least >= 0 && (known || range.below.contains(&extent.size(axis)))
    }

    fn checked_window(&mut self, extent: &Extent) -> String {
        let reader = self.reader(extent.resource);
        let Some(mode) = self.mode else { return reader };
        let name = format!("checked_{reader}");
        let code = self.shared.helpers.check(&format!("an offset lies outside the halo of `{}`", extent.name));
        let parameters: Vec<String> = (0..extent.rank).map(|axis| format!("o{axis}: i32")).collect();
        let tests = (0..extent.rank).map(|axis| {
            let [low, high] = halo_of(extent, axis);
            format!("((o{axis} >= {low}) & (o{axis} <= {high}))")
        });
        let tests = tests.collect::<Vec<_>>().join(" & ");
        let offsets: Vec<String> = (0..extent.rank).map(|axis| format!("select(0i, o{axis}, inside)")).collect();
        let text = format!(
            "fn {name}(at: {}, {}) -> {} {{\n    let inside = {tests};\n    if (!inside) {{ raise({code}u); }}\n    \
             return {reader}(at, {});\n}}\n",
            mode.at(),
            parameters.join(", "),
            extent.element.register(),
            offsets.join(", "),
        );
        self.shared.declare(&name, |_| text);
        name
    }

    /// `i0 < len_0 & ..`, and the parameters `i0: u32, ..`.
    fn bounds(&self, extent: &Extent) -> (String, String, String) {
        let axes = || 0..extent.rank;
        let tests: Vec<String> =
            axes().map(|axis| format!("(i{axis} < {})", self.length(extent.resource, axis))).collect();
        let parameters: Vec<String> = axes().map(|axis| format!("i{axis}: u32")).collect();
        let names: Vec<String> = axes().map(|axis| format!("i{axis}")).collect();
        (tests.join(" & "), parameters.join(", "), names.join(", "))
    }

    fn place_parameter(&self, resource: Resource) -> (&'static str, &'static str) {
        match resource {
            Resource::Array(_) => ("", ""),
            _ => ("at: Core, ", "at, "),
        }
    }

    fn out_of_bounds(&mut self, extent: &Extent) -> u32 {
        self.shared.helpers.check(&format!("index out of bounds of `{}`", extent.name))
    }

    fn checked_reader(&mut self, extent: &Extent) -> String {
        let reader = self.reader(extent.resource);
        let name = format!("checked_{reader}");
        let code = self.out_of_bounds(extent);
        let (tests, parameters, indices) = self.bounds(extent);
        let (place, at) = self.place_parameter(extent.resource);
        let ty = extent.element.register();
        let text = format!(
            "fn {name}({place}{parameters}) -> {ty} {{\n    if (!({tests})) {{\n        raise({code}u);\n        \
             return {ty}();\n    }}\n    return {reader}({at}{indices});\n}}\n"
        );
        self.shared.declare(&name, |_| text);
        name
    }

    /// The value of an output's cell, its indices printed already.
    pub(crate) fn printed_read(&mut self, number: usize, indices: &[Expr], texts: &[String]) -> String {
        let resource = Resource::Output(number);
        let extent = self.program.extent(resource);
        let inside = indices.iter().enumerate().all(|(axis, index)| self.is_below(extent, axis, index));
        let name = if inside { self.reader(resource) } else { self.checked_reader(extent) };
        self.located(&name, resource, texts)
    }

    /// Writes one cell of an output.
    pub(crate) fn put(&mut self, number: usize, indices: &[Expr], texts: &[String], value: &str) {
        let resource = Resource::Output(number);
        let extent = self.program.extent(resource);
        let inside = indices.iter().enumerate().all(|(axis, index)| self.is_below(extent, axis, index));
        let name = if inside { format!("put_{number}") } else { self.checked_put(number, extent) };
        let arguments = [&["at".to_owned()], texts, &[value.to_owned()]].concat();
        self.line(&format!("{name}({});", arguments.join(", ")));
    }

    fn checked_put(&mut self, number: usize, extent: &Extent) -> String {
        let name = format!("checked_put_{number}");
        let code = self.out_of_bounds(extent);
        let (tests, parameters, indices) = self.bounds(extent);
        let ty = extent.element.register();
        let text = format!(
            "fn {name}(at: Core, {parameters}, value: {ty}) {{\n    if (!({tests})) {{\n        raise({code}u);\n        \
             return;\n    }}\n    put_{number}(at, {indices}, value);\n}}\n"
        );
        self.shared.declare(&name, |_| text);
        name
    }

    /// The extent of an array or a view.
    pub(crate) fn length(&self, resource: Resource, axis: usize) -> String {
        if let Some(length) = self.program.extent(resource).length {
            return format!("{length}u");
        }
        match resource {
            Resource::Array(number) => format!("array_len_{number}_{axis}()"),
            Resource::Input(number) => format!("core_len_{number}_{axis}()"),
            Resource::Output(number) => format!("out_len_{number}_{axis}()"),
            Resource::Window(_) => format!("shape_{axis}()"),
        }
    }

    /// A cell by its number in the order of the cells.
    pub(crate) fn numbered_cell(&mut self, resource: Resource, index: &Expr) -> String {
        let text = self.value(index);
        let extent = self.program.extent(resource);
        let reader = self.reader(resource);
        if extent.rank == 1 {
            return self.located(&reader, resource, &[text]);
        }
        let name = format!("numbered_{reader}");
        let (lines, indices) = self.apart(extent);
        let (place, at) = self.place_parameter(resource);
        let ty = extent.element.register();
        let text_of = format!("fn {name}({place}i: u32) -> {ty} {{\n{lines}    return {reader}({at}{indices});\n}}\n");
        self.shared.declare(&name, |_| text_of);
        self.located(&name, resource, &[text])
    }

    /// Writes a cell by its number.
    pub(crate) fn numbered_put(&mut self, number: usize, index: &str, value: &str) {
        let extent = self.program.extent(Resource::Output(number));
        if extent.rank == 1 {
            return self.line(&format!("put_{number}(at, {index}, {value});"));
        }
        let name = format!("numbered_put_{number}");
        let (lines, indices) = self.apart(extent);
        let ty = extent.element.register();
        let text = format!(
            "fn {name}(at: Core, i: u32, value: {ty}) {{\n{lines}    put_{number}(at, {indices}, value);\n}}\n"
        );
        self.shared.declare(&name, |_| text);
        self.line(&format!("{name}(at, {index}, {value});"));
    }

    /// Takes the number `i` of a cell apart.
    fn apart(&self, extent: &Extent) -> (String, String) {
        let mut lines = String::from("    var rest = i;\n");
        for axis in (1..extent.rank).rev() {
            let length = self.length(extent.resource, axis);
            lines.push_str(&format!("    let i{axis} = rest % {length};\n    rest = rest / {length};\n"));
        }
        lines.push_str("    let i0 = rest;\n");
        let indices: Vec<String> = (0..extent.rank).map(|axis| format!("i{axis}")).collect();
        (lines, indices.join(", "))
    }

    /// The index of a local array, checked where it is not known to be in range.
    pub(crate) fn local_index(&mut self, index: &Expr, length: usize) -> String {
        let range = self.range_of(index);
        let text = self.value(index);
        debug_assert!(scalar(index).is_int());
        if range.is_some_and(|range| range.least >= 0 && range.most < length as i128) {
            return text;
        }
        let code = self.shared.helpers.check("index out of bounds");
        self.shared.declare("checked_index", |_| {
            "fn checked_index(index: u32, length: u32, code: u32) -> u32 {\n    if (index >= length) {\n        \
             raise(code);\n        return 0u;\n    }\n    return index;\n}\n"
                .to_owned()
        });
        format!("checked_index({text}, {length}u, {code}u)")
    }
}

/// The least and the greatest offset along an axis of a window.
fn halo_of(extent: &Extent, axis: usize) -> [String; 2] {
    match (&extent.halo, extent.resource) {
        (Some(halo), _) => {
            let [before, after] = halo[axis];
            [-(before as i128), after as i128].map(|offset| ops::literal_int(offset, Scalar::I32))
        }
        (None, Resource::Window(number)) => {
            [format!("(-halo_before_{number}_{axis}())"), format!("halo_after_{number}_{axis}()")]
        }
        (None, _) => unreachable!("only windows have halos"),
    }
}
