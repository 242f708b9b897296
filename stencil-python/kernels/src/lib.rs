//! The kernels of `ndstencil::kernels` as ufuncs of NumPy, for the element types that bottleneck has.

use ndstencil_python::ndstencil::__private::export::{Exported, loop_of};
use ndstencil_python::ndstencil::kernels::{self, moving};
use ndstencil_python::python_module;

/// Statics of kernels that functions make, as the key `python(..)` writes them.
macro_rules! ready {
    ($($STATIC:ident $name:literal $signature:literal $inputs:tt [$($make:expr),* $(,)?] $doc:literal;)*) => {$(
        static $STATIC: Exported = Exported {
            name: $name,
            module: module_path!(),
            signature: $signature,
            inputs: &$inputs,
            outputs: 1,
            loops: &[$(loop_of($make)),*],
            doc: $doc,
            halos: &[],
            pictures: &[],
        };
    )*};
}

ready! {
    SUM "sum" "(n)->()" ["x"] [kernels::sum::<i32>, kernels::sum::<i64>, kernels::sum::<f32>, kernels::sum::<f64>] "The sum.";
    MEAN "mean" "(n)->()" ["x"] [kernels::mean::<i32>, kernels::mean::<i64>, kernels::mean::<f32>, kernels::mean::<f64>] "The mean.";
    MIN "min" "(n)->()" ["x"] [kernels::min::<i32>, kernels::min::<i64>, kernels::min::<f32>, kernels::min::<f64>] "The least value.";
    MAX "max" "(n)->()" ["x"] [kernels::max::<i32>, kernels::max::<i64>, kernels::max::<f32>, kernels::max::<f64>] "The greatest value.";
    MEDIAN "median" "(n)->()" ["x"] [kernels::median::<i32>, kernels::median::<i64>, kernels::median::<f32>, kernels::median::<f64>] "The median.";
    NANSUM "nansum" "(n)->()" ["x"] [kernels::nansum::<i32>, kernels::nansum::<i64>, kernels::nansum::<f32>, kernels::nansum::<f64>] "The sum of what is no NaN.";
    NANMEAN "nanmean" "(n)->()" ["x"] [kernels::nanmean::<i32>, kernels::nanmean::<i64>, kernels::nanmean::<f32>, kernels::nanmean::<f64>] "The mean of what is no NaN.";
    NANMIN "nanmin" "(n)->()" ["x"] [kernels::nanmin::<i32>, kernels::nanmin::<i64>, kernels::nanmin::<f32>, kernels::nanmin::<f64>] "The least value that is no NaN.";
    NANMAX "nanmax" "(n)->()" ["x"] [kernels::nanmax::<i32>, kernels::nanmax::<i64>, kernels::nanmax::<f32>, kernels::nanmax::<f64>] "The greatest value that is no NaN.";
    NANMEDIAN "nanmedian" "(n)->()" ["x"] [kernels::nanmedian::<i32>, kernels::nanmedian::<i64>, kernels::nanmedian::<f32>, kernels::nanmedian::<f64>] "The median of what is no NaN.";
    ARGMIN "argmin" "(n)->()" ["x"] [kernels::argmin::<i32>, kernels::argmin::<i64>, kernels::argmin::<f32>, kernels::argmin::<f64>] "The place of the least value.";
    ARGMAX "argmax" "(n)->()" ["x"] [kernels::argmax::<i32>, kernels::argmax::<i64>, kernels::argmax::<f32>, kernels::argmax::<f64>] "The place of the greatest value.";
    COUNT "count" "(n)->()" ["x"] [kernels::count::<i32>, kernels::count::<i64>, kernels::count::<f32>, kernels::count::<f64>] "How many values are no NaN.";
    VAR "var" "(n),()->()" ["x", "ddof"] [kernels::var::<i32>, kernels::var::<i64>, kernels::var::<f32>, kernels::var::<f64>] "The variance, with `ddof` taken off the number of values it is divided by.";
    STD "std" "(n),()->()" ["x", "ddof"] [kernels::std::<i32>, kernels::std::<i64>, kernels::std::<f32>, kernels::std::<f64>] "The standard deviation, with `ddof` taken off the number of values it is divided by.";
    NANVAR "nanvar" "(n),()->()" ["x", "ddof"] [kernels::nanvar::<i32>, kernels::nanvar::<i64>, kernels::nanvar::<f32>, kernels::nanvar::<f64>] "The variance of what is no NaN, with `ddof` taken off the number of values it is divided by.";
    NANSTD "nanstd" "(n),()->()" ["x", "ddof"] [kernels::nanstd::<i32>, kernels::nanstd::<i64>, kernels::nanstd::<f32>, kernels::nanstd::<f64>] "The standard deviation of what is no NaN, with `ddof` taken off the number of values it is divided by.";
    QUANTILE "quantile" "(n),()->()" ["x", "q"] [kernels::quantile::<i32>, kernels::quantile::<i64>, kernels::quantile::<f32>, kernels::quantile::<f64>] "The quantile q, from 0 to 1.";
    NANQUANTILE "nanquantile" "(n),()->()" ["x", "q"] [kernels::nanquantile::<i32>, kernels::nanquantile::<i64>, kernels::nanquantile::<f32>, kernels::nanquantile::<f64>] "The quantile q, from 0 to 1, of what is no NaN.";
    MOVE_SUM "move_sum" "(n),(),()->(n)" ["x", "window", "min_count"] [moving::sum_as::<f64, i32>, moving::sum_as::<f64, i64>, moving::sum::<f32>, moving::sum::<f64>] "The sum of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    MOVE_MEAN "move_mean" "(n),(),()->(n)" ["x", "window", "min_count"] [moving::mean_as::<f64, i32>, moving::mean_as::<f64, i64>, moving::mean::<f32>, moving::mean::<f64>] "The mean of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    MOVE_MIN "move_min" "(n),(),()->(n)" ["x", "window", "min_count"] [moving::min::<f32>, moving::min::<f64>] "The least value of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    MOVE_MAX "move_max" "(n),(),()->(n)" ["x", "window", "min_count"] [moving::max::<f32>, moving::max::<f64>] "The greatest value of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    MOVE_MEDIAN "move_median" "(n),(),()->(n)" ["x", "window", "min_count"] [moving::median_as::<f64, i32>, moving::median_as::<f64, i64>, moving::median::<f32>, moving::median::<f64>] "The median of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    MOVE_VAR "move_var" "(n),(),(),()->(n)" ["x", "window", "min_count", "ddof"] [moving::var_as::<f64, i32>, moving::var_as::<f64, i64>, moving::var::<f32>, moving::var::<f64>] "The variance of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    MOVE_STD "move_std" "(n),(),(),()->(n)" ["x", "window", "min_count", "ddof"] [moving::std_as::<f64, i32>, moving::std_as::<f64, i64>, moving::std::<f32>, moving::std::<f64>] "The standard deviation of the cells of a window that ends at each cell, where `min_count` of them are no NaN.";
    NDVI "ndvi" "(),()->()" ["nir", "red"] [kernels::ndvi::<u8>, kernels::ndvi::<u16>, kernels::ndvi::<f32>, kernels::ndvi::<f64>] "The normalised difference vegetation index.";
}

python_module!(
    /// The kernels, as `ndstencil_kernels` calls them.
    _native: &SUM, &MEAN, &MIN, &MAX, &MEDIAN, &NANSUM, &NANMEAN, &NANMIN, &NANMAX, &NANMEDIAN, &ARGMIN, &ARGMAX, &COUNT, &VAR, &STD, &NANVAR, &NANSTD, &QUANTILE, &NANQUANTILE, &MOVE_SUM, &MOVE_MEAN, &MOVE_MIN, &MOVE_MAX, &MOVE_MEDIAN, &MOVE_VAR, &MOVE_STD, &NDVI
);
