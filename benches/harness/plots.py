"""Plots as SVG, drawn by hand: no library, readable in light and dark, text in the reader's own font."""
from html import escape
from math import ceil, floor, log10
from statistics import median

import figures

STYLE = """<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .quiet { fill: #57606a }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .kernel { stroke: #57606a; stroke-width: 2 }
  .s0 { fill: #0969da; stroke: #0969da } .s1 { fill: #cf7400; stroke: #cf7400 } .s2 { fill: #8250df; stroke: #8250df }
  .s3 { fill: #1a7f37; stroke: #1a7f37 } .s4 { fill: #cf222e; stroke: #cf222e }
  .s5 { fill: #57606a; stroke: #57606a }
  polyline.line { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .kernel { stroke: #9198a1 }
    .s0 { fill: #4493f8; stroke: #4493f8 } .s1 { fill: #e3953b; stroke: #e3953b } .s2 { fill: #ab7df8; stroke: #ab7df8 }
    .s3 { fill: #3fb950; stroke: #3fb950 } .s4 { fill: #f85149; stroke: #f85149 }
    .s5 { fill: #9198a1; stroke: #9198a1 }
  }
</style>"""
WIDTH = 860


class Drawing:
    def __init__(self, title, height):
        self.height = height
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
                      STYLE]
        self.text(12, 22, title, "title")

    def text(self, x, y, words, style="", anchor="start"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(str(words))}</text>')

    def line(self, x1, y1, x2, y2, style):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>')

    def dot(self, x, y, style, size=5):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" class="{style}"/>')

    def bar(self, x, y, width, height, style):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height}" rx="2" class="{style}"/>')

    def path(self, points, style):
        self.parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" class="line {style}"/>')

    def legend(self, titles, shown, y, kernel=False):
        """Those that are shown, by their place in the list, which is their colour."""
        x = 12
        for index in sorted(shown):
            title = titles[index]
            self.dot(x + 5, y - 4, f"s{index}")
            self.text(x + 15, y, title)
            x += 30 + 7.5 * len(title)
        if kernel:
            self.line(x + 5, y - 11, x + 5, y + 2, "kernel")
            self.text(x + 15, y, "the kernel's share")

    def svg(self):
        return "\n".join(self.parts + ["</svg>", ""])


class Axis:
    """Logarithmic, whole decades at least."""

    def __init__(self, numbers, begin, end):
        self.low, self.high = floor(log10(min(numbers))), ceil(log10(max(numbers)) - 1e-9)
        self.begin, self.end = begin, end

    def __call__(self, value):
        return self.begin + (log10(value) - self.low) / max(self.high - self.low, 1) * (self.end - self.begin)

    def ticks(self):
        return [10.0 ** each for each in range(self.low, self.high + 1)]


def short(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def medians(bench, scenario, labels):
    rounds = bench.results[scenario.name]
    found = {label: figures.middle(figures.values(rounds, label, scenario)) for label in labels}
    return {label: value for label, value in found.items() if value and value > 0}


def places(labels, groups):
    """The places of all labels that occur in one of the groups."""
    return {index for index, label in enumerate(labels) if any(label in each for each in groups)}


def labels_of(bench):
    return [bench.own.name] + [peer.name for peer in bench.peers], [bench.own.title] + [peer.title for peer in bench.peers]


def cost(bench, scenarios, kernels_share):
    """One row for each scenario, one dot for each server."""
    labels, titles = labels_of(bench)
    rows = [(each, medians(bench, each, labels)) for each in scenarios
            if each.group in ("messages", "broadcasts") and len(each.threads) == 1]
    rows = [row for row in rows if row[1]]
    if not rows:
        return None
    drawing = Drawing("CPU of the server for each message or delivery, microseconds (less is better)", 92 + 26 * len(rows))
    drawing.legend(titles, places(labels, [found for _, found in rows]), 46, kernel=True)
    shares = [share for each, _ in rows if (share := kernels_share(each))]
    axis = Axis([value for _, found in rows for value in found.values()] + shares, 340, WIDTH - 30)
    for tick in axis.ticks():
        drawing.line(axis(tick), 60, axis(tick), 68 + 26 * len(rows), "grid")
        drawing.text(axis(tick), 84 + 26 * len(rows), short(tick), "quiet", "middle")
    for index, (scenario, found) in enumerate(rows):
        y = 76 + 26 * index
        drawing.text(12, y + 4, scenario.title)
        drawing.line(axis(min(found.values())), y, axis(max(found.values())), y, "grid")
        if share := kernels_share(scenario):
            drawing.line(axis(share), y - 8, axis(share), y + 8, "kernel")
        for number, label in reversed(list(enumerate(labels))):
            if label in found:
                drawing.dot(axis(found[label]), y, f"s{number}")
    return drawing.svg()


def receivers(bench, scenarios):
    """The cost of a delivery against the number of receivers."""
    labels, titles = labels_of(bench)
    chosen = [each for each in scenarios if each.name in ("broadcast-100-64-w1", "broadcast-1000-64-w1", "broadcast-10000-64-w1")]
    found = {each.clients: medians(bench, each, labels) for each in chosen}
    if len(found) < 2 or not any(found.values()):
        return None
    drawing = Drawing("CPU of the server for each delivery of 64 bytes, window 1, microseconds, by number of receivers", 330)
    drawing.legend(titles, places(labels, found.values()), 46)
    across = Axis(found, 60, WIDTH - 40)
    up = Axis([value for each in found.values() for value in each.values()], 290, 66)
    for tick in up.ticks():
        drawing.line(60, up(tick), WIDTH - 40, up(tick), "grid")
        drawing.text(52, up(tick) + 4, short(tick), "quiet", "end")
    for count in found:
        drawing.text(across(count), 312, f"{count:,}", "quiet", "middle")
    for number, label in enumerate(labels):
        points = [(across(count), up(each[label])) for count, each in sorted(found.items()) if label in each]
        if len(points) > 1:
            drawing.path(points, f"s{number}")
        for x, y in points:
            drawing.dot(x, y, f"s{number}", 4)
    return drawing.svg()


def latency(bench, scenarios):
    """Percentiles of each server, one panel for each scenario."""
    labels, titles = labels_of(bench)
    percentiles = {"p50": "p50", "p90": "p90", "p99": "p99", "p999": "p99.9"}
    panels = []
    for scenario in scenarios:
        if scenario.group != "latency":
            continue
        lines = {}
        for label in labels:
            reports = [each[label] for each in bench.results[scenario.name] if label in each and "unsound" not in each[label]]
            if reports:
                lines[label] = [max(median(each["lat_us"][p] for each in reports), 0.1) for p in percentiles]
        if lines:
            panels.append((scenario, lines))
    if not panels:
        return None
    drawing = Drawing("Latency at a fixed rate, microseconds (less is better)", 350)
    drawing.legend(titles, places(labels, [lines for _, lines in panels]), 46)
    up = Axis([value for _, lines in panels for line in lines.values() for value in line], 300, 92)
    left = 84
    width = (WIDTH - left) / len(panels)
    for index, (scenario, lines) in enumerate(panels):
        begin, end = left + index * width, left + (index + 1) * width - 34
        drawing.text(begin, 80, scenario.title)
        for tick in up.ticks():
            drawing.line(begin, up(tick), end, up(tick), "grid")
            if index == 0:
                drawing.text(begin - 8, up(tick) + 4, short(tick), "quiet", "end")
        columns = [begin + 14 + number * (end - begin - 28) / 3 for number in range(4)]
        for x, name in zip(columns, percentiles.values()):
            drawing.text(x, 322, name, "quiet", "middle")
        for number, label in enumerate(labels):
            if label in lines:
                points = [(x, up(value)) for x, value in zip(columns, lines[label])]
                drawing.path(points, f"s{number}")
                for x, y in points:
                    drawing.dot(x, y, f"s{number}", 3)
    return drawing.svg()


def memory(bench, scenarios):
    labels, titles = labels_of(bench)
    idle = next((each for each in scenarios if each.name == "idle"), None)
    found = medians(bench, idle, labels) if idle else {}
    if not found:
        return None
    drawing = Drawing("Memory of the server for each idle client, bytes (less is better)", 50 + 30 * len(found))
    most = max(found.values())
    y = 40
    for number, (label, title) in enumerate(zip(labels, titles)):
        if label not in found:
            continue
        drawing.text(12, y + 14, title)
        length = found[label] / most * (WIDTH - 260)
        drawing.bar(150, y, length, 18, f"s{number}")
        drawing.text(158 + length, y + 14, f"{found[label]:,.0f}")
        y += 30
    return drawing.svg()
