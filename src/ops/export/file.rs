//! Exporting to a file: beside its place, synced, moved there. What is no file is written into as it stands.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::query::Watch;

use super::super::Access;
use super::{ExportError, ExportPlan, Exported};

/// Writes a plan's rows to a file that only its owner can read. `None` where the watch stopped it; then, and
/// on an error, no file is left and what stood at the path still does. A pipe or a device is written into.
///
/// # Errors
/// The file exists and `overwrite` is not set, or the store or the disk failed.
pub fn to_file(
    plan: &ExportPlan,
    path: &Path,
    overwrite: bool,
    access: &mut Access,
    watch: &mut dyn Watch,
) -> Result<Option<Exported>, ExportError> {
    if is_stream(path) {
        let file = File::options().write(true).open(path).map_err(failed(path))?;
        return fill(plan, path, &file, access, watch);
    }
    if !overwrite && path.symlink_metadata().is_ok() {
        return Err(ExportError::Exists(path.to_owned()));
    }
    // What a link leads to is replaced, not the link.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let fresh = Fresh::create(path)?;
    let Some(done) = fill(plan, path, &fresh.file, access, watch)? else { return Ok(None) };
    fresh.file.sync_all().map_err(failed(path))?;
    fresh.put(path, overwrite)?;
    Ok(Some(done))
}

/// Whether something stands at the path that is written into and never replaced: a pipe, a terminal, a device.
pub fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Writes a plan's rows into an open file.
fn fill(
    plan: &ExportPlan,
    path: &Path,
    file: &File,
    access: &mut Access,
    watch: &mut dyn Watch,
) -> Result<Option<Exported>, ExportError> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let name = |error| match error {
        ExportError::Io { source, .. } => failed(path)(source),
        other => other,
    };
    let Some(done) = super::write(plan, access, &mut out, watch).map_err(name)? else { return Ok(None) };
    out.flush().map_err(failed(path))?;
    Ok(Some(done))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> ExportError {
    ExportError::io(format!("writing {}", path.display()))
}

/// Returns a path like the one given at which there is nothing yet: `entries.csv`, `entries-2.csv`.
pub fn unused_name(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let numbered = (2..1_000).map(|n| path.with_file_name(format!("{stem}-{n}{ending}")));
    let mut names = std::iter::once(path.to_owned()).chain(numbered);
    names.find(|name| name.symlink_metadata().is_err()).unwrap_or_else(|| path.to_owned())
}

/// A file that is removed again unless it is put in its place.
pub(super) struct Fresh {
    path: PathBuf,
    pub(super) file: File,
}

impl Fresh {
    pub(super) fn create(place: &Path) -> Result<Fresh, ExportError> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let path = place.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let mut how = File::options();
        how.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
        // One of a dead process with our number may lie there.
        let _ = fs::remove_file(&path);
        let file = how.open(&path).map_err(failed(place))?;
        Ok(Fresh { path, file })
    }

    /// Gives the file its name. Without `overwrite` a link is made, which fails where the name was taken
    /// meanwhile; where the file system knows no links the name is looked at once more.
    pub(super) fn put(&self, place: &Path, overwrite: bool) -> Result<(), ExportError> {
        if !overwrite {
            match fs::hard_link(&self.path, place) {
                Ok(()) => return sync_folder(place).map_err(failed(place)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(ExportError::Exists(place.to_owned()));
                }
                Err(_) if place.symlink_metadata().is_ok() => {
                    return Err(ExportError::Exists(place.to_owned()));
                }
                Err(_) => {}
            }
        }
        fs::rename(&self.path, place).and_then(|()| sync_folder(place)).map_err(failed(place))
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // Where it was moved there is nothing to remove.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn sync_folder(place: &Path) -> io::Result<()> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
