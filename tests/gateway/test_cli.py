"""The command line: help that helps, exit codes, one line for an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.gateway.cli import main


@pytest.mark.parametrize("command", ["make", "analyze", "explain"])
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"onbeat {command} " in capsys.readouterr().out.partition("example")[2]


def test_help_begins_with_making_a_film(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert said.index(" make ") < said.index(" edit ") < said.index(" explain ")
    assert "onbeat make --song track.mp3 --ref ride.mp4" in said.partition("start here:")[2]
    assert all(len(line) <= 100 for line in said.splitlines())


def test_no_command_prints_help_and_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "make a film" in capsys.readouterr().out


def test_an_unknown_flag_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["make", "--shiny", "-o", "x"])
    assert stopped.value.code == 2
    assert "--shiny" in capsys.readouterr().err


def test_an_error_is_one_line_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("onbeat: ")
    assert said.err.count("\n") == 1


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("onbeat 0.")


def test_help_does_not_wait_for_heavy_libraries() -> None:
    code = (
        "import sys\n"
        "from services.gateway.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'av', 'cv2', 'librosa', 'sqlalchemy', 'torch'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_ctrl_c_while_it_imports_is_one_line_and_130() -> None:
    code = (
        "import signal, sys\n"
        "class Impatience:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'services.gateway.make_arguments': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Impatience())\n"
        "from services.gateway.cli import main\n"
        "sys.exit(main(['make', '--help']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 130, done.stderr
    assert done.stdout == ""
    assert done.stderr == "onbeat: stopped; nothing was written\n"
