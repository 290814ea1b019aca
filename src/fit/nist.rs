//! The NIST Statistical Reference Datasets for nonlinear regression, put to the solver.
//! Certified values: <https://www.itl.nist.gov/div898/strd/> (public domain), in
//! `tests/data/nist`. Derivatives come from dual numbers, so a model is written once.
#![cfg(test)]

use super::least_squares::{Local, Until, minimise};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value and its derivatives.
#[derive(Clone, Copy)]
struct Dual<const P: usize>(f64, [f64; P]);

impl<const P: usize> Dual<P> {
    fn chain(self, value: f64, slope: f64) -> Self {
        Self(value, self.1.map(|d| d * slope))
    }
    fn exp(self) -> Self {
        self.chain(self.0.exp(), self.0.exp())
    }
    fn ln(self) -> Self {
        self.chain(self.0.ln(), 1.0 / self.0)
    }
    fn pow(self, power: Self) -> Self {
        (self.ln() * power).exp()
    }
}

fn zip<const P: usize>(a: [f64; P], b: [f64; P], f: impl Fn(f64, f64) -> f64) -> [f64; P] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

impl<const P: usize> Add for Dual<P> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, zip(self.1, other.1, |a, b| a + b))
    }
}
impl<const P: usize> Neg for Dual<P> {
    type Output = Self;
    fn neg(self) -> Self {
        self.chain(-self.0, -1.0)
    }
}
impl<const P: usize> Sub for Dual<P> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}
impl<const P: usize> Mul for Dual<P> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let product_rule = |a: f64, b: f64| f64::mul_add(a, other.0, b * self.0);
        Self(self.0 * other.0, zip(self.1, other.1, product_rule))
    }
}
impl<const P: usize> Div for Dual<P> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self * other.chain(1.0 / other.0, -1.0 / (other.0 * other.0))
    }
}

fn constant<const P: usize>(value: f64) -> Dual<P> {
    Dual(value, [0.0; P])
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap()
}

/// Digits of agreement of the worst parameter, from the second start value.
fn digits<const P: usize>(
    name: &str,
    model: impl Fn([Dual<P>; P], Dual<P>) -> Dual<P>,
) -> (String, f64) {
    let read = |file: &str| {
        let path = format!("{}/tests/data/nist/{file}.csv", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let points: Vec<(f64, f64)> = read(name)
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(y, x)| (number(y), number(x)))
        .collect();
    let certified: Vec<(f64, f64)> = read("certified")
        .lines()
        .filter(|line| line.starts_with(&format!("{name},")))
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|fields| (number(fields[2]), number(fields[3])))
        .collect();
    let found = minimise(
        std::array::from_fn(|i| certified[i].0),
        Until::LastDigit,
        |at: &[f64; P]| {
            let mut local = Local::zero();
            let parameters = std::array::from_fn(|i| {
                Dual(at[i], std::array::from_fn(|j| f64::from(u8::from(i == j))))
            });
            for (y, x) in &points {
                let Dual(fitted, slope) = model(parameters, constant(*x));
                let residual = fitted - y;
                local.value += 0.5 * residual * residual;
                for i in 0..P {
                    local.gradient[i] += residual * slope[i];
                    for j in 0..P {
                        local.gauss_newton[i][j] += slope[i] * slope[j];
                    }
                }
            }
            local.hessian = local.gauss_newton;
            local.value.is_finite().then_some(local)
        },
    )
    .unwrap();
    let worst = found
        .at
        .iter()
        .zip(&certified)
        .map(|(got, (_, exact))| -((got - exact) / exact).abs().max(1e-16).log10())
        .fold(f64::INFINITY, f64::min);
    (name.to_owned(), worst)
}

/// Name and digits of agreement of every set.
pub(super) fn all() -> Vec<(String, f64)> {
    vec![
        digits("Misra1a", |[a, b], x| {
            a * (constant(1.0) - (-(b * x)).exp())
        }),
        digits("Misra1b", |[a, b], x| {
            let root = constant(1.0) + b * x / constant(2.0);
            a * (constant(1.0) - constant(1.0) / (root * root))
        }),
        digits("Misra1d", |[a, b], x| a * b * x / (constant(1.0) + b * x)),
        digits("Chwirut2", |[a, b, c], x| (-(a * x)).exp() / (b + c * x)),
        digits("DanWood", |[a, b], x| a * x.pow(b)),
        digits("BoxBOD", |[a, b], x| a * (constant(1.0) - (-(b * x)).exp())),
        digits("Rat42", |[a, b, c], x| {
            a / (constant(1.0) + (b - c * x).exp())
        }),
        digits("Rat43", |[a, b, c, d], x| {
            a / (constant(1.0) + (b - c * x).exp()).pow(constant(1.0) / d)
        }),
        digits("MGH09", |[a, b, c, d], x| {
            a * (x * x + x * b) / (x * x + x * c + d)
        }),
        digits("Kirby2", |[a, b, c, d, e], x| {
            (a + b * x + c * x * x) / (constant(1.0) + d * x + e * x * x)
        }),
        digits("Thurber", |[a, b, c, d, e, f, g], x| {
            (a + b * x + c * x * x + d * x * x * x)
                / (constant(1.0) + e * x + f * x * x + g * x * x * x)
        }),
    ]
}
