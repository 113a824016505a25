"""What `masthead dead-letters redrive` prints, letter by letter."""

from services.desk import screen
from services.desk.dead_letters_screen import line, origin_text
from services.desk.letter import Letter
from services.desk.redrive_check import TITLES, Verdict
from shared.messages import Origin


class Redriven:
    """Says what becomes of each letter of a redrive, and at the end how many it were."""

    def __init__(self, dry: bool, as_json: bool) -> None:
        self._dry = dry
        self._as_json = as_json

    def line(self, letter: Letter, uri: str, found: Verdict, again: Origin | None = None) -> None:
        """One letter; `again` is where its bytes lie once more."""
        if self._as_json:
            data = {"at": letter.name, "uri": uri or None, "outcome": found.word, "text": found.text}
            screen.data({**data, "redriven": None if again is None else origin_text(again), "done": again is not None})
            return
        goes = found.word == "goes"
        word = "would go" if goes and self._dry else TITLES[found.word]
        text = "; ".join(part for part in ("" if again is None else origin_text(again), found.text) if part)
        line(word, letter, text, uri, "green" if goes and "nothing" not in found.text else "yellow" if goes else "red")

    def end(self, going: int, all_of_them: int) -> None:
        """How many went, of how many."""
        if self._as_json:
            return
        if not all_of_them:
            screen.say("no open dead letters like that")
            return
        screen.say(f"\n{going:,} of {all_of_them:,} {'would be redriven' if self._dry else 'redriven'}")
