"""The bundle for Windows computers without internet: what it holds, and that nothing is missing from it."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture
def bundling(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    spec = importlib.util.spec_from_file_location("bundle", SCRIPTS / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_wheel(folder: Path, name: str, needs: tuple[str, ...] = ()) -> Path:
    """A wheel that pip takes: one module, and what it needs."""
    about = f"{name}-1.0.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name.replace('_', '-')}", "Version: 1.0"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    files = {
        f"{name}/__init__.py": "",
        f"{about}/METADATA": "\n".join(lines) + "\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in files.items():
            archive.writestr(inside, text)
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    write_wheel(tmp_path / "wheels", "dapf_xl", ('colour; sys_platform == "win32"', 'curses; sys_platform != "win32"'))
    write_wheel(tmp_path / "wheels", "colour", ("extra_thing; extra == 'all'",))
    return tmp_path / "wheels"


@pytest.fixture
def embeddable(tmp_path: Path) -> Path:
    path = tmp_path / "python-3.12.7-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("python.exe", "python312.zip", "python312._pth"):
            archive.writestr(name, name)
    return path


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_what_is_pinned_for_windows_is_taken_and_nothing_else(bundling: ModuleType) -> None:
    taken = {line.split("==")[0] for line in bundling.pins(REQUIREMENTS, "3.12")}
    names = dict(re.findall(r"^([a-z0-9-]+)==\S+( ; [^\\\n]+)?", REQUIREMENTS, re.MULTILINE))
    assert "colorama" in taken  # only on Windows
    elsewhere = ("!= 'win32'", "== 'darwin'", "== 'linux'")
    assert taken == {name for name, marker in names.items() if not marker.strip().endswith(elsewhere)} - {"setuptools"}
    assert all("--hash=sha256:" in line and ";" not in line for line in bundling.pins(REQUIREMENTS, "3.12"))


def test_two_bundles_of_the_same_wheels_are_equal(bundling: ModuleType, wheels: Path, tmp_path: Path) -> None:
    first, second = (bundling.bundle(tmp_path / name, wheels=wheels) for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert first.name == "dapf-1.0-windows-python3.12.zip"
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_every_wheel_is_listed_with_its_hash(bundling: ModuleType, wheels: Path, tmp_path: Path) -> None:
    held = entries(bundling.bundle(tmp_path / "out", wheels=wheels))
    listed = held["requirements.txt"].decode().split()
    assert sorted(listed[::2]) == ["colour==1.0", "dapf-xl==1.0"]
    for name, digest in (("colour", listed[1]), ("dapf_xl", listed[3])):
        wheel = held[f"wheels/{name}-1.0-py3-none-any.whl"]
        assert digest == f"--hash=sha256:{hashlib.sha256(wheel).hexdigest()}"


def test_what_windows_needs_and_is_not_there_is_named(bundling: ModuleType, wheels: Path, tmp_path: Path) -> None:
    (wheels / "colour-1.0-py3-none-any.whl").unlink()
    with pytest.raises(bundling.BundleError, match=r"colour \(for dapf-xl\)") as refused:
        bundling.bundle(tmp_path / "out", wheels=wheels)
    assert "curses" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_dapf_is_refused(
    bundling: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_wheel(tmp_path / "others", "colour")
    status = bundling.main(["--wheels", str(tmp_path / "others"), "--out", str(tmp_path / "out")])
    assert status == bundling.MISUSE
    assert capsys.readouterr().err == "there must be one wheel of dapf_xl among the wheels, and there are 0.\n"


def test_python_comes_along_with_everything_installed_in_it(
    bundling: ModuleType, wheels: Path, embeddable: Path, tmp_path: Path
) -> None:
    held = entries(bundling.bundle(tmp_path / "out", embeddable=embeddable, wheels=wheels))
    assert "python/Lib/site-packages/dapf_xl/__init__.py" in held
    assert "python/Lib/site-packages/colour/__init__.py" in held
    assert held["python/python312._pth"].decode().split() == [
        "python312.zip",
        ".",
        "Lib\\site-packages",
        "import",
        "site",
    ]
    assert b"nothing else is needed" in held["READ ME FIRST.txt"]


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_is_not_python_for_windows_is_refused(
    content: bytes | None, bundling: ModuleType, wheels: Path, tmp_path: Path
) -> None:
    path = tmp_path / "python.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("python3.11.exe", "")
    else:
        path.write_bytes(content)
    with pytest.raises(bundling.BundleError, match=re.escape(str(path))):
        bundling.bundle(tmp_path / "out", embeddable=path, wheels=wheels)


def test_the_installer_is_plain_batch(bundling: ModuleType) -> None:
    """Tried by hand in wine's cmd with a stand-in for Python; here, what would break it on Windows."""
    script = bundling.install_script("3.12")
    assert script.isascii()
    lines = script.split("\r\n")
    assert not any("\n" in line for line in lines)
    assert not any("||" in line for line in lines)
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert set(re.findall(r"goto (\w+)", script)) | {"installed", "stop"} == labels
    assert [line for line in lines if line.count('"') % 2] == []
    assert [line for line in lines if re.search(r'(?<!["%=])%~dp0', line)] == []


def test_what_the_installer_asks_of_pip_needs_no_network(
    bundling: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the options that stand in the installer, and a proxy that leads nowhere."""
    wheels = write_wheel(tmp_path / "wheels", "dapf_xl", ("colour",)).parent
    write_wheel(wheels, "colour")
    packed = bundling.bundle(tmp_path / "out", wheels=wheels)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / packed.stem
    script = (folder / "Install dapf.cmd").read_text(encoding="ascii")
    (offline,) = re.findall(r'^set "OFFLINE=(.*)"$', script, re.MULTILINE)
    (given,) = re.findall(r'^"%PYTHON%" -m pip install %OFFLINE% (.*)$', script, re.MULTILINE)
    known = {'"%WHEELS%"': str(folder / "wheels"), '"%~dp0requirements.txt"': str(folder / "requirements.txt")}
    options = [*offline.split(), *(known.get(word, word) for word in given.split())]
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "proxy.council.example:9")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    into = ["--target", str(tmp_path / "installed")]

    def install() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pip", "--isolated", "install", *options, *into]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    first = install()
    assert first.returncode == 0, first.stderr
    assert {path.name for path in (tmp_path / "installed").iterdir()} >= {"dapf_xl", "colour"}
    listed = folder / "requirements.txt"
    listed.write_text(re.sub(r"sha256:\w{4}", "sha256:0000", listed.read_text(encoding="ascii")), encoding="ascii")
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in install().stderr


def test_what_is_installed_can_be_started_with_and_without_macros(bundling: ModuleType) -> None:
    started = re.findall(r'^"%PYTHON%" -m dapf_xl (.*)$', bundling.install_script("3.12"), re.MULTILINE)
    assert [line.strip() for line in started] == ["--version", "excel install", "menu --launcher"]


def test_a_python_that_writes_elsewhere_is_told_of_before_anything_is_installed(bundling: ModuleType) -> None:
    """The Microsoft Store's: what it writes into AppData only it can see."""
    script = bundling.install_script("3.12")
    made, asked, used = map(script.index, ("-m venv", 'if not exist "%PYTHON%" goto of_the_store', "-m pip install"))
    assert made < asked < used
    assert "Microsoft Store" in script.partition(":of_the_store")[2].partition("goto stop")[0]


def test_the_script_says_what_it_needs(bundling: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bundling.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--out", "--python", "--with-python", "--wheels"))
    assert sys.modules.get("bundle") is None
