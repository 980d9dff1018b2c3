"""The commands of the stage that measures images."""

from pathlib import Path

import click

from netgrade.cli.group import FILE, IMAGES, NETWORKS, assignment_of, load_datasets, stage
from netgrade.objects.tasks.style import NetworkName


@stage.command()
@click.argument("name", type=click.Choice(["shapes10", "vgg19"]))
@click.option("--dataset", type=FILE, required=True, help="What the network is trained on, where it is trained here.")
@click.option("--download/--no-download", default=True, help="Weights that are missing may be downloaded.")
@click.option("--log", type=FILE)
@click.option("--output", type=FILE, required=True)
def style_network(name: NetworkName, dataset: Path, download: bool, log: Path | None, output: Path) -> None:
    """Make the network whose features say how alike two images are."""
    from netgrade.objects.picture import FeatureNetwork
    from netgrade.relevance import code_version
    from netgrade.store import load, save, sha256_of
    from netgrade.train import feature_network

    data = next(iter(load_datasets([dataset]).values()))
    place = NETWORKS / sha256_of(name, data.digest, code_version("style_network"))
    known = place.with_suffix(".json")
    if known.is_file() and place.with_suffix(".npz").is_file():
        save(output, load(known, FeatureNetwork))
        return
    found = feature_network(name, data, download, place.with_suffix(".npz"), log)
    if found.ok:
        save(known, found)
    save(output, found)


@stage.command()
@click.argument("assignment")
@click.argument("declarations", type=FILE)
@click.option("--network", "networks", type=FILE, multiple=True, help="One of the feature networks.")
@click.option("--output", type=FILE, required=True)
def style(assignment: str, declarations: Path, networks: tuple[Path, ...], output: Path) -> None:
    """Measure the images of one chunk."""
    from netgrade.objects.declaration import Declarations
    from netgrade.objects.picture import FeatureNetwork, StyleMeasurements
    from netgrade.pictures import given_files
    from netgrade.relevance import code_version
    from netgrade.store import load, save
    from netgrade.style import given_pictures, measure_styles

    rules, chunk = assignment_of(assignment), load(declarations, Declarations)
    known = {network.name: network for network in (load(path, FeatureNetwork) for path in networks)}
    given = given_pictures(given_files(rules.tasks, Path("assignments", assignment)), IMAGES / "given")
    version = code_version("style")
    found = {d.slug: measure_styles(d, rules, given, known, IMAGES, version) for d in chunk.declarations}
    save(output, StyleMeasurements(assignment=assignment, chunk=chunk.chunk, measurements=found))
