//! The likely signature where the given one is wrong, so that callers of the function stay quiet.

use syn::{LitStr, PatType, ReturnType, Type};

use crate::arrays::{self, Family, Rank};
use crate::signature::Signature;
use crate::syntax::strip;
use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// A signature that the function fits: as many inputs as the text seems to have, each dimension with its own name.
pub(crate) fn signature(typed: &[PatType], output: &ReturnType, literal: Option<&LitStr>) -> Signature {
    let ranks: Vec<Option<(Family, usize)>> = typed.iter().map(|typed| rank(&typed.ty)).collect();
    let is_view = |rank: &Option<(Family, usize)>| matches!(rank, Some((Family::View, _)));
    let by_type = match ranks.iter().take_while(|rank| is_view(rank)).count() {
        0 => typed.iter().take_while(|typed| matches!(strip(&typed.ty), Type::Path(_))).count(),
        views => views,
    };
    let in_text = |literal: &LitStr| literal.value().split("->").next().unwrap_or("").matches('(').count();
    let inputs = literal.map_or(by_type, in_text);
    let mut guess = Signature::default();
    for rank in ranks.iter().take(inputs.min(MAX_INPUTS)) {
        let dims = fresh(&mut guess, rank.map_or(0, |(_, rank)| rank));
        guess.inputs.push(dims);
    }
    for (_, rank) in ranks.iter().flatten().filter(|(family, _)| *family == Family::ViewMut).take(MAX_OUTPUTS - 1) {
        let dims = fresh(&mut guess, *rank);
        guess.outputs.push(dims);
    }
    let values = match output {
        ReturnType::Default => usize::from(guess.outputs.is_empty()),
        ReturnType::Type(_, ty) => match strip(ty) {
            Type::Tuple(tuple) => tuple.elems.len(),
            _ => 1,
        },
    };
    let room = MAX_OUTPUTS - guess.outputs.len();
    guess.outputs.resize(guess.outputs.len() + values.min(room), Vec::new());
    guess
}

fn rank(ty: &Type) -> Option<(Family, usize)> {
    let found = arrays::recognise(ty)?;
    match found.rank {
        Rank::Fixed(rank) => Some((found.family, rank.min(MAX_RANK))),
        Rank::Dynamic | Rank::Unknown => Some((found.family, 1)),
    }
}

/// Dimensions that no other operand has.
fn fresh(guess: &mut Signature, rank: usize) -> Vec<usize> {
    let first = guess.dims.len();
    let names: Vec<String> = (first..first + rank).map(|number| format!("n{number}")).collect();
    guess.add(&names)
}
