//! The kernels of `ndstencil::kernels` as ufuncs of NumPy: one table says which there are, and for which element types.
//!
//! Other types become the first of these that holds all their values, as with every ufunc. `ndstencil_kernels`, in Python, gives
//! results the types that they have in bottleneck and NumPy.

use ndstencil_python::ndstencil::__private::export::{Exported, loop_of};
use ndstencil_python::ndstencil::kernels::{self, moving};
use ndstencil_python::python_module;

mod own;

/// A loop of the kernels that a function makes: `sum()`, or `sum_as(f64)`, whose results are of that type.
macro_rules! made {
    ($module:ident $function:ident () $T:ident) => {
        loop_of($module::$function::<$T>)
    };
    ($module:ident $function:ident ($R:ident) $T:ident) => {
        loop_of($module::$function::<$R, $T>)
    };
}

/// Statics of kernels that functions make, as the key `python(..)` writes them, and the module of these and of others.
macro_rules! table {
    (
        others $($other:path),*;
        $($STATIC:ident $name:literal $signature:literal $inputs:tt
            $($module:ident::$function:ident $R:tt [$($T:ident)*]),+
            $doc:literal;)*
    ) => {
        $(static $STATIC: Exported = Exported {
            name: $name,
            module: module_path!(),
            signature: $signature,
            inputs: &$inputs,
            outputs: 1,
            loops: &[$($(made!($module $function $R $T)),*),+],
            doc: $doc,
            halos: &[],
            pictures: &[],
        };)*

        python_module!(
            /// The kernels, as `ndstencil_kernels` calls them.
            _native: $(&$STATIC,)* $($other),*
        );
    };
}

table! {
    others own::allnan, own::nanargmin, own::nanargmax;

    SUM "sum" "(n)->()" ["x"] kernels::sum() [i32 i64 u64 f32 f64]
        "The sum.";
    MEAN "mean" "(n)->()" ["x"] kernels::mean() [i32 i64 f32 f64]
        "The mean; NaN of nothing.";
    MIN "min" "(n)->()" ["x"] kernels::min() [u8 i16 u16 i32 i64 u64 f32 f64]
        "The least value.";
    MAX "max" "(n)->()" ["x"] kernels::max() [u8 i16 u16 i32 i64 u64 f32 f64]
        "The greatest value.";
    ARGMIN "argmin" "(n)->()" ["x"] kernels::argmin() [i32 i64 u64 f32 f64]
        "The place of the least value.";
    ARGMAX "argmax" "(n)->()" ["x"] kernels::argmax() [i32 i64 u64 f32 f64]
        "The place of the greatest value.";
    VAR "var" "(n),()->()" ["x", "ddof"] kernels::var() [i32 i64 f32 f64]
        "The variance, with `ddof` taken off the number of values it is divided by.";
    STD "std" "(n),()->()" ["x", "ddof"] kernels::std() [i32 i64 f32 f64]
        "The standard deviation, with `ddof` taken off the number of values it is divided by.";
    SS "ss" "(n)->()" ["x"] kernels::ss() [i32 i64 u64 f32 f64]
        "The sum of squares.";
    MEDIAN "median" "(n)->()" ["x"] kernels::median() [i32 i64 f32 f64]
        "The median; NaN of nothing.";
    QUANTILE "quantile" "(n),()->()" ["x", "q"] kernels::quantile() [i32 i64 f32 f64]
        "The quantile q, from 0 to 1.";
    COUNT "count" "(n)->()" ["x"] kernels::count() [i32 i64 f32 f64]
        "The number of values that are not NaN.";
    NANSUM "nansum" "(n)->()" ["x"] kernels::nansum() [i32 i64 u64 f32 f64]
        "The sum of the values that are not NaN.";
    NANMEAN "nanmean" "(n)->()" ["x"] kernels::nanmean() [i32 i64 f32 f64]
        "The mean of the values that are not NaN; NaN without any.";
    NANMIN "nanmin" "(n)->()" ["x"] kernels::nanmin() [u8 i16 u16 i32 i64 u64 f32 f64]
        "The least of the values that are not NaN; NaN without any.";
    NANMAX "nanmax" "(n)->()" ["x"] kernels::nanmax() [u8 i16 u16 i32 i64 u64 f32 f64]
        "The greatest of the values that are not NaN; NaN without any.";
    NANVAR "nanvar" "(n),()->()" ["x", "ddof"] kernels::nanvar() [i32 i64 f32 f64]
        "The variance of the values that are not NaN, with `ddof` taken off the number of values it is divided by.";
    NANSTD "nanstd" "(n),()->()" ["x", "ddof"] kernels::nanstd() [i32 i64 f32 f64]
        "The standard deviation of the values that are not NaN, with `ddof` taken off the number of values it is divided by.";
    NANMEDIAN "nanmedian" "(n)->()" ["x"] kernels::nanmedian() [i32 i64 f32 f64]
        "The median of the values that are not NaN; NaN without any.";
    NANQUANTILE "nanquantile" "(n),()->()" ["x", "q"] kernels::nanquantile() [i32 i64 f32 f64]
        "The quantile q, from 0 to 1, of the values that are not NaN; NaN without any.";
    RANKDATA "rankdata" "(n)->(n)" ["x"] kernels::rankdata() [i32 i64 u64 f32 f64]
        "The rank of each value, from 1; equal values share the mean of their ranks, NaN come last.";
    NANRANKDATA "nanrankdata" "(n)->(n)" ["x"] kernels::nanrankdata() [i32 i64 u64 f32 f64]
        "The rank of each value, from 1; equal values share the mean of their ranks, that of NaN is NaN.";
    PUSH "push" "(n),()->(n)" ["x", "limit"] kernels::push() [f32 f64]
        "Each NaN replaced by the last value before it, at most `limit` cells away.";
    MOVE_SUM "move_sum" "(n),(),()->(n)" ["x", "window", "min_count"] moving::sum_as(f64) [i32 i64], moving::sum() [f32 f64]
        "The sum over a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_MEAN "move_mean" "(n),(),()->(n)" ["x", "window", "min_count"] moving::mean() [i32 i64 f32 f64]
        "The mean over a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_VAR "move_var" "(n),(),(),()->(n)" ["x", "window", "min_count", "ddof"] moving::var() [i32 i64 f32 f64]
        "The variance over a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_STD "move_std" "(n),(),(),()->(n)" ["x", "window", "min_count", "ddof"] moving::std() [i32 i64 f32 f64]
        "The standard deviation over a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_MIN "move_min" "(n),(),()->(n)" ["x", "window", "min_count"] moving::min() [f32 f64]
        "The least value of a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_MAX "move_max" "(n),(),()->(n)" ["x", "window", "min_count"] moving::max() [f32 f64]
        "The greatest value of a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_ARGMIN "move_argmin" "(n),(),()->(n)" ["x", "window", "min_count"] moving::argmin() [f32 f64]
        "The place of the least value of a window that ends at each cell, as the number of cells it lies before that; NaN where less than `min_count` values are there.";
    MOVE_ARGMAX "move_argmax" "(n),(),()->(n)" ["x", "window", "min_count"] moving::argmax() [f32 f64]
        "The place of the greatest value of a window that ends at each cell, as the number of cells it lies before that; NaN where less than `min_count` values are there.";
    MOVE_MEDIAN "move_median" "(n),(),()->(n)" ["x", "window", "min_count"] moving::median() [i32 i64 f32 f64]
        "The median of a window that ends at each cell; NaN where less than `min_count` values are there.";
    MOVE_RANK "move_rank" "(n),(),()->(n)" ["x", "window", "min_count"] moving::rank() [f32 f64]
        "The rank of each cell in the window that ends at it, from -1 to 1; NaN where less than `min_count` values are there.";
    NDVI "ndvi" "(),()->()" ["nir", "red"] kernels::ndvi() [u8 u16 i32 f32 f64]
        "The normalised difference vegetation index, (nir - red) / (nir + red).";
}
