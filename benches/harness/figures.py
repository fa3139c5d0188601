"""From reports to figures: medians, ratios within a round, spreads, and whether a target is reached."""
from statistics import median


def value_of(report, scenario):
    """The metric of one report; None where there is none."""
    if "unsound" in report:
        return None
    if scenario.metric in ("p50", "p90", "p99", "p999"):
        return report["lat_us"][scenario.metric]
    return report.get(scenario.metric)


def values(rounds, label, scenario):
    found = [value_of(each[label], scenario) for each in rounds if label in each]
    return [each for each in found if each is not None]


def middle(numbers):
    return median(numbers) if numbers else None


def ratios(rounds, above, below, scenario):
    """Round by round."""
    found = []
    for each in rounds:
        top = value_of(each[above], scenario) if above in each else None
        bottom = value_of(each[below], scenario) if below in each else None
        if top is not None and bottom:
            found.append(top / bottom)
    return found


def target_ratios(scenario, rounds, own):
    if scenario.against == "threads":
        return ratios(rounds, f"{own}-{scenario.threads[-1]}", own, scenario)
    return ratios(rounds, own, f"{own}-plain" if scenario.against == "plain" else scenario.against, scenario)


def verdict(reached, limit):
    if reached is None:
        return "not measured"
    return "ok" if reached <= limit else "**missed**"


def foreign(rounds):
    """CPU of everybody else while this was measured, in cores: median and worst."""
    seen = [report["foreign_cpu"] for each in rounds for report in each.values() if "foreign_cpu" in report]
    return (median(seen), max(seen)) if seen else None


def unsound(rounds):
    return [f"{label}: {report['unsound']}" for each in rounds for label, report in each.items() if "unsound" in report]
