"""The commands about what has been published and what ships: frameworks, reconcile, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dapf_xl import catalogue, cycle, demo
from dapf_xl.cli.options import CATALOGUES, AsJson, end
from dapf_xl.synthetic.rounds import ROUNDS
from dapf_xl.terminal import document, progress_bar, put_json, say, show_checked, show_reconciled


def frameworks() -> None:
    """List the frameworks that come with dapf."""
    for name, path in catalogue.shipped().items():
        loaded = catalogue.load(path)
        size = f"{len(loaded.indicators)} indicators, {len(loaded.agencies)} agencies"
        typer.echo(f"{name}\t{loaded.area}: {loaded.title} ({size})")


def reconcile(
    source: Annotated[str, typer.Argument(metavar="CATALOGUE", help=CATALOGUES)],
    statements: Annotated[
        Path | None, typer.Option("--statements", help="CSV file of statements, in place of the catalogue's own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold what published documents say against the figures, and the figures against their parts."""
    made = cycle.reconcile(source, statements)
    if as_json:
        put_json(document(made.findings, reconciled=made.counts))
    show_reconciled(made)
    end(made.findings)


def run_demo(  # noqa: PLR0913, PLR0917  (each is an option)
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the workspaces go.")] = Path("demo"),
    framework: Annotated[
        list[str] | None,
        typer.Option("--framework", help="Only this framework, or the catalogue at this path; may be given again."),
    ] = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Made-up figures, also where the area has published some.")
    ] = False,
    period: Annotated[str, typer.Option("--period", help="The last quarter of made-up figures.")] = "",
    seed: Annotated[int, typer.Option("--seed", help="Another number gives other made-up figures.")] = demo.SEED,
    rounds: Annotated[int, typer.Option("--rounds", help="How many quarters are made up.", min=1)] = ROUNDS,
) -> None:
    """Run the whole cycle on published figures, or on made-up ones; the masters' paths come last, one a line."""
    chosen = synthetic or bool(period) or (seed, rounds) != (demo.SEED, ROUNDS)
    made, wrong = [], []
    for name in dict.fromkeys(framework or demo.demonstrations()):
        called = demo.workspace_name(name)
        published = name in demo.demonstrations() and not chosen
        say(f"{called}: issuing, filling, checking, consolidating" + ("" if published else " made-up rounds"))
        with progress_bar(called) as moved:
            if published:
                made.append(demo.demonstrate(name, folder / called, moved))
                wrong += made[-1].checked.findings
            else:
                place = folder / called
                made.append(demo.make_up(name, place, period=period, seed=seed, rounds=rounds, progress=moved))
        show_checked(made[-1].checked)
    for line in demo.what_to_look_at(made):
        say(line)
    for each in made:
        typer.echo(each.master)
    end(wrong)  # what is wrong with made-up returns is meant to be
