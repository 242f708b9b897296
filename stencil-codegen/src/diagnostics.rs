//! Every message the compiler can give, in one table, and the collector that reports them together.
//!
//! Errors that rustc reports anyway have no row here: the user's tokens keep their spans, and rustc speaks.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// One row of the table of diagnostics.
///
/// `{0}`, `{1}` and so on in the texts stand for what was found.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The stable code, such as `S001`.
    pub code: &'static str,
    /// The text about what was found.
    pub message: &'static str,
    /// The text about what to write instead.
    pub help: &'static str,
}

macro_rules! table {
    ($($problem:ident $code:literal $message:literal $help:literal;)*) => {
        /// A mistake in an element function: one variant for each row of [`TABLE`].
        // Without the feature `gpu`, what is wrong with GPU forms is not found.
        #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Problem { $($problem,)* }

        /// Every diagnostic of the compiler, in the order of the codes.
        pub const TABLE: &[Row] = &[
            $(Row { code: $code, message: $message, help: $help },)*
        ];
    };
}

table! {
    // The item.
    NotAFunction "S001" "`#[{1}]` stands on {0}"
        "an element function is a free function: `{2}`";
    Receiver "S002" "an element function has no `self`"
        "take the value as a parameter behind the inputs: `settings: Settings`";
    Async "S003" "an element function cannot be `async`"
        "remove `async`: the function computes and returns";
    Unsafe "S004" "an element function cannot be `unsafe`"
        "remove `unsafe` from the signature; an `unsafe` block inside the body is fine";
    Const "S005" "an element function cannot be `const`"
        "remove `const`: the function that makes the kernel is `const` without";
    Extern "S006" "an element function cannot be `extern`"
        "remove `extern`: the function is compiled into the loops, it has no symbol";
    Variadic "S007" "an element function has no variadic parameters"
        "name each parameter";
    ImplTrait "S008" "`impl Trait` cannot be the type of a parameter"
        "write a type parameter: `fn name<F: Fn(f32) -> f32>(.., f: F) -> f32`";
    PatternParameter "S009" "a parameter is a pattern"
        "give the parameter a name and take it apart in the body: `let {0} = name;`";
    ReservedName "S010" "the name `{0}` starts with `__`, which is reserved for generated code"
        "choose another name";
    KernelName "S011" "the kernel's type would be called `{0}`, which hides the type of that name in this module"
        "choose the type's name in the attribute: `type = {0}Kernel`";

    // Windows.
    NoWindow "S012" "no parameter is a window, so that there is nothing to sweep over"
        "take the input as a window: `x: Window2<f32>` for a 2-D array of `f32`; a macro does not see through a type alias";
    WindowReference "S013" "a window is taken by reference"
        "windows are `Copy`: take it by value, `{0}`";
    MutableWindow "S014" "a window cannot be `mut`"
        "remove `mut`: inputs are read only; what the function returns is written";
    WindowElement "S015" "the window does not name its element type"
        "write `{0}`";
    WindowRank "S016" "a window has 1 to 6 axes, found {0}"
        "write `Window1<T>` to `Window6<T>`, or `Window<'_, T, 2>` with a literal number of axes";
    RankMismatch "S017" "`{0}` has {1}, the windows before it have {2}"
        "all windows of an element function run over arrays of the same rank";

    // The return type.
    NoReturnType "S018" "an element function returns the value of one point, this one returns nothing"
        "write the output's element type: `-> f32`; several outputs are a tuple, `-> (f32, f32)`";
    ReturnReference "S019" "an element function returns the value itself, found a reference"
        "write the element type, `-> {0}`, and return a copy";
    ReturnWindow "S020" "an element function returns the value of one point, found a window"
        "write the element type, `-> {0}`, and return one value, such as `{1}`";
    ReturnImpl "S021" "the output's element type is hidden behind `impl Trait`"
        "name the type: it is the element type of the output array";

    // Offsets.
    OffsetRank "S022" "the offset has {0}, but `{1}` has {2}"
        "write one entry for each axis: `{3}`";
    ScalarOffset "S023" "the offset is one number, but `{0}` has {1}"
        "write one entry for each axis: `{2}`";
    UnbracketedOffset "S024" "`{0}` is not an offset"
        "write `{1}`";
    FloatOffset "S025" "the offset `{0}` is a float"
        "offsets count cells: write an integer";
    SliceOffset "S026" "a window cannot be sliced"
        "read single cells, `{0}`, or the whole box of the footprint with `{1}.values()`";
    HugeOffset "S027" "the offset `{0}` is further than 1000000 cells away"
        "a footprint is a neighbourhood; hand a whole array over as a parameter: `w: ArrayView2<f32>`";
    UnknownOffset "S028" "this offset of `{0}`{1} cannot be evaluated while compiling, so that the halo is not known"
        "declare how far it reaches, in cells: `{2}`, or {3}";
    Escape "S029" "`{0}` is used as a value here{1}, so that the offsets read from it are not known"
        "declare how far they reach, in cells: `{2}`, or read single cells, `{3}`";
    OutsideHalo "S030" "the offset `{0}` lies outside the declared halo {1}"
        "declare one that holds all offsets, `halo = {2}`, or leave `halo` out where all of them are known";
    WriteToWindow "S031" "a window is written to"
        "inputs are read only: return the new value of the point";
    MutableBorrow "S032" "a cell of a window is borrowed mutably"
        "copy it first: `let mut value = {0};`";
    UnknownValues "S033" "the box of `values()` is not known here"
        "{0}";

    // Boundaries.
    MissingBoundary "S034" "no boundary is named, but `{0}` is read outside of the point itself"
        "write `#[stencil(boundary = ..)]` with {1}, or a rule for the output: {2}";
    UnknownBoundary "S035" "there is no boundary `{0}`"
        "{1}";
    BoundaryRank "S036" "{0} for {1}"
        "write one boundary for all axes, or one for each axis; a pair inside is the side before and the side after: `{2}`";
    BoundaryNeedsValue "S037" "`{0}` needs a value"
        "write `{1}`";
    BoundaryTakesNoValue "S038" "`{0}` takes no value"
        "write `{0}`; for a value outside of the array write `Constant(value)`";
    NegativeIntoUnsigned "S039" "the value `{0}` does not fit `{1}`"
        "write a value from 0 up, or use a signed element type";
    RimOnInput "S040" "`{0}` is a rule for the output and cannot be chosen for one input"
        "write `#[stencil(boundary = {0})]`, or a reading rule here: {1}";
    BoundaryOnParameter "S041" "`#[boundary]` stands on `{0}`, which is not a window"
        "only reads of windows leave the array: remove the attribute";
    BoundaryAttribute "S042" "`#[boundary]` needs a boundary in parentheses"
        "write `#[boundary(Nearest)]`";
    DuplicateBoundary "S043" "`{0}` has two `#[boundary]` attributes"
        "keep one; for different axes write `#[boundary((Wrap, Nearest))]`";

    // Keys of the attribute.
    UnknownKey "S044" "there is no key `{0}`"
        "{1}";
    DuplicateKey "S045" "the key `{0}` is given twice"
        "keep one of them";
    MissingValue "S046" "the key `{0}` has no value"
        "write `{1}`";
    BadValue "S047" "this is not a value for `{0}`"
        "write `{1}`";
    ExpectedKey "S048" "expected a key, found `{0}`"
        "write `key = value` pairs with commas between them: `{1}`";
    TypeList "S049" "the list behind `{0}` has {1}"
        "{2}";

    // Halos.
    HaloRank "S050" "{0} in the halo for {1}"
        "write one number for all axes, or one for each axis; a pair inside is the side before and the side after: `halo = {2}`";
    NegativeHalo "S051" "the halo `{0}` is negative"
        "a halo counts cells: `halo = {1}` is one cell before the point{2}";
    HugeHalo "S052" "the halo `{0}` is wider than 1000000 cells"
        "a halo is a neighbourhood; hand a whole array over as a parameter: `w: ArrayView2<f32>`";

    // Limits.
    TooManyInputs "S053" "a kernel has 6 inputs at most, found {0}"
        "put fields that belong together into one array of structs or of `[f32; 3]`";
    TooManyOutputs "S054" "a kernel has 6 outputs at most, found {0}"
        "return an array, `[f32; 8]`, or a struct: it becomes one array of that type";

    // Parameters.
    OwnedParameter "S055" "`{0}` owns its data, but a kernel is `Copy` and shared by all threads"
        "borrow it: `{1}`";

    // Signatures of gufuncs.
    NoSignature "S056" "the attribute has no signature"
        "it begins with the core dimensions of inputs and outputs: `#[gufunc(\"(n)->()\")]`, `#[gufunc(\"(),()->()\")]` for single elements";
    SignatureLiteral "S057" "the signature is not a string literal, found `{0}`"
        "write it out: `#[gufunc(\"(n)->()\")]`";
    Signature "S058" "in the signature: {0}"
        "{1}";
    ComputedInput "S059" "`{0}` is a dimension of an input, so that its size is given"
        "compute dimensions that outputs alone have, `\"(m),(n)->(p)\", p = m + n - 1`; state what sizes must satisfy with `require = {0} > 0`";
    TooManyDimensions "S060" "an operand has 6 core dimensions at most, found {0} in `{1}`"
        "let the function see one axis of structs or arrays, `[f32; 3]`, in place of some";

    // Inputs of gufuncs.
    MissingInput "S061" "the signature has {0}, but the function takes {1}"
        "the parameters begin with the inputs, one for each: `{2}` for `{3}`";
    InputElement "S062" "`{0}` is the input `()`, a single element, but its type is `{1}`"
        "take the element by value: `{0}: {2}`; an array that is bound when the kernel is made follows the inputs";
    InputView "S063" "`{0}` is the input `{1}`, but its type is `{2}`"
        "{3}";
    ViewRank "S064" "`{0}` is `{1}` in the signature, but `{2}` has {3}"
        "{4}";
    ViewReference "S065" "a view is taken by reference"
        "views are small: take it by value, `{0}`";
    ViewElement "S066" "the view does not name its element type"
        "write `{0}`";
    MutableInput "S067" "`{0}` is the input `{1}`, which cannot be written to"
        "write `{0}: {2}`; outputs follow the inputs and all other parameters";

    // Outputs of gufuncs.
    MissingOutput "S068" "the output `{0}` has no parameter to be written to"
        "{1}";
    ExtraOutput "S069" "`{0}` is a view to write to, but the signature has no output for it"
        "{1}";
    OutputNotLast "S070" "the output `{0}` stands in front of other parameters"
        "outputs come last: inputs, then parameters and scratch, then outputs";
    ReturnedView "S071" "a value is returned, but {0}"
        "outputs with dimensions are written through views: return nothing, and end the parameters with `{1}`";
    ReturnedCount "S072" "the signature has {0}, but the function returns {1}"
        "return one value for each, in order: `-> {2}`; a tuple type written out is several outputs, an alias of it is one";
    Identity "S073" "`identity` is what `reduce` of nothing gives, but `{0}` is not a function of two elements"
        "remove it: `reduce` is there for `(),()->()` that returns its value";

    // Stencils as gufuncs.
    WindowWithoutStencil "S074" "`{0}` is a window, but the function is not a stencil"
        "add `#[stencil(boundary = ..)]` below `#[gufunc(..)]`";
    StackedCount "S075" "the signature has {0}, but the stencil has {1}"
        "each window is an input and each returned value an output: write `{2}`";
    StackedRank "S076" "`{0}` has {1}, but the windows have {2}"
        "the windows run over the core dimensions: write `{3}`";
    StackedInputs "S077" "the inputs `{0}` and `{1}` differ, but all inputs of a stencil have one shape"
        "write `{2}`";
    StackedShrink "S078" "with `Shrink` or `stride` the output is smaller than the inputs, but it has their dimensions, `{0}`"
        "name its own dimensions: `{1}`; their sizes come from the stencil";
    StackedOutput "S079" "the output is as large as the inputs, `{0}`, but it has the dimensions `{1}`"
        "write `{2}`; only with `boundary = Shrink` or `stride` outputs have sizes of their own";
    StackedKey "S080" "`{0}` means nothing for a stencil"
        "remove it: a stencil knows the sizes of its outputs";
    SameAttribute "S081" "the function has two attributes `{0}`"
        "keep one of them";

    // GPU forms.
    GenericForm "S082" "`{0}` stands on a function with {1}"
        "{2}";
    GpuElement "S083" "`{0}` is no type that a GPU form can hold"
        "{1}";
    GpuRank "S084" "a GPU form has 4 axes at most, found {0}"
        "remove `gpu`, or run over the last axes with `#[gufunc(..)]` above the stencil";
    GpuRefused "S085" "the shader made of this is not accepted: {0}"
        "this is a defect of ndstencil, please report it; until then remove `gpu`";

    // Bodies for the GPU.
    GpuConstruct "S086" "the GPU form of a kernel has no {0}"
        "{1}";
    GpuMethod "S087" "`{0}` of {1} has no GPU form"
        "{2}";
    GpuUnknownType "S088" "the type of this is not known here"
        "write it: `let x: f32 = ..`, or a suffix, `1.0_f32`";
    GpuUnknownName "S089" "the GPU form of a kernel does not see `{0}`"
        "move it into the body, or put the kernel and it into one module with `#[kernel_module]`";
    GpuRecursion "S090" "`{0}` calls itself"
        "functions on the GPU do not recurse: write a loop";
    GpuF64Function "S091" "`{0}` of `f64` has no GPU form"
        "{1}";
    KernelModule "S092" "`#[kernel_module]` {0}"
        "write `#[kernel_module] mod filters { .. }`";

    // Uses of windows that another language's arrays would have.
    IndexByOffset "S093" "`{0}` counts cells from the point, an `isize`, but `{1}` is indexed from 0"
        "write `{2}`";
    Recursion "S094" "an element function cannot call itself: `{0}` makes a kernel"
        "move what is shared into a plain function of the window: `fn helper(x: {1}) -> {2}`";
    WindowUse "S095" "a window has no `{0}`"
        "write {1}";

    // Types that no kernel can hold.
    OwnedElement "S096" "`{0}` owns memory, but an element of an array is a plain value"
        "return a `Copy` type: several outputs are a tuple, `-> (f32, f32)`, some values an array, `-> [f32; 3]`, no value is NaN or an `Option`";
    MutableParameter "S097" "`{0}` is a mutable reference, but a kernel is `Copy` and shared by all threads"
        "return what changes as one more output, or take the value by `&`";
    UnsharedParameter "S098" "`{0}` cannot be shared, but all threads read a kernel's parameters"
        "return what changes as one more output; take what is read as a value, a slice or an `ArrayView`; count with `&AtomicUsize`";

    // Strides.
    StrideRank "S099" "the stride has {0}, but the windows have {1}"
        "write one number for all axes, `stride = 2`, or one for each: `stride = {2}`";
    StrideValue "S100" "`{0}` is not a stride"
        "a stride is the number of cells from one computed point to the next, 1 or more: `stride = {1}`";

    // Kernels for Python.
    PythonKernel "S101" "a kernel with {0} cannot be called from Python"
        "{1}";
}

impl Problem {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    fn text(self, found: &[&dyn Display]) -> String {
        let row = self.row();
        let mut text = format!("{} [{}]\nhelp: {}", row.message, row.code, row.help);
        for (slot, value) in found.iter().enumerate() {
            text = text.replace(&format!("{{{slot}}}"), &value.to_string());
        }
        text
    }
}

/// Collects errors, so that a user sees all of them at once.
#[derive(Default)]
pub(crate) struct Errors {
    errors: Vec<syn::Error>,
}

impl Errors {
    /// Reports `problem` on the tokens of `at`.
    pub(crate) fn report(&mut self, problem: Problem, at: impl ToTokens, found: &[&dyn Display]) {
        self.errors.push(syn::Error::new_spanned(at, problem.text(found)));
    }

    /// Reports `problem` on `span`.
    pub(crate) fn report_at(&mut self, problem: Problem, span: Span, found: &[&dyn Display]) {
        self.errors.push(syn::Error::new(span, problem.text(found)));
    }

    /// Takes over an error of the parser.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// Takes over what another collector found.
    pub(crate) fn append(&mut self, other: Self) {
        self.errors.extend(other.errors);
    }

    /// Every error as something else.
    #[cfg(test)]
    pub(crate) fn each<T>(&self, show: impl FnMut(&syn::Error) -> T) -> Vec<T> {
        self.errors.iter().map(show).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// All errors as `compile_error!` calls; the same text on the same place is said once.
    pub(crate) fn into_compile_errors(self) -> TokenStream {
        self.distinct().iter().map(syn::Error::to_compile_error).collect()
    }

    /// The first error, which can stand for a type or a value, and the others.
    pub(crate) fn into_first_and_others(self) -> (Option<TokenStream>, TokenStream) {
        let errors = self.distinct();
        let mut calls = errors.iter().map(syn::Error::to_compile_error);
        (calls.next(), calls.collect())
    }

    fn distinct(self) -> Vec<syn::Error> {
        let mut seen = Vec::new();
        let mut errors = self.errors;
        errors.retain(|error| {
            let key = (format!("{:?}", error.span()), error.to_string());
            let fresh = !seen.contains(&key);
            seen.push(key);
            fresh
        });
        errors
    }
}

/// `1 input`, `2 inputs`, `no input`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    // ``output `()` `` has its plural in front of the code.
    let (word, rest) = noun.split_once(' ').filter(|(_, rest)| rest.starts_with('`')).unwrap_or((noun, ""));
    let number = if count == 0 { "no".to_owned() } else { count.to_string() };
    let plural = if count == 1 { "" } else { "s" };
    let rest = if rest.is_empty() { String::new() } else { format!(" {rest}") };
    format!("{number} {word}{plural}{rest}")
}

/// `1 axis`, `2 axes`.
pub(crate) fn axes(rank: usize) -> String {
    if rank == 1 { "1 axis".to_owned() } else { format!("{rank} axes") }
}

/// `1 entry`, `2 entries`.
pub(crate) fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// The candidate nearest to `word` by edit distance, if it is near enough to be a slip of the keys.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    // A slip leaves some of the word as it was.
    let most = word.chars().count().saturating_sub(1).max(1);
    candidates
        .iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= most.min(1 + candidate.len() / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The optimal string alignment distance: a swap of neighbours counts once.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_consecutive() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.code, format!("S{:03}", index + 1));
        }
    }

    #[test]
    fn texts_follow_the_style() {
        for row in TABLE {
            for text in [row.message, row.help] {
                assert!(!text.ends_with('.') || text.ends_with(".."), "{}", row.code);
                assert!(!text.starts_with(|c: char| c.is_uppercase()), "{}", row.code);
            }
        }
    }

    #[test]
    fn slips_are_recognised() {
        let names = ["Nearest", "Reflect", "Mirror", "Wrap"];
        assert_eq!(nearest("Nearset", &names), Some("Nearest"));
        assert_eq!(nearest("wrap", &names), Some("Wrap"));
        assert_eq!(nearest("Bicubic", &names), None);
        assert_eq!(nearest("p", &["gpu"]), None);
    }
}
