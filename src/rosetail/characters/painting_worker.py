"""A process that paints busts, for :class:`rosetail.characters.bust_pool.BustPool`.

It reads lines of JSON (maps and matrix of a content, and a code) from standard input, and answers
each with a line of JSON (side and matrix) and the figure's bytes. It ends with its input.
"""

from __future__ import annotations

import json
import signal
import sys

import numpy as np


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, which ends this
    from rosetail.characters.content import Content
    from rosetail.characters.painter_model import NO_PICTURE, PainterModel

    model, answers = PainterModel(), sys.stdout.buffer
    for line in sys.stdin.buffer:
        request = json.loads(line)
        matrix = np.array(request.pop("matrix"))
        arrays = {name: np.array(values, np.float32) for name, values in request.items()}
        code = arrays.pop("code")
        bust, matrix = model.bust(Content(rgb=NO_PICTURE, matrix=matrix, **arrays), code)
        head = {"side": len(bust), "matrix": matrix.tolist()}
        answers.write(json.dumps(head).encode() + b"\n")
        answers.write(bust.tobytes())
        answers.flush()


if __name__ == "__main__":
    main()
