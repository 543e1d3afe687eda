"""What people would take instead: process managers, each with one idle program."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bench.rounds import plain_environment, timed
from waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IDLE = "import signal; signal.pause()"


class Peer(Protocol):
    """A process manager that runs, with its idle program called `idle`."""

    #: The process whose idle cost counts.
    pid: int

    def command(self, verb: str) -> float:
        """Seconds that `status`, `start` or `stop` takes on the command line."""
        ...


@dataclass
class Supervisor:
    """supervisord with its defaults."""

    pid: int
    ctl: list[str]

    def command(self, verb: str) -> float:
        name = [] if verb == "status" else ["idle"]
        # 3: some program is not running, which is what is asked.
        return timed([*self.ctl, verb, *name], plain_environment(), codes=(0, 3))


@dataclass
class Circus:
    """circusd with its defaults; `--waiting`, because ours waits as well."""

    pid: int
    ctl: list[str]

    def command(self, verb: str) -> float:
        rest = [] if verb == "status" else ["idle", "--waiting"]
        return timed([*self.ctl, verb, *rest], plain_environment())


@dataclass
class Pm2:
    """pm2 with its defaults."""

    pid: int
    program: str
    env: dict[str, str]

    def command(self, verb: str) -> float:
        rest = ["ls"] if verb == "status" else [verb, "idle"]
        return timed([self.program, *rest], self.env)


@contextmanager
def all_peers(tools: Path, folder: Path) -> Iterator[dict[str, Peer]]:
    """Run every peer that is installed in `tools`, in folders below `folder`."""
    with ExitStack() as stack:
        found: dict[str, Peer] = {}
        if (tools / "bin" / "supervisord").exists():
            found["supervisor"] = stack.enter_context(_supervisor(tools / "bin", folder))
        if (tools / "bin" / "circusd").exists():
            found["circus"] = stack.enter_context(_circus(tools / "bin", folder))
        pm2 = shutil.which("pm2", path=str(tools / "node_modules" / ".bin"))
        if pm2:
            found["pm2"] = stack.enter_context(_pm2(pm2, folder))
        yield found


@contextmanager
def _supervisor(bin_folder: Path, folder: Path) -> Iterator[Supervisor]:
    socket, settings = folder / "s.sock", folder / "supervisord.conf"
    settings.write_text(
        f"[unix_http_server]\nfile={socket}\n"
        f"[supervisord]\nlogfile={folder}/s.log\npidfile={folder}/s.pid\nnodaemon=true\n"
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        f"[supervisorctl]\nserverurl=unix://{socket}\n"
        f'[program:idle]\ncommand={sys.executable} -c "{_IDLE}"\nautostart=false\n',
        encoding="utf-8",
    )
    with _running([str(bin_folder / "supervisord"), "-c", str(settings)]) as process:
        eventually(socket.exists, 20, "supervisord")
        yield Supervisor(process.pid, [str(bin_folder / "supervisorctl"), "-c", str(settings)])


@contextmanager
def _circus(bin_folder: Path, folder: Path) -> Iterator[Circus]:
    socket, settings = folder / "c.sock", folder / "circus.ini"
    settings.write_text(
        f"[circus]\nendpoint=ipc://{socket}\npubsub_endpoint=ipc://{folder}/p.sock\n"
        f'[watcher:idle]\ncmd={sys.executable} -c "{_IDLE}"\nautostart=false\n',
        encoding="utf-8",
    )
    with _running([str(bin_folder / "circusd"), str(settings)]) as process:
        eventually(socket.exists, 20, "circusd")
        yield Circus(process.pid, [str(bin_folder / "circusctl"), "--endpoint", f"ipc://{socket}"])


@contextmanager
def _pm2(program: str, folder: Path) -> Iterator[Pm2]:
    env = plain_environment(PM2_HOME=str(folder / "pm2"))
    begin = [program, "start", sys.executable, "--name", "idle", "--", "-c", _IDLE]
    subprocess.run(begin, check=True, capture_output=True, env=env)
    try:
        subprocess.run([program, "stop", "idle"], check=True, capture_output=True, env=env)
        pid = int((folder / "pm2" / "pm2.pid").read_text(encoding="utf-8"))
        yield Pm2(pid, program, env)
    finally:
        subprocess.run([program, "kill"], check=False, capture_output=True, env=env)


@contextmanager
def errbot(tools: Path, folder: Path) -> Iterator[int | None]:
    """Run errbot, a chat bot of the same kind, on no chat at all; its process number."""
    program = tools / "bin" / "errbot"
    if not program.exists():
        yield None
        return
    home = folder / "errbot"
    (home / "data").mkdir(parents=True)
    (home / "config.py").write_text(
        f'BACKEND = "Null"\nBOT_DATA_DIR = r"{home}/data"\nBOT_LOG_FILE = r"{home}/log"\n'
        'BOT_IDENTITY = {"username": "errbot"}\nBOT_ADMINS = ("@ada",)\nSTORAGE = "Memory"\n'
        'CORE_PLUGINS = ("Help",)\nBOT_LOG_LEVEL = 30\nBOT_EXTRA_PLUGIN_DIR = None\n',
        encoding="utf-8",
    )
    with _running([str(program), "-c", str(home / "config.py")]) as process:
        time.sleep(5)
        yield process.pid if process.poll() is None else None


@contextmanager
def _running(argv: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        argv, stdin=quiet, stdout=quiet, stderr=quiet, env=plain_environment()
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
