//! Bands of satellites and channels of pictures.

use ndarray::ArrayView1;

use super::{Cast, Number};
use crate::gufunc;

/// The normalised difference vegetation index, `(nir - red) / (nir + red)`, of near infrared and red reflectance.
/// (J. Rouse and others, Monitoring vegetation systems in the Great Plains with ERTS, 1974.) That of integers is `f64`; where
/// both are 0 it is NaN.
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// let (nir, red) = (array![0.5f32, 0.3], array![0.1f32, 0.3]);
/// assert_eq!(kernels::ndvi().apply((&nir, &red))?, array![(0.5 - 0.1) / (0.5 + 0.1), 0.0]);
/// assert_eq!(kernels::ndvi().apply((&array![3000u16], &array![5000]))?, array![-0.25]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(),()->()", crate = crate)]
pub fn ndvi<T: Number>(nir: T, red: T) -> T::Mean {
    let (nir, red): (T::MeanTotal, T::MeanTotal) = (nir.cast(), red.cast());
    ((nir - red) / (nir + red)).cast()
}

/// The luminosity of red, green and blue on the last axis, of 8 bits each: 0.299 R + 0.587 G + 0.114 B, rounded to the
/// nearest (ITU-R BT.601).
///
/// ```
/// use ndarray::array;
/// use ndstencil::kernels;
/// assert_eq!(kernels::luminosity().apply(&array![[255u8, 255, 255], [255, 0, 0]])?, array![255, 76]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[gufunc("(3)->()", gpu, crate = crate)]
pub fn luminosity(rgb: ArrayView1<u8>) -> u8 {
    let weighted = 299 * u32::from(rgb[0]) + 587 * u32::from(rgb[1]) + 114 * u32::from(rgb[2]);
    ((weighted + 500) / 1000) as u8
}
