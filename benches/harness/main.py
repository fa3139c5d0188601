"""./bench: measures our server beside its peers and writes the page and the plots. Called by the script of that name, which has built."""
import argparse
import json
import sys
from pathlib import Path

import arena
import machine
import plots
import scenarios
import servers
from page import Page
from rounds import Bench


def arguments():
    line = argparse.ArgumentParser(prog="./bench", description="Measures our server beside its peers, under the same load, in turns.")
    line.add_argument("--quick", action="store_true", help="the scenarios with a target, two short rounds; under six minutes")
    line.add_argument("--only", metavar="WORD", action="append", default=[], help="scenarios whose name contains it; may be repeated")
    line.add_argument("--peers", metavar="NAMES", help="node,eiows,bun,python,floor, or none; default: all that can be started")
    line.add_argument("--pairs", type=int, metavar="N", help="rounds (5; with --quick 2)")
    line.add_argument("--out", type=Path, metavar="FOLDER", help="where page and plots go; default: docs/performance for the whole, "
                                                                 "build/bench for a part")
    line.add_argument("--list", action="store_true", help="names and titles of the scenarios")
    line.add_argument("--micro", action="store_true", help="the micro benchmarks of the codecs instead")
    given = line.parse_args()
    if given.pairs is not None and not 1 <= given.pairs <= 100:
        line.error("--pairs: 1 to 100")
    return given


def chosen_scenarios(given):
    chosen = [each for each in scenarios.ALL if not given.quick or each.quick]
    if given.only:
        chosen = [each for each in chosen if any(word in each.name for word in given.only)]
    if not chosen:
        sys.exit("bench: there is no such scenario, see --list")
    return chosen


def chosen_peers(given, skipped):
    known = servers.peers()
    wanted = [each.name for each in known] if given.peers is None else given.peers.replace("none", "").split(",")
    for name in wanted:
        if name and name not in [each.name for each in known]:
            sys.exit(f"bench: there is no peer '{name}', there are {', '.join(each.name for each in known)}")
    for each in known:
        if each.name in wanted and each.why_not:
            skipped.append((each.title, each.why_not))
            print(f"bench: without {each.title}: {each.why_not}", file=sys.stderr)
    return [each for each in known if each.name in wanted and not each.why_not]


def write(folder, bench, page, chosen):
    folder.mkdir(parents=True, exist_ok=True)
    measured = [each for each in chosen if each.name in bench.results]
    pictures = {"cost.svg": plots.cost(bench, measured, page.kernels_share), "receivers.svg": plots.receivers(bench, measured),
                "latency.svg": plots.latency(bench, measured), "memory.svg": plots.memory(bench, measured)}
    missing = [name for name, picture in pictures.items() if picture is None]
    for name, picture in pictures.items():
        if picture is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_text(picture)
    lines = [line for line in page.lines() if not any(f"]({name})" in line for name in missing)]
    (folder / "README.md").write_text("\n".join(lines).rstrip() + "\n")


def main():
    given = arguments()
    if given.list:
        for each in scenarios.ALL:
            print(f"{each.name:26} {each.title}")
        return
    if missing := servers.needed_tools():
        sys.exit(f"bench: these are missing: {', '.join(missing)}")
    descriptors = machine.allow_descriptors()
    chosen = chosen_scenarios(given)
    skipped = []
    usual = 2 if given.quick else 5
    pairs = given.pairs or usual
    duration, warmup, budget = (0.8, 0.3, 320) if given.quick else (1.5, 0.5, 2_500)
    bench = Bench(servers.ours(), chosen_peers(given, skipped), pairs, duration, warmup, budget * max(1, pairs / usual))
    bench.skipped += skipped
    if len(bench.cores) < 2:
        sys.exit("bench: at least two cores are needed, one for the server and one for the load")
    seconds = bench.run(chosen, descriptors)
    whole = not given.quick and not given.only and not given.peers
    raw = given.out or servers.ROOT / "build" / "bench"
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "results.json").write_text(json.dumps({"calibrations": bench.calibrations, "results": bench.results}, indent=1))
    folder = given.out or (servers.ROOT / "docs" / "performance" if whole else raw)
    command = " ".join(["./bench", *sys.argv[1:]])
    page = Page(bench, chosen, machine.description(), seconds, command)
    write(folder, bench, page, chosen)
    if arena.wanted(given):
        arena.add_to(folder / "README.md")
    for line in page.targets():
        print(line)
    print(f"all of it: {folder / 'README.md'}; every report: {raw / 'results.json'}")


if __name__ == "__main__":
    main()
