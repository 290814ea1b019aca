//! The fitted laws by the names that people give them.

use crate::fit::FittedLaw;

/// Inside a sentence: `the USL`.
pub(crate) fn in_a_sentence(law: FittedLaw) -> &'static str {
    match law {
        FittedLaw::Linear => "the linear law",
        FittedLaw::Amdahl => "Amdahl's law",
        FittedLaw::Usl => "the USL",
        FittedLaw::Ceiling => "the law with a ceiling",
    }
}

/// Beside the line that draws it.
pub(crate) fn in_a_legend(law: FittedLaw) -> &'static str {
    match law {
        FittedLaw::Linear => "fitted law (linear)",
        FittedLaw::Amdahl => "fitted law (Amdahl)",
        FittedLaw::Usl => "fitted law (USL)",
        FittedLaw::Ceiling => "fitted law (with a ceiling)",
    }
}
