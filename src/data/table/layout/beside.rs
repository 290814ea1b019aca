//! What the table says beside its values: that one is a share, what unit a cell has, what failed.

use super::{Kind, Naming, SizeFrom, ValueColumn};
use crate::advice::{Advice, Setting};
use crate::data::columns::counts_failures;
use crate::note::{Note, NoteCode};
use crate::units;

impl Naming<'_> {
    /// What N counts, where the name of its column says it.
    pub(super) fn counted(&self, size: &SizeFrom) -> Option<String> {
        match size {
            SizeFrom::Column(column) => self.meanings[*column].counted.clone(),
            _ => None,
        }
    }

    /// Whether the name of a throughput says that it is for one unit of N.
    pub(super) fn is_share(&self, column: usize, kind: Kind) -> bool {
        matches!(kind, Kind::Throughput(_)) && self.meanings[column].member.is_some()
    }

    /// Says which throughputs are multiplied by N because their name says so.
    pub(super) fn note_members(
        &self,
        size: &SizeFrom,
        values: &[ValueColumn],
        notes: &mut Vec<Note>,
    ) {
        if self.options.per_unit.is_some() {
            return;
        }
        let counted = self.counted(size);
        for value in values.iter().filter(|value| value.per_unit) {
            let Some(member) = &self.meanings[value.column].member else {
                continue;
            };
            let last = member.rsplit(' ').next().unwrap_or_default();
            let other = (counted.as_deref())
                .filter(|counted| last != "unit" && !counted.contains(last.trim_end_matches('s')));
            let name = &self.header.names[value.column];
            let text = Advice::from(match other {
                Some(counted) => format!(
                    "\"{name}\" is for one {member} and N counts {counted}: it is taken as the share of one, and throughput is N times it; "
                ),
                None => format!("\"{name}\" is for one {member}, so throughput is N times it; "),
            })
            .set(Setting::XIs, "total")
            .words(" if it is that of the whole system");
            notes.push(match other {
                Some(_) => Note::warning(NoteCode::UnitAssumed, text),
                None => Note::new(NoteCode::UnitAssumed, text),
            });
        }
    }

    /// The unit of the times in a column: of its name, or seconds where the first cell has a
    /// unit of its own, with which every cell is read.
    pub(super) fn time_unit(&self, column: usize) -> Option<&'static str> {
        let in_cell = || {
            let cell = self.first.get(column)?;
            units::duration(cell).is_ok().then_some("s")
        };
        self.meanings[column].time_unit.or_else(in_cell)
    }

    /// The only column that is not taken and counts what failed.
    pub(super) fn failures(&self, taken: &[usize]) -> Option<usize> {
        let names = &self.header.names;
        let counts = |at: &usize| !taken.contains(at) && counts_failures(&names[*at]);
        let mut columns = (0..names.len()).filter(counts);
        columns
            .next()
            .filter(|_| self.header.is_given && columns.next().is_none())
    }
}
