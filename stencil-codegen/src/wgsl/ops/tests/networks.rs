//! Exchange networks with those of the runtime.

use half::f16;
use stencil_runtime as runtime;

use super::super::{Network, network};
use super::case::Cases;
use super::value::Value;

fn add<T: Value, const N: usize>(cases: &mut Cases, kind: Network, place: Option<usize>, oracle: fn([T; N]) -> T) {
    let name = format!("{kind:?} of {N} {} at {place:?}", T::SCALAR.rust());
    let print = move |texts: &[String], helpers: &mut _| {
        let name = network(kind, T::SCALAR, N, helpers);
        let place = place.map(|place| format!("[{place}]")).unwrap_or_default();
        format!("{name}(array<{}, {N}>({})){place}", T::SCALAR.register(), texts.join(", "))
    };
    let oracle = move |v: &[u64]| oracle(std::array::from_fn(|i| T::load(v[i]))).store();
    cases.add(name, vec![T::SCALAR; N], T::SCALAR, Box::new(print), Box::new(oracle));
}

fn of<T: Value + PartialOrd, const N: usize>(cases: &mut Cases) {
    add::<T, N>(cases, Network::Sort, Some(1), |values| runtime::network::sort(values)[1]);
    add::<T, N>(cases, Network::Sort, Some(N - 1), |values| runtime::network::sort(values)[N - 1]);
    add::<T, N>(cases, Network::Median, None, runtime::network::median);
    add::<T, N>(cases, Network::Min, None, runtime::network::min);
    add::<T, N>(cases, Network::Max, None, runtime::network::max);
}

fn lengths<T: Value + PartialOrd>(cases: &mut Cases) {
    of::<T, 4>(cases);
    of::<T, 9>(cases);
    of::<T, 25>(cases);
}

pub(super) fn all(cases: &mut Cases) {
    lengths::<u8>(cases);
    lengths::<i32>(cases);
    lengths::<u64>(cases);
    lengths::<f16>(cases);
    lengths::<f32>(cases);
    lengths::<f64>(cases);
    of::<bool, 9>(cases);
}
