"""Turns recorded statements into a pgbench script, with ids drawn as the product would draw them, and runs it."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench.recording import Statement
from bench.servers import Cluster

# A place for ids that every transaction makes new: ascending per client, like UUIDv7 of a process.
FRESH = "(:prefix || lpad(to_hex(:seq::bigint * 64 + {place}), 12, '0'))::uuid"
PICK_EVERY = 50
_PLACEHOLDER = re.compile(r"\$(\d+)")
_TPS = re.compile(r"tps = ([\d.]+) \(without")


class Script(msgspec.Struct, frozen=True):
    """A pgbench script and the values of its variables."""

    text: str
    values: dict[str, str]


class Target(msgspec.Struct, frozen=True):
    """A conversation that messages can go to: column → id, such as conversation and thread."""

    ids: dict[str, UUID]


async def store_targets(cluster: Cluster, database: str, targets: Sequence[Target]) -> None:
    """Writes the conversations among which the script chooses into `bench.targets`."""
    columns = list(targets[0].ids)
    connection = await asyncpg.connect(cluster.admin_dsn(database))
    try:
        await connection.execute("CREATE SCHEMA IF NOT EXISTS bench; DROP TABLE IF EXISTS bench.targets")
        spelled = ", ".join(f"{name} uuid" for name in columns)
        await connection.execute(f"CREATE TABLE bench.targets (n int PRIMARY KEY, {spelled})")
        await connection.copy_records_to_table(
            "targets",
            schema_name="bench",
            records=[(n, *target.ids.values()) for n, target in enumerate(targets, start=1)],
        )
        await connection.execute(
            "GRANT USAGE ON SCHEMA bench TO parley; GRANT SELECT ON bench.targets TO parley"
        )
        await connection.execute("ANALYZE bench.targets")
    finally:
        await connection.close()


class _Writer:
    def __init__(self, target: Target, fresh: Mapping[Any, int]) -> None:
        self._named = {value: name for name, value in target.ids.items()}
        self._fresh = fresh
        self._at = datetime.now(UTC)
        self.values: dict[str, str] = {}

    def spell(self, value: Any, kind: str) -> str:
        """Gives the SQL that stands for an argument."""
        if value in self._named if isinstance(value, UUID) else False:
            return f":{self._named[value]}::{kind}"
        if isinstance(value, (UUID, str)) and value in self._fresh:
            return f"{FRESH.format(place=self._fresh[value])}::{kind}"
        if isinstance(value, datetime):
            ago = (self._at - value).total_seconds()
            return "now()" if abs(ago) < 60 else f"(now() - interval '{ago:.0f} seconds')"
        if isinstance(value, (list, tuple)) and kind.endswith("[]"):
            inner = ", ".join(self.spell(item, kind[:-2]) for item in value)
            return f"ARRAY[{inner}]::{kind}"
        return f":{self._keep(value, kind)}::{kind}" if value is not None else f"NULL::{kind}"

    def _keep(self, value: Any, kind: str) -> str:
        if kind.startswith("json"):
            text = msgspec.json.encode(value).decode()
        elif isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, (bytes, bytearray)):
            text = f"\\x{bytes(value).hex()}"
        else:
            text = str(value)
        for name, known in self.values.items():
            if known == text:
                return name
        name = f"v{len(self.values)}"
        self.values[name] = text
        return name


async def write_script(
    connection: asyncpg.Connection,
    statements: Sequence[Statement],
    target: Target,
    fresh: Mapping[Any, int],
    count: int,
    clients: int,
) -> Script:
    """Writes the script of one transaction.

    `fresh` are the values the product made anew (their place in the order), which every run makes anew too;
    `target` are the ids of the conversation written to, drawn from `count` in `bench.targets` now and then.
    """
    writer = _Writer(target, fresh)
    lines = [
        "\\set seq :seq + 1",
        f"\\if :seq % {PICK_EVERY} = 1",
        # As in the product's load, no two clients write into the same conversation at once.
        "\\set pick random(0, :targets / :clients - 1) * :clients + :client_id + 1",
        f"SELECT {', '.join(target.ids)} FROM bench.targets WHERE n = :pick \\gset",
        "\\endif",
    ]
    for statement in statements:
        parts = (
            [part.strip() for part in statement.sql.split(";") if part.strip()] if not statement.args else []
        )
        if len(parts) > 1:
            # Sent as one, as the product does.
            lines += ["\\startpipeline", *(f"{part};" for part in parts), "\\endpipeline"]
        else:
            lines.append(f"{await _spell_statement(connection, statement, writer)};")
    values = {
        "seq": "0",
        "targets": str(count),
        "clients": str(clients),
        "prefix": "01980000-0000-7000-8000-",
        **writer.values,
    }
    return Script("\n".join(lines) + "\n", values)


async def _spell_statement(connection: asyncpg.Connection, statement: Statement, writer: _Writer) -> str:
    sql = statement.sql.strip().rstrip(";")
    if not statement.args:
        return " ".join(sql.split())
    prepared = await connection.prepare(sql)
    kinds = [one.name for one in prepared.get_parameters()]
    kinds = [kind[1:] + "[]" if kind.startswith("_") else kind for kind in kinds]
    spelled = [writer.spell(value, kind) for value, kind in zip(statement.args, kinds, strict=True)]
    flat = "\n".join(
        line.split("--")[0] if line.lstrip().startswith("--") else line for line in sql.splitlines()
    )
    return _PLACEHOLDER.sub(lambda found: spelled[int(found[1]) - 1], " ".join(flat.split()))


class Pgbench:
    """Runs one script again and again; the numbers of one run never meet those of another."""

    rounds = 0

    def __init__(self, cluster: Cluster, database: str, script: Script, folder: Path, clients: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "message.sql"
        self._file.write_text(script.text, encoding="utf-8")
        self._values = script.values
        self._command = [
            str(cluster.program("pgbench")),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
        ]
        self._dsn = cluster.dsn(database)

    def run(self, seconds: float) -> float:
        """Runs for some seconds and gives the transactions a second; raises RuntimeError when one fails."""
        Pgbench.rounds += 1
        values = dict(self._values)
        # Twelve hexadecimal digits hold the round, the client and the count.
        values["round"] = str(Pgbench.rounds)
        script = self._file.with_name("run.sql")
        text = self._file.read_text(encoding="utf-8")
        # Multiples of `PICK_EVERY`, so that the first run of a client picks.
        by_round, by_client = (PICK_EVERY * (2**bits // PICK_EVERY) for bits in (34, 28))
        start = f"\\if :seq = 0\n\\set seq :round * {by_round} + :client_id * {by_client}\n\\endif\n"
        script.write_text(start + text, encoding="utf-8")
        defined = [part for name, value in values.items() for part in ("-D", f"{name}={value}")]
        done = subprocess.run(
            [*self._command, "-T", str(round(seconds)), "-f", str(script), *defined, self._dsn],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + 60,
        )
        found = _TPS.search(done.stdout)
        if done.returncode != 0 or found is None or "aborted" in done.stderr:
            raise RuntimeError(f"pgbench failed:\n{done.stderr[-3000:]}\n{done.stdout[-500:]}")
        return float(found[1])
