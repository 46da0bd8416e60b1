"""How long a stage trains."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """So many seconds, or so many steps where the run must be the same again; whichever is used up first."""

    seconds: float = float("inf")
    steps: int | None = None

    def gone(self, step: int, elapsed: float) -> float:
        """Share of the budget used after ``step`` steps and ``elapsed`` seconds; 1 or more: used up."""
        return max(step / self.steps if self.steps else 0.0, elapsed / self.seconds)
