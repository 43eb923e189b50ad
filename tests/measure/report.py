"""The figures as a table: for a terminal, or for docs/speed.md."""

from dataclasses import dataclass


@dataclass
class Figure:
    """A figure, what it is compared with, and what it is meant to be."""

    name: str
    ours: float
    unit: str
    theirs: float | None = None
    peer: str = "pipeline"
    at_least: float | None = None  # times better than the peer
    below: float | None = None

    def cells(self):
        """The figure in words."""
        digits = 2 if self.ours < 1 else 1
        number = f"{self.ours:.{digits}f} {self.unit}" if self.unit != "crates" else str(self.ours or "none")
        beside = f"{self.theirs:.0f} {self.unit} ({self.peer})" if self.theirs else ""
        ratio = f"{self.theirs / self.ours:.1f}×" if self.theirs else ""
        return [self.name, number, beside, ratio, *self.verdict()]

    def verdict(self):
        """What it is meant to be, and whether it is."""
        verdicts = []
        if self.at_least is not None:
            verdicts.append((f"≥ {self.at_least:g}×", self.theirs / self.ours >= self.at_least))
        if self.below is not None:
            limit = "none" if self.unit == "crates" else f"< {self.below:g} {self.unit}"
            verdicts.append((limit, self.ours < self.below))
        if not verdicts:
            return ["", ""]
        return [", ".join(text for text, _ in verdicts), "yes" if all(met for _, met in verdicts) else "NO"]


HEAD = ["median of whole runs", "aws-auth", "beside it", "ratio", "wanted", "met"]


def table(figures, markdown):
    """All figures, one a line."""
    rows = [HEAD, *(figure.cells() for figure in figures)]
    if markdown:
        rows.insert(1, ["---"] + ["---:"] * 3 + ["---", "---"])
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    sides = [str.ljust, str.rjust, str.rjust, str.rjust, str.ljust, str.ljust]
    lines = ("  ".join(side(cell, width) for side, cell, width in zip(sides, row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
