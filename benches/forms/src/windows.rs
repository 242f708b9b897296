//! Element functions with loops over offsets, at any size of the window: `benches/windows` measures them, the guard reads those
//! below.

use ndarray::ArrayView2;
use ndstencil::prelude::*;

/// A module for each size: bodies over squares of `2 * $r + 1` cells a side, and over lines of as many cells.
#[macro_export]
macro_rules! window_bodies {
    ($($module:ident: $r:literal, $line:literal;)*) => {
        $(
            pub mod $module {
                use ndarray::ArrayView2;
                use ndstencil::prelude::*;

                pub const SIDE: usize = 2 * $r + 1;
                const CELLS: f32 = (SIDE * SIDE) as f32;

                #[stencil(boundary = Nearest)]
                pub fn sum(x: Window2<f32>) -> f32 {
                    let mut sum = 0.0;
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            sum += x[[i, j]];
                        }
                    }
                    sum / CELLS
                }

                #[stencil(boundary = Nearest)]
                pub fn double(x: Window2<f64>) -> f64 {
                    let mut sum = 0.0;
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            sum += x[[i, j]];
                        }
                    }
                    sum
                }

                #[stencil(boundary = Nearest)]
                pub fn nanmean(x: Window2<f32>) -> f32 {
                    let (mut sum, mut count) = (0.0, 0.0);
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            let v = x[[i, j]];
                            if !v.is_nan() {
                                sum += v;
                                count += 1.0;
                            }
                        }
                    }
                    sum / count
                }

                #[stencil(boundary = Nearest)]
                pub fn most(x: Window2<u8>) -> u8 {
                    let mut most = 0u8;
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            most = most.max(x[[i, j]]);
                        }
                    }
                    most
                }

                #[stencil(boundary = Nearest)]
                pub fn mean(x: Window2<u8>) -> u8 {
                    let mut sum = 0u32;
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            sum += u32::from(x[[i, j]]);
                        }
                    }
                    (sum / (SIDE * SIDE) as u32) as u8
                }

                #[stencil(boundary = Nearest)]
                pub fn weighted(x: Window2<f32>, w: ArrayView2<f32>) -> f32 {
                    let mut sum = 0.0;
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            sum += w[[(i + $r) as usize, (j + $r) as usize]] * x[[i, j]];
                        }
                    }
                    sum
                }

                #[stencil(boundary = Nearest)]
                pub fn masked(x: Window2<f32>, mask: Window2<bool>) -> f32 {
                    let (mut sum, mut count) = (0.0, 0u32);
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            if mask[[i, j]] {
                                sum += x[[i, j]];
                                count += 1;
                            }
                        }
                    }
                    sum / count as f32
                }

                #[stencil(boundary = Nearest)]
                pub fn rank(x: Window2<u8>) -> u16 {
                    let mut rank = 0;
                    for i in -$r..=$r {
                        for j in -$r..=$r {
                            if i == 0 && j == 0 {
                                continue;
                            }
                            if x[[i, j]] < x[[0, 0]] {
                                rank += 1;
                            }
                        }
                    }
                    rank
                }

                #[stencil(boundary = Nearest)]
                pub fn line(x: Window1<f32>) -> f32 {
                    let mut sum = 0.0;
                    for i in -$line..=$line {
                        sum += x[i];
                    }
                    sum
                }
            }
        )*
    };
}
window_bodies! {
    w13: 6, 84;
    w31: 15, 480;
}

/// A sum over the cube of `2 * $r + 1` cells a side.
#[macro_export]
macro_rules! cubes {
    ($($name:ident: $r:literal;)*) => {
        $(
            #[stencil(boundary = Nearest)]
            pub fn $name(x: Window3<f32>) -> f32 {
                let mut sum = 0.0;
                for i in -$r..=$r {
                    for j in -$r..=$r {
                        for k in -$r..=$r {
                            sum += x[[i, j, k]];
                        }
                    }
                }
                sum
            }
        )*
    };
}
cubes! {
    cube7: 3;
    cube9: 4;
}

/// Weights of any size: the halo is set at run time.
#[stencil(boundary = Nearest, halo = dynamic)]
pub fn open(x: Window2<f32>, w: ArrayView2<f32>, r: isize) -> f32 {
    let mut sum = 0.0;
    for i in -r..=r {
        for j in -r..=r {
            sum += w[[(i + r) as usize, (j + r) as usize]] * x[[i, j]];
        }
    }
    sum
}

/// One kernel for windows of several sizes.
#[stencil(boundary = Nearest, halo = R)]
pub fn boxed<const R: usize>(x: Window2<f32>) -> f32 {
    let r = R as isize;
    let mut sum = 0.0;
    for i in -r..=r {
        for j in -r..=r {
            sum += x[[i, j]];
        }
    }
    sum
}
