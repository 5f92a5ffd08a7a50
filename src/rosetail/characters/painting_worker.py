"""A process that paints busts, for :class:`rosetail.characters.bust_pool.BustPool`.

It reads pickled pairs of content and code from standard input, and answers each with a line of
JSON (side and matrix) and the figure's bytes. It ends with its input.
"""

from __future__ import annotations

import json
import pickle
import signal
import sys


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, which ends this
    from rosetail.characters.painter_model import PainterModel

    model, requests, answers = PainterModel(), sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            content, code = pickle.load(requests)  # noqa: S301 - from the parent alone
        except EOFError:
            return
        bust, matrix = model.bust(content, code)
        head = {"side": len(bust), "matrix": matrix.tolist()}
        answers.write(json.dumps(head).encode() + b"\n")
        answers.write(bust.tobytes())
        answers.flush()


if __name__ == "__main__":
    main()
