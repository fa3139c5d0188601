"""The game as a load: runs benches/arena.mjs and puts what it prints into the page. It is no comparison: no peer has this game."""
import subprocess
import sys

from servers import ROOT

TITLE = "The arena"


def wanted(given):
    return not given.only and not given.quick


def add_to(page):
    """Into that page, before the method. Where there is no browser, or the game does not run, the page says so."""
    print("          the arena", file=sys.stderr, flush=True)
    done = subprocess.run(["node", str(ROOT / "benches" / "arena.mjs")], cwd=ROOT, capture_output=True, text=True, timeout=400)
    why = next((line for line in done.stderr.splitlines() if "Error" in line), "it broke off").strip()
    text = done.stdout.strip() if done.returncode == 0 else f"Not measured: {why} (`tools/setup test` installs browser and page.)"
    section = (f"## {TITLE}\n\n[A game](../../apps/arena/README.md) at sixty ticks a second, whose state goes out as volatile broadcasts to the rooms of a field. "
               f"`node benches/arena.mjs` alone measures it again.\n\n{text}\n\n")
    before, method, after = page.read_text().partition("## Method")
    page.write_text(before + section + method + after)
