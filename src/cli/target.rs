//! Files that results are written to: whole or not at all, and never over an input.

use super::failure::Failure;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Refuses a target that is standard output or an input of the same command.
///
/// # Errors
/// A usage failure that names the target.
pub(super) fn checked(path: &Path, args: &[OsString]) -> Result<(), Failure> {
    let shown = path.display();
    if path.as_os_str() == "-" {
        return Err(Failure::usage(
            "-o writes files, and - is standard output",
            "--format json (or another format) for standard output; -o json=./- for a file of that name",
        ));
    }
    let Ok(target) = fs::canonicalize(path) else {
        return Ok(());
    };
    if target.is_file() && inputs(args).any(|input| input == target) {
        return Err(Failure::usage(
            format!("-o {shown} would overwrite an input of this command"),
            "name another file",
        ));
    }
    Ok(())
}

/// The files that the arguments name, other than as a target.
fn inputs(args: &[OsString]) -> impl Iterator<Item = PathBuf> + '_ {
    let is_target = |at: usize| {
        let text = |arg: &OsString| arg.to_string_lossy().into_owned();
        let before = at.checked_sub(1).and_then(|before| args.get(before));
        before.is_some_and(|before| matches!(text(before).as_str(), "-o" | "--output"))
            || args.get(at).is_some_and(|arg| {
                let arg = text(arg);
                arg.starts_with("--output=") || (arg.starts_with("-o") && arg.len() > 2)
            })
    };
    let named = (1..args.len()).filter(move |at| !is_target(*at));
    named.flat_map(|at| {
        let whole = args[at].clone();
        let behind = whole.to_str().and_then(|text| text.split_once('='));
        let behind = behind.map(|(_, path)| PathBuf::from(path));
        [Some(PathBuf::from(&whole)), behind]
            .into_iter()
            .flatten()
            .filter_map(|path| fs::canonicalize(path).ok())
            .filter(|path| path.is_file())
            .collect::<Vec<_>>()
    })
}

/// Writes all bytes or leaves the file as it was: a new neighbour is written and renamed, and
/// taken away again where that fails.
///
/// # Errors
/// An input failure that names the file.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_with(path, |out| out.write_all(bytes))
}

/// The same for what is written piece by piece.
///
/// # Errors
/// As [`write_whole`].
pub(super) fn write_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let told =
        |error: io::Error| Failure::input(format!("cannot write {}: {error}", path.display()), "");
    if path.exists() && !path.is_file() {
        // A device or pipe such as /dev/stdout has no neighbour to rename.
        let written = OpenOptions::new().write(true).open(path).and_then(|file| {
            let mut file = io::BufWriter::new(file);
            write(&mut file)?;
            file.flush()
        });
        return written.map_err(told);
    }
    let (neighbour, file) = neighbour(path).map_err(told)?;
    let mut file = io::BufWriter::new(file);
    let written = write(&mut file)
        .and_then(|()| file.flush())
        .and_then(|()| file.get_ref().sync_all())
        .and_then(|()| fs::rename(&neighbour, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&neighbour);
        told(error)
    })
}

/// A new file beside the target, of a name that nothing has.
fn neighbour(path: &Path) -> io::Result<(PathBuf, fs::File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut at = 0;
    loop {
        let candidate = path.with_file_name(format!(".{name}.{at}.partial"));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&candidate)
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && at < 1000 => at += 1,
            opened => return opened.map(|file| (candidate, file)),
        }
    }
}
