//! Windows, arrays and views: what is read from them and what they say of themselves.

use quote::ToTokens;
use syn::ExprMethodCall;

use super::context::{Lowered, Lowerer};
use super::items::Items;
use super::tree::{Block, Expr, ExprKind, Resource, Stmt};
use super::types::Ty;
use crate::offset::{offsets, volume};
use crate::scope::strip;

/// Larger boxes do not fit a GPU's registers.
const LARGEST_BOX: usize = 1024;

impl Lowerer<'_, '_> {
    pub(crate) fn index(&mut self, node: &syn::ExprIndex) -> Lowered<Expr> {
        if let syn::Expr::Range(range) = strip(&node.index) {
            return Err(self.refuse(range, "slices", "read single elements"));
        }
        if let Some(resource) = self.resource(&node.expr) {
            return self.cell(resource, &node.index);
        }
        // `x.shape()[d]` and `x.position()[d]` need no array.
        if let syn::Expr::MethodCall(call) = strip(&node.expr)
            && let Some(resource) = self.resource(&call.receiver)
            && let Some(value) = self.axis_of(resource, call, &node.index)?
        {
            return Ok(value);
        }
        let base = self.expr(&node.expr, None);
        let index = self.expr(&node.index, Some(&Ty::USIZE));
        let (base, index) = (base?, index?);
        self.element(base, index)
    }

    fn element(&mut self, base: Expr, index: Expr) -> Lowered<Expr> {
        let index = self.coerce(index, &Ty::USIZE)?;
        let Ty::Array(element, _) = self.types.shallow(&base.ty) else { return Err(self.mismatch()) };
        Ok(Expr::new(ExprKind::Element(base.boxed(), index.boxed()), *element))
    }

    /// `x[[i, j]]`, `x[i]`, `x[(i, j)]`
    fn cell(&mut self, resource: Resource, index: &syn::Expr) -> Lowered<Expr> {
        let extent = self.program.extent(resource);
        let (rank, element) = (extent.rank, Ty::Scalar(extent.element));
        let entry = if matches!(resource, Resource::Window(_)) { Ty::ISIZE } else { Ty::USIZE };
        let parts: Vec<&syn::Expr> = match strip(index) {
            syn::Expr::Array(list) => list.elems.iter().collect(),
            syn::Expr::Tuple(list) => list.elems.iter().collect(),
            _ => return self.cell_by(resource, index, &entry),
        };
        if parts.len() != rank {
            return Err(self.mismatch());
        }
        let parts: Vec<_> = parts.into_iter().map(|part| self.expr(part, Some(&entry))).collect();
        let parts: Vec<Expr> = parts.into_iter().collect::<Lowered<_>>()?;
        let parts = parts.into_iter().map(|part| self.coerce(part, &entry)).collect::<Lowered<_>>()?;
        Ok(Expr::new(ExprKind::Read(resource, parts), element))
    }

    /// An index that is one value: a number, or an array or tuple of them.
    fn cell_by(&mut self, resource: Resource, index: &syn::Expr, entry: &Ty) -> Lowered<Expr> {
        let extent = self.program.extent(resource);
        let (rank, element) = (extent.rank, Ty::Scalar(extent.element));
        let value = self.expr(index, (rank == 1).then_some(entry))?;
        let mut stmts = Vec::new();
        let indices = match self.types.shallow(&value.ty) {
            Ty::Array(inner, length) if length == rank => {
                self.unify(&inner, entry)?;
                let value = self.reusable(value, &index.to_token_stream(), &mut stmts);
                let part = |axis| ExprKind::Element(value.clone().boxed(), Expr::index(axis).boxed());
                (0..rank).map(|axis| Expr::new(part(axis), entry.clone())).collect()
            }
            Ty::Tuple(items) if items.len() == rank => {
                items.iter().try_for_each(|item| self.unify(item, entry))?;
                let value = self.reusable(value, &index.to_token_stream(), &mut stmts);
                let part = |axis| ExprKind::Field(value.clone().boxed(), axis);
                (0..rank).map(|axis| Expr::new(part(axis), entry.clone())).collect()
            }
            Ty::Array(..) | Ty::Tuple(_) => return Err(self.mismatch()),
            _ if rank == 1 => vec![self.coerce(value, entry)?],
            _ => return Err(self.mismatch()),
        };
        let read = Expr::new(ExprKind::Read(resource, indices), element.clone());
        if stmts.is_empty() {
            return Ok(read);
        }
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: Some(read.boxed()) }), element))
    }

    fn axis_of(&mut self, resource: Resource, call: &ExprMethodCall, index: &syn::Expr) -> Lowered<Option<Expr>> {
        let is_window = matches!(resource, Resource::Window(_));
        let method = call.method.to_string();
        let known = method == "shape" || (method == "position" && is_window);
        if !known {
            return Ok(None);
        }
        let rank = self.program.extent(resource).rank;
        let index = self.expr(index, Some(&Ty::USIZE))?;
        let index = self.coerce(index, &Ty::USIZE)?;
        match super::constant::evaluate(&index, &|_| None).and_then(|value| value.int()) {
            Some(axis) if (0..rank as i128).contains(&axis) => Ok(Some(self.axis(resource, &method, axis as usize))),
            Some(_) => Err(self.mismatch()),
            None => {
                let axes = (0..rank).map(|axis| self.axis(resource, &method, axis)).collect();
                let array = Expr::new(ExprKind::Array(axes), Ty::array(Ty::USIZE, rank));
                self.element(array, index).map(Some)
            }
        }
    }

    fn axis(&mut self, resource: Resource, method: &str, axis: usize) -> Expr {
        let kind = match (resource, method) {
            (Resource::Window(_), "position") => {
                self.program.uses.position = true;
                ExprKind::Position(axis)
            }
            (Resource::Window(_), _) => {
                self.program.uses.shape = true;
                ExprKind::Shape(axis)
            }
            _ => match self.program.extent(resource).length {
                Some(length) => return Expr::index(length),
                None => ExprKind::Length(resource, axis),
            },
        };
        Expr::new(kind, Ty::USIZE)
    }

    pub(crate) fn resource_method(&mut self, call: &ExprMethodCall, resource: Resource) -> Lowered<Expr> {
        if matches!(resource, Resource::Window(_)) {
            self.window_method(call, resource)
        } else {
            self.view_method(call, resource)
        }
    }

    fn window_method(&mut self, call: &ExprMethodCall, resource: Resource) -> Lowered<Expr> {
        let rank = self.program.extent(resource).rank;
        match (call.method.to_string().as_str(), call.args.len()) {
            (method @ ("position" | "shape"), 0) => {
                let axes = (0..rank).map(|axis| self.axis(resource, method, axis)).collect();
                Ok(Expr::new(ExprKind::Array(axes), Ty::array(Ty::USIZE, rank)))
            }
            ("contains", 1) => {
                let offset = self.expr(&call.args[0], Some(&Ty::array(Ty::ISIZE, rank)))?;
                let offset = self.coerce(offset, &Ty::array(Ty::ISIZE, rank))?;
                self.program.uses.contains = true;
                let ExprKind::Array(entries) = offset.kind else {
                    let help = "write the entries out: `x.contains([i, j])`";
                    return Err(self.refuse(&call.args[0], "offsets as one value here", help));
                };
                Ok(Expr::new(ExprKind::Contains(entries), Ty::BOOL))
            }
            ("values", 0) => self.values(call, resource),
            _ => {
                let help = "windows have `x[[..]]`, `values()`, `position()`, `shape()` and `contains(..)`";
                Err(self.refuse_method(&call.method, "a window", help))
            }
        }
    }

    /// All cells of the box as an array.
    fn values(&mut self, call: &ExprMethodCall, resource: Resource) -> Lowered<Expr> {
        let extent = self.program.extent(resource);
        let element = Ty::Scalar(extent.element);
        let Some(sides) = extent.halo.clone() else {
            let help = "declare the box with numbers, `halo = 1`, or read single cells";
            return Err(self.refuse(&call.method, "`values()` of a box that is not known while compiling", help));
        };
        if volume(&sides) > LARGEST_BOX {
            let help = format!("loop over the offsets: the box has more than {LARGEST_BOX} cells");
            return Err(self.refuse(&call.method, "`values()` of such a large box", help));
        }
        let read = |offset: Vec<isize>| {
            let entries = offset.into_iter().map(|entry| Expr::new(ExprKind::Int(entry as i128), Ty::ISIZE)).collect();
            Expr::new(ExprKind::Read(resource, entries), element.clone())
        };
        let cells: Vec<Expr> = offsets(&sides).into_iter().map(read).collect();
        let ty = Ty::array(element.clone(), cells.len());
        Ok(Expr::new(ExprKind::Array(cells), ty))
    }

    fn view_method(&mut self, call: &ExprMethodCall, resource: Resource) -> Lowered<Expr> {
        let rank = self.program.extent(resource).rank;
        let arguments: Vec<&syn::Expr> = call.args.iter().collect();
        match (call.method.to_string().as_str(), arguments.as_slice()) {
            ("len", []) => Ok(self.cell_count(resource)),
            ("is_empty", []) => {
                let count = self.cell_count(resource);
                self.operation(syn::BinOp::Eq(Default::default()), count, Expr::index(0), call)
            }
            ("nrows", []) if rank == 2 => Ok(self.axis(resource, "shape", 0)),
            ("ncols", []) if rank == 2 => Ok(self.axis(resource, "shape", 1)),
            ("dim" | "raw_dim", []) if rank == 1 => Ok(self.axis(resource, "shape", 0)),
            ("dim", []) => {
                let axes: Vec<Expr> = (0..rank).map(|axis| self.axis(resource, "shape", axis)).collect();
                Ok(Expr::new(ExprKind::Tuple(axes), Ty::Tuple(vec![Ty::USIZE; rank])))
            }
            ("shape", []) => {
                let axes = (0..rank).map(|axis| self.axis(resource, "shape", axis)).collect();
                Ok(Expr::new(ExprKind::Array(axes), Ty::array(Ty::USIZE, rank)))
            }
            ("len_of", [axis]) => self.length_of(resource, axis),
            ("fill", [value]) if matches!(resource, Resource::Output(_)) => {
                self.fill_cells(call, resource, |this, _, stmts| {
                    let value = this.expr(value, None)?;
                    Ok(this.reusable(value, &call.to_token_stream(), stmts))
                })
            }
            ("assign", [other]) if matches!(resource, Resource::Output(_)) => {
                self.fill_cells(call, resource, |this, index, stmts| this.assigned(other, index, stmts))
            }
            _ => {
                let help = "read elements, `x[i]`, ask for `len()` and `shape()`, or loop over `x` or `x.iter()`";
                Err(self.refuse_method(&call.method, "an array", help))
            }
        }
    }

    fn assigned(&mut self, other: &syn::Expr, index: Expr, stmts: &mut Vec<Stmt>) -> Lowered<Expr> {
        match self.items(other, stmts)? {
            Some(items @ Items::Cells(_)) => self.item_at(&items, index),
            _ => Err(self.refuse(other, "`assign` of anything but a view", "write a loop over the elements")),
        }
    }

    fn length_of(&mut self, resource: Resource, axis: &syn::Expr) -> Lowered<Expr> {
        let rank = self.program.extent(resource).rank;
        if let syn::Expr::Call(call) = strip(axis)
            && let Some(number) = call.args.first()
        {
            let number = self.expr(number, Some(&Ty::USIZE))?;
            let value = super::constant::evaluate(&number, &|_| None).and_then(|value| value.int());
            if let Some(axis) = value.filter(|axis| (0..rank as i128).contains(axis)) {
                return Ok(self.axis(resource, "shape", axis as usize));
            }
        }
        Err(self.refuse(axis, "axes that are not known while compiling", "write `x.shape()[0]`"))
    }

    /// Lowers the left side of `=`.
    pub(crate) fn place(&mut self, expr: &syn::Expr) -> Lowered<Expr> {
        if self.resource(expr).is_some() {
            return Err(self.mismatch());
        }
        let place = match strip(expr) {
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => self.place(expr)?,
            syn::Expr::Path(_) => self.expr(expr, None)?,
            syn::Expr::Field(field) => {
                self.place(&field.base)?;
                self.expr(expr, None)?
            }
            syn::Expr::Index(index) => {
                if self.resource(&index.expr).is_none() {
                    self.place(&index.expr)?;
                }
                self.expr(expr, None)?
            }
            other => return Err(self.refuse(other, "assignment to this", "assign to a variable or an element")),
        };
        match &place.kind {
            ExprKind::Local(_) | ExprKind::Field(..) | ExprKind::Element(..) => Ok(place),
            ExprKind::Read(Resource::Output(_), _) => Ok(place),
            // What cannot be assigned to, rustc says.
            ExprKind::Block(_) => Err(self.refuse(expr, "an index with effects here", "give the index a name first")),
            _ => Err(self.mismatch()),
        }
    }
}
