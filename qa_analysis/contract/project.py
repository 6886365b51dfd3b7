"""Where things are: the project folder, its raw files, and the notebooks that become pages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from qa_analysis.errors import InputError

EXAMPLE = "example"
_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")  # what Windows leaves in folders
_PACKAGE = Path(__file__).parents[1]


def find_project(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that has a `data/raw` folder.

    Raises
    ------
    InputError
        If neither `start` nor a folder above it has one.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if raw_folder(folder).is_dir():
            return folder
    raise InputError(
        f"{here}: neither this folder nor one above it has a data/raw folder. "
        "Make one and put the audit workbooks there, or name the project with --project."
    )


def project_at(folder: str | Path | None) -> Path:
    """Return the project in `folder`, or the nearest one upwards from where the program runs.

    Raises
    ------
    InputError
        If there is no `data/raw` folder.
    """
    if not folder:
        return find_project(Path())
    project = Path(folder).resolve()
    if not raw_folder(project).is_dir():
        raise InputError(f"{project}: has no data/raw folder. Make one and put the audit workbooks there.")
    return project


def projects_at(folders: Iterable[Path]) -> list[Path]:
    """Return the projects in some folders, or the nearest one upwards from where the program runs where none is given.

    A folder without `data/raw` whose subfolders have it is a folder of projects: those count, in order of their names.

    Raises
    ------
    InputError
        If a folder neither is a project nor holds any.
    """
    found = []
    for folder in folders:
        inside = [each for each in sorted(folder.glob("*")) if raw_folder(each).is_dir()]
        found += inside if inside and not raw_folder(folder).is_dir() else [folder]
    return list(dict.fromkeys(project_at(each) for each in found)) or [project_at(None)]


def settings_folder(project: Path | None) -> Path:
    """Return the folder whose settings count: the project named, the nearest one, or this folder.

    Raises
    ------
    InputError
        If the project named is not a folder.
    """
    if project is None:
        try:
            return find_project(Path())
        except InputError:
            return Path()
    if not project.is_dir():
        raise InputError(f"{project}: is not a folder.")
    return project


def raw_folder(project: Path) -> Path:
    """Return the folder of the raw workbooks, which is never written to."""
    return project / "data" / "raw"


def processed_folder(project: Path) -> Path:
    """Return the folder of the cleaned tables."""
    return project / "data" / "processed"


def signed_off_folder(project: Path) -> Path:
    """Return the folder of the figures as they were signed off."""
    return project / "data" / "signed_off"


def reports_folder(project: Path) -> Path:
    """Return the folder of the published reports."""
    return project / "reports"


def raw_files(project: Path) -> tuple[list[Path], bool]:
    """Return the files to read, in order of their names, and whether they are the fictional example's.

    With nothing in `data/raw` but `example/` (and a README or dot-files), the example's files are read;
    anything else there means real data, and the example is left aside.

    Raises
    ------
    InputError
        If `data/raw` holds no files at all.
    """
    raw = raw_folder(project)
    files = list(_files(raw))
    real = [path for path in files if path.relative_to(raw).parts[0] != EXAMPLE]
    if files:
        return real or files, not real
    raise InputError(f"{raw}: holds no files. Put the audit workbooks (.xlsx or .csv) there.")


def notebook_folders(project: Path) -> list[Path]:
    """Return the folders whose notebooks become pages: the project's own first, then the shipped ones."""
    built_in = _PACKAGE / "notebooks"
    shipped = built_in if built_in.is_dir() else _PACKAGE.parent / "notebooks"
    own = project / "notebooks"
    return [own, shipped] if own.is_dir() and own.resolve() != shipped.resolve() else [shipped]


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder in order of their paths; lock files, dot-files and READMEs are passed over.

    Links to other folders are not followed, but yielded where they lead elsewhere: whoever reads them says so.
    """
    found = [
        Path(where, name) for where, folders, files in os.walk(folder, onerror=_refuse) for name in (*folders, *files)
    ]
    for path in sorted(found, key=lambda each: each.relative_to(folder).as_posix()):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        no_data = path.stem.casefold() == "readme" or path.name.casefold() in _OF_THE_SYSTEM
        if (path.is_file() or _leads_elsewhere(path, folder)) and not hidden and not no_data:
            yield path


def _leads_elsewhere(path: Path, folder: Path) -> bool:
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    return path.is_symlink() and not (inside and path.exists())


def _refuse(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be opened. Check that you may read this folder.")
