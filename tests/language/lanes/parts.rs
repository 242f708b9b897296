//! Variables with parts, of which a body changes some: tuples, structs and arrays, in each other, alike and apart.

use super::*;

/// A body over `x`, of which `$value` is the result.
macro_rules! bodies {
    ($($name:ident: $lanes:literal, |$x:ident| $body:block)*) => {
        $(
            #[gufunc("(n)->()")]
            fn $name($x: ArrayView1<f32>) -> f32 $body
        )*

        #[test]
        fn changed_parts() {
            $(
                for (n, count) in [1, 2, 3, 5, 9].into_iter().flat_map(|n| COUNTS.map(|count| (n, count))) {
                    let x = rows(count, n);
                    let expected = $name().reference(&x).unwrap().bits();
                    for level in levels() {
                        let schedule = Schedule::new().level(level);
                        assert_eq!($name().schedule(schedule).apply(&x).unwrap().bits(), expected, "{}", stringify!($name));
                        let across = $name().axis(0).schedule(schedule).apply(&x.t().to_owned());
                        assert_eq!(across.unwrap().bits(), expected, "{}", stringify!($name));
                    }
                }
            )*
            let found = [$( (stringify!($name), has_lanes($name())) ),*];
            assert_eq!(found, [$( (stringify!($name), $lanes) ),*]);
        }
    };
}

#[derive(Clone, Copy, Default)]
struct Moments {
    count: u32,
    mean: f32,
    inner: Inner,
}

#[derive(Clone, Copy, Default)]
struct Inner {
    low: f32,
    cells: [f32; 2],
}

fn raise((low, high): &mut (f32, f32), v: f32) {
    *low = low.min(v);
    *high += v;
}

bodies! {
    by_index: true, |x| {
        let mut p = (0.0f32, 0.0);
        for i in 0..x.len() {
            p.0 += x[i];
        }
        p.0 + p.1
    }
    one_part_by_index_and_one_by_value: true, |x| {
        let mut p = (0.0f32, 0u32);
        for i in 0..x.len() {
            if x[i] > 0.0 {
                p.0 += x[i];
                p.1 += 1;
            }
        }
        p.0 / (p.1 + 1) as f32
    }
    without_a_loop: true, |x| {
        let mut p = (0.0f32, 1.0);
        p.0 += x[0];
        p.1 -= p.0;
        p.0 * 3.0 + p.1
    }
    in_branches_alike: true, |x| {
        let mut p = (0.0f32, (1.0, 2.0));
        for i in 0..x.len() {
            if i % 2 == 0 {
                p.1.0 += x[i];
            } else {
                p.0 -= x[i];
                p.1.1 *= 0.5;
            }
        }
        p.0 + 3.0 * p.1.0 + 5.0 * p.1.1
    }
    in_branches_apart: true, |x| {
        let mut p = (0.0f32, [1.0f32, 2.0]);
        for &v in x {
            if v > 1.0 {
                p.1[0] += v;
            } else if v < -1.0 {
                p.1[1] = v;
            } else {
                p.0 += 1.0;
            }
        }
        p.0 + 3.0 * p.1[0] + 5.0 * p.1[1]
    }
    in_a_match: true, |x| {
        let mut p = ((0.0f32, 0i32), 0.0f32);
        for &v in x {
            match v as i32 {
                0 => p.0.1 += 1,
                k if k < 0 => p.0.0 += v,
                _ => p.1 = v,
            }
        }
        p.0.0 + 3.0 * p.0.1 as f32 + 5.0 * p.1
    }
    in_a_while: false, |x| {
        let (mut p, mut i) = ((0.0f32, 0.0f32), 0);
        while i < x.len() {
            p.1 = p.0;
            p.0 += x[i];
            i += 1;
        }
        p.0 + 3.0 * p.1
    }
    in_nested_loops: true, |x| {
        let mut p = [(0.0f32, 0.0f32); 2];
        for i in 0..x.len() {
            for j in 0..2 {
                p[j].1 += x[i] * j as f32;
                p[1 - j].0 -= p[j].1;
            }
        }
        p[0].0 + 3.0 * p[0].1 + 5.0 * p[1].0 + 7.0 * p[1].1
    }
    counted_alike_in_a_part: false, |x| {
        let mut state = (0usize, 0.0f32);
        while state.0 < x.len() {
            state.0 += 1;
        }
        for &v in x {
            state.1 += v;
        }
        state.1 / state.0 as f32
    }
    condition_on_a_part: true, |x| {
        let mut p = (0.0f32, false);
        for &v in x {
            if !p.1 {
                p.0 += v;
            }
            p.1 |= v > 2.0;
        }
        p.0
    }
    through_a_pattern: true, |x| {
        let mut p = (0.0f32, 0.0f32);
        for &v in x {
            let (sum, last) = &mut p;
            *sum += v;
            *last = v;
        }
        p.0 + 3.0 * p.1
    }
    through_a_nested_pattern: true, |x| {
        let mut p = (0.0f32, [0.0f32, 1.0]);
        for &v in x {
            let (_, [first, second]) = &mut p;
            *first += v;
            *second -= *first;
        }
        p.0 + 3.0 * p.1[0] + 5.0 * p.1[1]
    }
    through_a_match: true, |x| {
        let mut p = (0.0f32, 0.0f32);
        for &v in x {
            match (&mut p, v > 0.0) {
                ((a, _), true) => *a += v,
                ((_, b), false) => *b += v,
            }
        }
        p.0 + 3.0 * p.1
    }
    through_a_function: true, |x| {
        let mut p = (0.0f32, 0.0f32);
        for &v in x {
            raise(&mut p, v);
        }
        p.0 + 3.0 * p.1
    }
    through_a_closure: true, |x| {
        let mut p = (0.0f32, 0.0f32);
        for &v in x {
            let mut add = |w: f32| {
                p.0 += w;
                p.1 = w;
            };
            add(v);
            add(v * 0.5);
        }
        p.0 + 3.0 * p.1
    }
    taken_apart: true, |x| {
        let (mut a, mut b) = (0.0f32, 1.0f32);
        for &v in x {
            (a, b) = (b, a + v);
        }
        a + 3.0 * b
    }
    taken_apart_in_a_branch: true, |x| {
        let (mut a, mut b) = (0.0f32, 1.0f32);
        let mut p = (0.0f32, 0.0f32);
        for &v in x {
            if v > 0.0 {
                (a, p.0) = (p.0 + v, b);
            } else {
                [b, p.1] = [v, a];
            }
        }
        a + 3.0 * b + 5.0 * p.0 + 7.0 * p.1
    }
    taken_apart_with_a_rest: true, |x| {
        let mut p = (0.0f32, 1.0f32, 2.0f32);
        for &v in x {
            (p.2, ..) = (p.0 + v, 0.0, 0.0);
            (_, p.0) = (0.0, v);
        }
        p.0 + 3.0 * p.1 + 5.0 * p.2
    }
    swapped: true, |x| {
        let mut p = (0.0f32, 1.0f32);
        for &v in x {
            p.0 += v;
            let (a, b) = (&mut p.0, &mut p.1);
            std::mem::swap(a, b);
        }
        p.0 + 3.0 * p.1
    }
    swapped_cells: true, |x| {
        let mut p = ([0.0f32, 1.0, 2.0], 0.0f32);
        for &v in x {
            p.0[0] = v;
            p.0.swap(0, 2);
        }
        p.0[0] + 3.0 * p.0[1] + 5.0 * p.0[2]
    }
    folded: true, |x| {
        let p = x.iter().fold((0.0f32, 1.0f32), |mut p, &v| {
            p.0 += v;
            p.1 = p.1.max(v);
            p
        });
        p.0 + 3.0 * p.1
    }
    folded_by_pattern: true, |x| {
        let (sum, most) = x.iter().fold((0.0f32, 1.0f32), |(sum, most), &v| (sum + v, most.max(v)));
        sum + 3.0 * most
    }
    fields: false, |x| {
        let mut m = Moments::default();
        for &v in x {
            m.count += 1;
            m.mean += (v - m.mean) / m.count as f32;
            m.inner.low = m.inner.low.min(v);
            m.inner.cells[1] += v;
        }
        m.mean + 3.0 * m.inner.low + 5.0 * m.inner.cells[1] + m.inner.cells[0]
    }
    fields_in_a_tuple: false, |x| {
        let mut p = (Moments { count: 0, ..Moments::default() }, 0.0f32);
        for &v in x {
            p.0.inner.cells[0] += v;
            p.1 -= v;
            p.0.count += u32::from(v > 0.0);
        }
        p.0.inner.cells[0] + 3.0 * p.1 + p.0.count as f32
    }
    copies_stay: true, |x| {
        let mut p = (0.0f32, 0.0f32);
        let q = p;
        for &v in x {
            let r = p;
            p.0 += v;
            p.1 += r.0;
        }
        p.0 + 3.0 * p.1 + 5.0 * q.0
    }
    early_return: true, |x| {
        let mut p = (0.0f32, 0.0f32);
        p.0 += x[0];
        if p.0 > 1.0 {
            p.1 += p.0;
            return p.1;
        }
        p.1 -= 1.0;
        p.0 + 3.0 * p.1
    }
    optional_part: false, |x| {
        let mut p = (None, 0.0f32);
        for &v in x {
            if v > 1.0 {
                p.0 = Some(v);
            }
            p.1 += v;
        }
        p.0.unwrap_or(-1.0) + 3.0 * p.1
    }
}

/// Elements with parts, in and out.
#[gufunc("(n)->(n)")]
fn pairs(x: ArrayView1<f32>, mut y: ArrayViewMut1<(f32, [f32; 2])>) {
    for i in 0..x.len() {
        y[i].0 = x[i];
        y[i].1[1] += x[i];
        (y[i].1[0], y[0].0) = (y[i].0 + 1.0, x[i]);
    }
}

/// Two results, of which each is a part.
#[gufunc("(n)->(),()")]
fn two_parts(x: ArrayView1<f32>) -> (f32, f32) {
    let mut p = (0.0, 0.0);
    for i in 0..x.len() {
        p.0 += x[i];
        p.1 = if x[i] > p.1 { x[i] } else { p.1 };
    }
    p
}

/// A variable made of the inputs' own elements.
#[gufunc("(),()->()")]
fn of_elements(a: f32, b: f32) -> f32 {
    let mut p = (a, (b, 1.0f32));
    p.1.0 += p.0;
    if p.1.0 > 0.0 {
        p.0 = -b;
        p.1.1 += a;
    }
    p.0 + 3.0 * p.1.0 + 5.0 * p.1.1
}

#[gufunc("(n)->()")]
fn scratch_of_pairs(x: ArrayView1<f32>, pairs: &mut Vec<(f32, u32)>) -> f32 {
    pairs.clear();
    for &v in x {
        pairs.push((v, 0));
    }
    for i in 0..pairs.len() {
        pairs[i].1 += 1;
        pairs[i].0 *= 2.0;
    }
    let mut sum = 0.0;
    for i in 0..pairs.len() {
        sum += pairs[i].0 * pairs[i].1 as f32;
    }
    sum
}

impl Bits for Array2<(f32, [f32; 2])> {
    fn bits(&self) -> Vec<u64> {
        self.iter()
            .flat_map(|(a, [b, c])| [*a, *b, *c])
            .map(|v| if v.is_nan() { 0 } else { u64::from(v.to_bits()) })
            .collect()
    }
}

#[test]
fn parts_of_operands() {
    over_rows!(pairs(), true);
    over_rows!(two_parts(), true);
    over_rows!(scratch_of_pairs(), true);
    case!(of_elements(), true, |count| (&rows(count, 4).column(1), &rows(count, 4).column(2)));
}
