//! What a user may say about an input.

/// Whether the first row names the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HeaderRow {
    /// A first row without numbers is a header.
    #[default]
    Auto,
    /// The first row is a header.
    Yes,
    /// There is no header.
    No,
}

/// What the value column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Completed operations per second.
    Throughput,
    /// Mean time one operation spends inside: X = N/R.
    Latency,
    /// Wall time per operation of the whole system: X = 1/t.
    TimePerOp,
    /// Run time of a fixed amount of work: X = work/t.
    Time,
}

/// How to read an input: everything a user may say about it.
///
/// # Examples
/// ```
/// use scalecalc::data::{ReadOptions, Value};
///
/// let options = ReadOptions::default()
///     .with_n("threads")
///     .with_x(["seconds"])
///     .with_value_is(Value::Time);
/// assert_eq!(options.x, ["seconds"]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Format by name; detected where `None`.
    pub from: Option<String>,
    /// Column (name or 1-based number) that holds N.
    pub n: Option<String>,
    /// Columns that hold throughput; more than one makes a series each.
    pub x: Vec<String>,
    /// Column that holds the mean latency.
    pub latency: Option<String>,
    /// Column whose values name the series.
    pub by: Option<String>,
    /// Field delimiter; detected where `None`.
    pub delimiter: Option<u8>,
    /// Decimal mark, `.` or `,`; detected where `None`.
    pub decimal: Option<u8>,
    /// Whether the first row is a header.
    pub header: HeaderRow,
    /// Throughput is per unit of N and must be multiplied by it; as its name says where `None`.
    pub per_unit: Option<bool>,
    /// What the value column means; by its name where `None`.
    pub value_is: Option<Value>,
    /// What a time means whose name allows several meanings; asked for where `None`.
    pub time_is: Option<Value>,
    /// Keep only benchmarks whose name matches this glob.
    pub select: Option<String>,
    /// N of the whole input, where the user says it (`8=c8.json`, `--n-from`).
    pub n_given: Option<f64>,
    /// Regular expression whose first group is N, for inputs that hold N inside a name.
    pub n_from: Option<String>,
    /// N that the file name suggests; used where the input itself holds none.
    pub n_from_name: Option<f64>,
    /// Think time of the load generator in seconds.
    pub think: Option<f64>,
    /// Leave out rows that cannot be read, with a note, instead of stopping at the first.
    pub skip_bad: bool,
}

impl ReadOptions {
    /// Columns that hold throughput; more than one makes a series each.
    #[must_use]
    pub fn with_x<T: Into<String>>(mut self, x: impl IntoIterator<Item = T>) -> Self {
        self.x = x.into_iter().map(Into::into).collect();
        self
    }

    /// Format by name.
    #[must_use]
    pub fn with_from(mut self, from: impl Into<String>) -> Self {
        self.from = Some(from.into());
        self
    }

    /// Column (name or 1-based number) that holds N.
    #[must_use]
    pub fn with_n(mut self, n: impl Into<String>) -> Self {
        self.n = Some(n.into());
        self
    }

    /// Column that holds the mean latency.
    #[must_use]
    pub fn with_latency(mut self, latency: impl Into<String>) -> Self {
        self.latency = Some(latency.into());
        self
    }

    /// Column whose values name the series.
    #[must_use]
    pub fn with_by(mut self, by: impl Into<String>) -> Self {
        self.by = Some(by.into());
        self
    }

    /// Glob of the benchmarks to keep, by their names.
    #[must_use]
    pub fn with_select(mut self, select: impl Into<String>) -> Self {
        self.select = Some(select.into());
        self
    }

    /// Regular expression whose first group is N.
    #[must_use]
    pub fn with_n_from(mut self, n_from: impl Into<String>) -> Self {
        self.n_from = Some(n_from.into());
        self
    }

    /// Field delimiter.
    #[must_use]
    pub fn with_delimiter(mut self, delimiter: impl Into<Option<u8>>) -> Self {
        self.delimiter = delimiter.into();
        self
    }

    /// Decimal mark, `.` or `,`.
    #[must_use]
    pub fn with_decimal(mut self, decimal: impl Into<Option<u8>>) -> Self {
        self.decimal = decimal.into();
        self
    }

    /// Whether the first row is a header.
    #[must_use]
    pub fn with_header(mut self, header: HeaderRow) -> Self {
        self.header = header;
        self
    }

    /// Whether throughput is per unit of N; by its name where `None`.
    #[must_use]
    pub fn with_per_unit(mut self, per_unit: impl Into<Option<bool>>) -> Self {
        self.per_unit = per_unit.into();
        self
    }

    /// What the value column means.
    #[must_use]
    pub fn with_value_is(mut self, value_is: impl Into<Option<Value>>) -> Self {
        self.value_is = value_is.into();
        self
    }

    /// What a time means whose name allows several meanings.
    #[must_use]
    pub fn with_time_is(mut self, time_is: impl Into<Option<Value>>) -> Self {
        self.time_is = time_is.into();
        self
    }

    /// N of the whole input.
    #[must_use]
    pub fn with_n_given(mut self, n_given: impl Into<Option<f64>>) -> Self {
        self.n_given = n_given.into();
        self
    }

    /// N that the file name suggests; what the input says goes before it.
    #[must_use]
    pub fn with_n_from_name(mut self, n_from_name: impl Into<Option<f64>>) -> Self {
        self.n_from_name = n_from_name.into();
        self
    }

    /// Think time of the load generator in seconds.
    #[must_use]
    pub fn with_think(mut self, think: impl Into<Option<f64>>) -> Self {
        self.think = think.into();
        self
    }

    /// Whether rows that cannot be read are left out, with a note.
    #[must_use]
    pub fn with_skip_bad(mut self, skip_bad: bool) -> Self {
        self.skip_bad = skip_bad;
        self
    }
}
