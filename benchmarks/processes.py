"""The processes a benchmark compares: simulated boards, Gcam, Motion; and what the kernel says of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import av

from gcam_addon.access.secret import read_local_secret
from gcam_addon.model import Size

VGA = Size(640, 480)
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 600.0
"""What has not come by then is taken to never come, on a machine that does much else, too."""


def wait_for(what: Callable[[], object], told: Callable[[], str]) -> None:
    """Until `what()`; ends with what `told()` says where it does not come to that."""
    began_s = time.monotonic()
    while not what():
        if time.monotonic() - began_s > PATIENCE_S:
            raise SystemExit(f"not within {PATIENCE_S:.0f} s\n{told()}")
        time.sleep(0.05)


class Process:
    """A child that ends with the context, whatever happens."""

    def __init__(self, command: Sequence[str], log: Path, cwd: Path | None = None) -> None:
        self._command = command
        self._log = log
        self._cwd = cwd
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._child = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child is not None
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def cpu_s(self) -> float:
        """User and system seconds so far, its threads included."""
        assert self._child is not None
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def cpu_by_thread_s(self) -> dict[str, float]:
        """Seconds so far of the event `loop`, the `background` threads (those that made themselves nice: they
        encode) and the `workers` (all others: detection, disk). Threads that ended are missing.
        """
        assert self._child is not None
        seconds = dict.fromkeys(("loop", "workers", "background"), 0.0)
        for task in Path(f"/proc/{self._child.pid}/task").iterdir():
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            is_nice = int(fields[16]) > 0
            name = "loop" if task.name == str(self._child.pid) else "background" if is_nice else "workers"
            seconds[name] += (int(fields[11]) + int(fields[12])) / TICKS
        return seconds

    def memory_mb(self) -> tuple[float, float]:
        """(resident, proportional) set size."""
        assert self._child is not None
        text = Path(f"/proc/{self._child.pid}/smaps_rollup").read_text()
        sizes = dict(line.split(":") for line in text.splitlines()[1:])
        return tuple(int(sizes[name].split()[0]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[return-value]


class Boards(Process):
    """`count` simulated ESP32-CAMs that serve prerendered VGA pictures of a scene, or of a video file."""

    def __init__(
        self, scene: str, count: int, fps: float, folder: Path, firmware: str = "camera-web-server"
    ) -> None:
        self._count = count
        kind = "--video" if Path(scene).is_file() else "--scene"
        super().__init__(
            [sys.executable, "-m", "gcam_addon", "simulate", kind, scene, "--cameras", str(count),
             "--fps", str(fps), "--size", "640x480", "--prerender", "--firmware", firmware,
             "--listen", "127.0.0.1:0"],
            folder / f"boards-{firmware}-{Path(scene).stem}-{count}.log",
        )  # fmt: skip

    def urls(self) -> list[str]:
        """Waits until all listen."""

        def found() -> list[str]:
            return [line for line in self.log.splitlines() if line.startswith("http://")]

        wait_for(lambda: len(found()) == self._count, lambda: f"the simulator did not start: {self.log}")
        return found()


class Copies(Process):
    """FFmpeg on the same RTSP streams: everything copied into a file for each, nothing looked at."""

    def __init__(self, urls: list[str], folder: Path) -> None:
        folder.mkdir(parents=True)
        inputs = [part for url in urls for part in ("-rtsp_transport", "tcp", "-i", url)]
        outputs = [
            part
            for index in range(len(urls))
            for part in ("-map", str(index), "-c", "copy", str(folder / f"{index}.mkv"))
        ]
        command = ["ffmpeg", "-v", "error", "-nostdin", *inputs, *outputs]
        super().__init__(command, folder / "ffmpeg.log")


class Gcam(Process):
    """`gcam run` on these streams. `camera` holds settings for every camera, as in cameras.json; `checkout`:
    whose Gcam it is, if not this one's.
    """

    def __init__(
        self,
        urls: list[str],
        folder: Path,
        camera: dict[str, Any],
        options: dict[str, Any],
        prefix: Sequence[str] = (),
        checkout: Path | None = None,
    ) -> None:
        folder.mkdir(parents=True)
        self.data_dir = folder
        cameras = [{"id": f"cam{i}", "name": f"Cam {i}", "url": url, **camera} for i, url in enumerate(urls)]
        (folder / "cameras.json").write_text(json.dumps({"version": 1, "cameras": cameras}))
        (folder / "options.txt").write_text(json.dumps(options))
        super().__init__(
            [*prefix, sys.executable, "-m", "gcam_addon", "run", "--data", str(folder), "--listen",
             "127.0.0.1:0", "--options", str(folder / "options.txt")],
            folder / "gcam.log",
            checkout,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """Waits until it says where it listens."""

        def found() -> list[str]:
            return re.findall(r"^  Page +(\S+)", self.log, re.MULTILINE)

        wait_for(found, lambda: f"Gcam did not start: {self.log}")
        return found()[0]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.request(path), timeout=PATIENCE_S) as response:
            body = response.read()
        return json.loads(body) if path.startswith("/api") and not path.endswith(".jpg") else body

    def request(self, path: str) -> urllib.request.Request:
        """As a program that may read the data folder."""
        headers = {"Authorization": f"Bearer {read_local_secret(self.data_dir)}"}
        return urllib.request.Request(self.url + path, headers=headers)

    def states(self) -> list[dict[str, Any]]:
        return [camera["state"] for camera in self.get("/api/v1/cameras")["cameras"]]

    def frames(self) -> int:
        return sum(state["frames"] for state in self.states())

    def wait(self, cameras: int) -> None:
        """Until all cameras are connected."""

        def connected() -> bool:
            try:
                return sum(state["status"] == "connected" for state in self.states()) == cameras
            except OSError:
                return False

        wait_for(connected, lambda: f"Gcam did not connect: {self.log}")

    def written_bytes(self) -> int:
        """To disks, since it started; what is written to memory is not counted."""
        assert self._child is not None
        fields = dict(
            line.split(": ") for line in Path(f"/proc/{self._child.pid}/io").read_text().splitlines()
        )
        return int(fields["write_bytes"])

    def unfinished(self) -> int:
        return len(list((self.data_dir / "journal").glob("*.mkv")))


class Motion(Process):
    """Debian's `motion` on the same streams, its live streams off. `more`: settings of every camera."""

    def __init__(
        self,
        urls: list[str],
        folder: Path,
        fps: float,
        *,
        movies: bool,
        size: Size = VGA,
        more: Sequence[str] = (),
    ) -> None:
        folder.mkdir(parents=True)
        main = ["daemon off", "setup_mode off", "webcontrol_port 0", "stream_port 0", "log_level 4",
                f"target_dir {folder}"]  # fmt: skip
        for index, url in enumerate(urls):
            camera = [f"camera_id {index + 1}", f"netcam_url {url}", f"width {size.width}",
                      f"height {size.height}",
                      f"framerate {round(fps)}", "threshold 1500", "event_gap 3", "pre_capture 3",
                      f"movie_output {'on' if movies else 'off'}", "picture_output off", "movie_max_time 10",
                      f"emulate_motion {'on' if movies else 'off'}",
                      f"movie_filename cam{index}-%v", *more]  # fmt: skip
            (folder / f"camera{index}.conf").write_text("\n".join(camera) + "\n")
            main.append(f"camera {folder / f'camera{index}.conf'}")
        (folder / "motion.conf").write_text("\n".join(main) + "\n")
        self._folder = folder
        command = shutil.which("motion")
        assert command is not None
        super().__init__([command, "-c", str(folder / "motion.conf")], folder / "motion.log")

    def filmed(self) -> tuple[int, int, float]:
        """(frames, bytes, seconds) of all the movies. Call when the process has ended."""
        frames, size_bytes, seconds = 0, 0, 0.0
        for path in self._folder.glob("cam*.m*"):
            with av.open(str(path)) as movie:
                times = [float(p.pts * p.time_base) for p in movie.demux(video=0) if p.pts is not None]
            frames += len(times)
            size_bytes += path.stat().st_size
            seconds += max(times) - min(times) if times else 0.0
        return frames, size_bytes, seconds

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("motion") is not None
