"""Every task, thread and timer of the program goes through `duties.py`, but for those that end with
the request, the connection or the run they belong to: each is named here with the reason.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "gcam_addon"
STARTING = frozenset(
    {
        "create_task", "ensure_future", "TaskGroup", "Thread", "Timer", "ThreadPoolExecutor",
        "ProcessPoolExecutor", "Process", "call_later", "call_at", "start_new_thread",
    }
)  # fmt: skip

ALLOWED = {
    "cli.py": (["ensure_future"], "the program itself, awaited until a signal comes"),
    "check/survey.py": (["create_task"], "one check, which awaits it"),
    "guard/lamps.py": (
        ["TaskGroup", "create_task", "create_task"],
        "one switching of lamps, whose duty raises what they raise",
    ),
    "live/broadcast.py": (["call_later"], "ends a broadcast that nobody watches any more; does nothing else"),
    "live/stills.py": (["call_later"], "ends making pictures that nobody wants any more; does nothing else"),
    "mqtt/connection.py": (["ensure_future"], "one attempt to connect, which awaits it"),
    "mqtt/session.py": (
        ["TaskGroup", "create_task", "create_task", "create_task", "create_task"],
        "one connection, which raises what they raise",
    ),
    "network/announcements.py": (["create_task"], "one search, which logs what they raise"),
    "network/finder.py": (["create_task", "create_task"], "one search, which logs what they raise"),
    "network/sweep.py": (["create_task"], "one search"),
    "push/cli_push.py": (
        ["TaskGroup", "create_task", "create_task"],
        "the program itself, which raises what they raise",
    ),
    "push/sender.py": (
        ["TaskGroup", "create_task", "create_task"],
        "one connection, which raises what they raise",
    ),
    "recording/finisher.py": (["Timer"], "bounds the stop that waits for it"),
    "saving/saver.py": (
        ["TaskGroup", "create_task", "create_task"],
        "one connection, which raises what they raise",
    ),
    "simulator/camera.py": (
        ["create_task"],
        "a simulated board's planned fault; defects are strays",
    ),
    "simulator/port.py": (["create_task", "create_task"], "a simulated board's connection; logs its defects"),
    "web/connections.py": (
        ["call_later", "ensure_future"],
        "the timer of one request's head, which ends it; a handshake, whose errors are its client's",
    ),
    "sources/rtsp_passage.py": (
        ["TaskGroup", "create_task", "create_task"],
        "one connection, whose reader learns of its end; defects are strays",
    ),
    "sources/mjpeg.py": (["call_later"], "the timer of one run, which ends it"),
    "sources/threaded.py": (["call_at"], "the timer of one run, which ends it"),
    "web/app.py": (
        ["ensure_future"],
        "one request, which awaits it; defects are told",
    ),
    "web/sockets.py": (["create_task"], "one conversation, which raises what they raise"),
}


def test_nothing_is_started_that_nobody_watches() -> None:
    found = {
        path.relative_to(PROGRAM).as_posix(): starts
        for path in sorted(PROGRAM.rglob("*.py"))
        if path.name != "duties.py" and (starts := Counter(_starts(ast.parse(path.read_text()))))
    }
    assert found == {name: Counter(starts) for name, (starts, _) in ALLOWED.items()}


def test_it_finds_what_is_started() -> None:
    program = """
asyncio.create_task(work())
loop.create_task(work())
asyncio.ensure_future(work())
threading.Thread(target=work)
loop.run_in_executor(None, work)
loop.run_in_executor(pool, work)
asyncio.to_thread(work)
"""
    assert sorted(_starts(ast.parse(program))) == [
        "Thread", "create_task", "create_task", "ensure_future", "run_in_executor",
    ]  # fmt: skip


def _starts(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in STARTING or (name == "run_in_executor" and isinstance(call.args[0], ast.Constant)):
            yield name
