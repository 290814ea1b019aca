//! Lines cut at the edges of a panel, so that no renderer needs to.

/// The pieces of a line that lie inside a rectangle: left, top, right, bottom.
pub(in crate::render) fn line(points: &[[f64; 2]], edges: [f64; 4]) -> Vec<Vec<[f64; 2]>> {
    let mut pieces: Vec<Vec<[f64; 2]>> = Vec::new();
    for pair in points.windows(2) {
        let &[from, to] = pair else { continue };
        let Some((a, b)) = segment(from, to, edges) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last().is_some_and(|last| near(*last, a)) => piece.push(b),
            _ => pieces.push(vec![a, b]),
        }
    }
    pieces
}

fn near(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6
}

/// The part of a segment inside the edges.
///
/// # References
/// Y.-D. Liang, B. Barsky, "A new concept and method for line clipping", 1984.
fn segment(from: [f64; 2], to: [f64; 2], edges: [f64; 4]) -> Option<([f64; 2], [f64; 2])> {
    let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    let [left, top, right, bottom] = edges;
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (p, q) in [
        (-dx, from[0] - left),
        (dx, right - from[0]),
        (-dy, from[1] - top),
        (dy, bottom - from[1]),
    ] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    let at = |t: f64| [from[0] + t * dx, from[1] + t * dy];
    (enter <= leave).then(|| (at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [f64; 4] = [0.0, 0.0, 10.0, 10.0];

    #[test]
    fn a_line_that_leaves_and_returns_comes_in_two_pieces() {
        let pieces = line(&[[1.0, 5.0], [4.0, -5.0], [7.0, 5.0]], SQUARE);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0], [[1.0, 5.0], [2.5, 0.0]]);
        assert_eq!(pieces[1], [[5.5, 0.0], [7.0, 5.0]]);
    }

    #[test]
    fn what_is_outside_is_gone_and_what_is_inside_is_whole() {
        assert!(line(&[[11.0, 0.0], [12.0, 9.0]], SQUARE).is_empty());
        let inside = [[1.0, 1.0], [2.0, 9.0], [9.0, 3.0]];
        assert_eq!(line(&inside, SQUARE), [inside]);
    }
}
