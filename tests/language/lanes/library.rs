//! The kernels of the library are written so that they have lanes.

use super::*;

#[test]
fn library() {
    use ndstencil::kernels::{self, moving};
    assert!(has_lanes(kernels::sum::<f32>()) && has_lanes(kernels::mean::<f32>()));
    assert!(has_lanes(kernels::var::<f32>(0)) && has_lanes(kernels::std::<f32>(0)));
    assert!(has_lanes(kernels::sum::<u8>()) && has_lanes(kernels::var_as::<f32, i16>(0)));
    assert!(has_lanes(kernels::min::<f32>()) && has_lanes(kernels::max::<f32>()));
    assert!(has_lanes(kernels::argmin::<f32>()) && has_lanes(kernels::argmax::<f32>()));
    assert!(has_lanes(kernels::median::<f32>()) && has_lanes(kernels::quantile::<f32>(0.5)));
    assert!(has_lanes(kernels::count::<f32>()) && has_lanes(kernels::nansum::<f32>()));
    assert!(has_lanes(kernels::nanmean::<f32>()) && has_lanes(kernels::nanvar::<f32>(0)));
    assert!(has_lanes(kernels::nanstd::<f32>(0)) && has_lanes(kernels::nanmin::<f32>()));
    assert!(has_lanes(kernels::nanargmin::<f32>()) && has_lanes(kernels::nanargmax::<f32>()));
    assert!(has_lanes(kernels::nanmedian::<f32>()) && has_lanes(kernels::nanquantile::<f32>(0.5)));
    assert!(has_lanes(kernels::inner::<f32>()) && has_lanes(kernels::matmul::<f32>()));
    assert!(has_lanes(kernels::cross::<f32>()));
    assert!(has_lanes(moving::sum::<f32>(3, 1)) && has_lanes(moving::mean::<f32>(3, 1)));
    assert!(has_lanes(moving::var::<f32>(3, 1, 0)) && has_lanes(moving::std::<f32>(3, 1, 0)));
    assert!(has_lanes(moving::min::<f32>(3, 1)) && has_lanes(moving::median::<f32>(3, 1)));
    assert!(has_lanes(kernels::median::<u8>()) && has_lanes(kernels::nanquantile_as::<f32, i16>(0.5)));
    assert!(has_lanes(kernels::nanmin::<u8>()) && has_lanes(kernels::nanargmax::<i64>()));
    assert!(has_lanes(moving::sum::<u8>(3, 1)) && has_lanes(moving::mean_as::<f32, u16>(3, 1)));
    assert!(has_lanes(moving::var::<i32>(3, 1, 0)) && has_lanes(moving::median::<u8>(3, 1)));
    assert!(has_lanes(moving::max::<bool>(3, 1)) && has_lanes(moving::centred::min::<u8>(3, 1)));
    assert!(has_lanes(moving::centred::median::<f32>(3, 1)));
    assert!(has_lanes(kernels::ss::<f32>()) && has_lanes(kernels::push::<f32>(1)));
    assert!(has_lanes(moving::argmin::<f32>(3, 1)) && has_lanes(moving::argmax::<u8>(3, 1)));
    assert!(has_lanes(moving::rank::<f32>(3, 1)) && has_lanes(moving::centred::rank::<f64>(3, 1)));
}
