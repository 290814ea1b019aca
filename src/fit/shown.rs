//! A fit in a few lines that a person can read.

use super::{Fit, Grade, Scaling};
use std::fmt;

impl fmt::Display for Fit {
    /// The law and how well it fits, its coefficients and its peak with their intervals, and a
    /// line for each doubt.
    ///
    /// # Examples
    /// ```
    /// use scalecalc::fit::{self, FitOptions};
    /// use scalecalc::sweep::Levels;
    ///
    /// let levels = Levels::from_pairs((1..=8).map(|n| (f64::from(n), 1000.0 * f64::from(n))))?;
    /// let fit = fit::fit(&levels, &FitOptions::default())?;
    /// assert!(fit.to_string().starts_with("usl, a good description of 8 sizes"));
    /// # Ok::<(), scalecalc::Error>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (law, grade) = (self.fitted_law().name(), self.quality().grade);
        let sizes = self.levels().len();
        writeln!(f, "{law}, a {grade} description of {sizes} sizes")?;
        writeln!(f, "α {}", self.alpha())?;
        writeln!(f, "β {}", self.beta())?;
        writeln!(f, "γ {} 1/s", self.gamma())?;
        write!(f, "peak {}", self.peak())?;
        for note in self.notes() {
            write!(f, "\n{}: {}", note.code, note.text)?;
        }
        Ok(())
    }
}

impl fmt::Display for Grade {
    /// Its word, as in JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Scaling {
    /// Its word, as in JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
