//! Exchange networks as straight-line code: a loop over a table of exchanges is not unrolled once it is long, and then
//! nothing around it vectorises. Exchanges whose results nobody reads LLVM removes.

use super::exchange;

macro_rules! straight {
    (sort { $($sort:ident $n:literal: $($i:literal $j:literal),+;)* }
     median { $($median:ident $m:literal: $($k:literal $l:literal),+;)* }) => {
        $(
            #[inline(always)]
            fn $sort<T: PartialOrd + Copy>(v: &mut [T]) {
                $(exchange(v, $i, $j);)+
            }
        )*
        $(
            #[inline(always)]
            fn $median<T: PartialOrd + Copy>(v: &mut [T]) {
                $(exchange(v, $k, $l);)+
            }
        )*

        /// Sorts `v`, whose length is known while compiling, if there is a network for it.
        #[inline(always)]
        pub(super) fn sort<T: PartialOrd + Copy, const P: usize>(v: &mut [T; P]) -> bool {
            match P {
                0 | 1 => {}
                $($n => $sort(v),)*
                _ => return false,
            }
            true
        }

        /// Brings the median of `v` to its middle, if there is a network for its length.
        #[inline(always)]
        pub(super) fn median<T: PartialOrd + Copy, const P: usize>(v: &mut [T; P]) -> bool {
            match P {
                $($m => $median(v),)*
                _ => return sort(v),
            }
            true
        }
    };
}
stencil_abi::networks!(straight);
