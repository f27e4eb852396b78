"""Holds two models of one size against each other, tensor by tensor, in a process of its own;
without it a third party's conversion would have to be believed.

Run as ``python -m pipeline.tools.hearing.compare_weights FIRST SECOND``, each a folder of
faster-whisper's form or a file of OpenAI's. Prints JSON: ``tensors``, how many there are in both
together; ``differing``, the names of those that are missing in one or not the same; ``largest``, by
how much a number differs at most.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.tools.hearing.tensors import NotAModel
from pipeline.tools.hearing.turn_weights import openai_names, read


def tensors(place: Path) -> dict[str, Any]:
    """Every tensor of a model as an array, by OpenAI's name. Raises NotAModel."""
    if place.is_dir():
        return dict(openai_names(read(place / "model.bin")))
    import torch

    held = torch.load(place, map_location="cpu", weights_only=True)["model_state_dict"]
    return {name: value.float().numpy() for name, value in held.items()}


def difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """What is printed. Half floats and floats of the same value are the same."""
    import numpy as np

    differing, largest = [], 0.0
    for name in sorted({*first, *second}):
        one, other = first.get(name), second.get(name)
        if one is None or other is None or one.shape != other.shape:
            differing.append(name)
            continue
        apart = np.abs(one.astype(np.float64) - other.astype(np.float64)).max(initial=0.0)
        if apart != 0.0:
            differing.append(name)
            largest = max(largest, float(np.nan_to_num(apart, posinf=sys.float_info.max)))
    return {"tensors": len({*first, *second}), "differing": differing, "largest": largest}


if __name__ == "__main__":
    try:
        print(json.dumps(difference(*(tensors(Path(place)) for place in sys.argv[1:3]))))
    except NotAModel as wrong:
        sys.exit(str(wrong))
