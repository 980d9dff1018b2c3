"""A task's images, measured: each check on its own, so that one that cannot be made stops no other."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from netgrade.errors import NetgradeError, UnreadableError
from netgrade.heard import heard_cause
from netgrade.language import later
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.declaration import Declaration
from netgrade.objects.picture import CheckMeasure, FeatureNetwork, Picture, Pictures, StyleMeasurement
from netgrade.objects.tasks import StyleTask
from netgrade.objects.tasks.style import StyleCheck
from netgrade.phrases import caused, told
from netgrade.pictures import Pixels, pixels_digest, png_of, read_picture, shrunk
from netgrade.store import load, save, sha256_of, write_bytes
from netgrade.style.features import load_network
from netgrade.style.measures import Measures

Given = Mapping[str, Mapping[str, Picture]]
"""The instructor's images, by task and name."""


def given_pictures(files: Mapping[str, Mapping[str, Path]], folder: Path) -> dict[str, dict[str, Picture]]:
    """Write the instructor's images into `folder` as those of students are, and describe them."""
    return {task: {name: _given(path, folder) for name, path in named.items()} for task, named in files.items()}


def _given(path: Path, folder: Path) -> Picture:
    pixels = read_picture(path)
    content = png_of(shrunk(pixels))
    digest = hashlib.sha256(content).hexdigest()
    write_bytes(folder / f"{digest}.png", content)
    height, width = pixels.shape[:2]
    return Picture(file=digest, pixels=pixels_digest(pixels), width=width, height=height, source=path.name)


def measure_styles(
    declaration: Declaration,
    assignment: Assignment,
    given: Given,
    networks: Mapping[str, FeatureNetwork],
    folder: Path,
    version: str,
) -> dict[str, StyleMeasurement]:
    """Measure the images of one submission, by task; `folder` has those of all, in a folder for each slug.

    A measurement that was made before, with the same images, network, checks and `version` of the code, is taken up.
    """
    found = {}
    for task in assignment.style_tasks:
        if task.id not in declaration.pictures:
            continue
        pictures, network = declaration.pictures[task.id], networks[task.network]
        key = sha256_of(
            pictures.model_dump(mode="json"), {name: p.file for name, p in given.get(task.id, {}).items()},
            network.model_dump(mode="json"), task.model_dump(mode="json", include={"checks", "hand_in"}), version,
        )  # fmt: skip
        known = folder / declaration.slug / f"{key}.json"
        if known.is_file():
            found[task.id] = load(known, StyleMeasurement)
            continue
        found[task.id] = _measured(task, pictures, given.get(task.id, {}), network, folder, declaration.slug)
        if not any(check.status is Status.FAULT for check in found[task.id].checks):
            save(known, found[task.id])
    return found


def _measured(
    task: StyleTask,
    pictures: Pictures,
    given: Mapping[str, Picture],
    network: FeatureNetwork,
    folder: Path,
    slug: str,
) -> StyleMeasurement:
    known = {**given, **pictures.found}
    pictures = pictures.model_copy(update={"failed": {n: heard_cause(c) for n, c in pictures.failed.items()}})
    base = StyleMeasurement(
        network=network.title, network_digest=network.digest, given=dict(given), handed_in=pictures.found,
        failed=pictures.failed,
    )  # fmt: skip
    if not network.ok:
        cause = network.cause or Cause(what=later("There is no feature network."))
        return _unmeasured(base, task, cause.model_copy(update={"remedy": ""}))  # it is for the instructor
    try:
        places = {name: folder / (slug if name in pictures.found else "given") for name in known}
        pixels = {name: _kept(places[name] / f"{picture.file}.png", picture) for name, picture in known.items()}
        measures = Measures(load_network(network), known, pixels)
    except NetgradeError as error:
        return _unmeasured(base, task, caused(error.what, error.remedy))
    return base.model_copy(update={"checks": [_check(check, measures, known, pictures) for check in task.checks]})


def _unmeasured(base: StyleMeasurement, task: StyleTask, cause: Cause) -> StyleMeasurement:
    """A fault that no check could be made for."""
    fault = CheckMeasure(status=Status.FAULT, cause=cause)
    return base.model_copy(update={"checks": [fault for _ in task.checks]})


def _kept(path: Path, picture: Picture) -> Pixels:
    """An image that netgrade wrote. Raises UnreadableError where it is missing, or is another by now."""
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != picture.file:
        what = told(
            "The image {name} is missing from {folder}, or was changed.", name=path.name, folder=f"{path.parent}"
        )
        raise UnreadableError(what, later("Delete results/extract, and run `snakemake --cores all`."))
    return read_picture(path)


def _check(check: StyleCheck, measures: Measures, known: Mapping[str, Picture], pictures: Pictures) -> CheckMeasure:
    missing = [name for name in check.pictures if name not in known]
    if missing:
        own = pictures.failed.get(missing[0])
        nothing = told("The image `{image}` was not handed in.", image=missing[0])
        remedy = told("Hand it in as {image}.png.", image=missing[0])
        return CheckMeasure(status=Status.INVALID if own else Status.SKIPPED, cause=own or caused(nothing, remedy))
    try:
        return CheckMeasure(value=measures.value(check))
    except NetgradeError as error:
        return CheckMeasure(status=Status.FAULT, cause=caused(error.what, error.remedy))
    except Exception as error:  # whatever arithmetic raises for one image needs a person, and stops no other check
        what = told("This could not be measured: {error}", error=f"{type(error).__name__}: {str(error)[:200]}")
        return CheckMeasure(status=Status.FAULT, cause=caused(what, ""))
